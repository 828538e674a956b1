// Options of the verbs that read infrared and visible pictures: how files are read, and which ones
// belong together.
#ifndef SEAFUSION_TOOLS_OPTIONS_SOURCE_OPTIONS_H_
#define SEAFUSION_TOOLS_OPTIONS_SOURCE_OPTIONS_H_

#include <string>
#include <vector>

#include <seafusion/fuser.h>
#include <CLI/CLI.hpp>

#include "align/place/placed_sources.h"
#include "io/measure_files.h"
#include "io/pairing/pair_list.h"
#include "stream/stream_settings.h"

namespace seafusion::tools {

/// What the options below were given.
struct SourceTexts {
  std::string source = "counts";
  int page = -1;
  std::string format, crop;
  std::string camera_input;
  std::vector<std::string> camera_options;
  bool invert = false;
  std::string range = "auto";
  std::string gain = "linear";
  std::string pair_by = "name";
};

/// --ir-range and --ir-invert. `fuse`: degrees and "folder" are ranges, too.
void AddRangeOptions(CLI::App& sub, const std::string& group, SourceTexts& texts, bool fuse);
/// --agc, --agc-plateau and --agc-clip.
void AddGainOptions(CLI::App& sub, const std::string& group, SourceTexts& texts,
                    InfraredGain& gain);
/// Of infrared files and streams alike: --ir-format and --ir-crop.
void AddSampleOptions(CLI::App& sub, const std::string& group, SourceTexts& texts);
/// --ir-source, --ir-page and --force, and those of AddSampleOptions.
void AddSourceOptions(CLI::App& sub, const std::string& group, SourceTexts& texts,
                      io::SourceOptions& sources);
/// Of streams: --ir-input, --ir-option, --fps and --live-timeout.
void AddStreamOptions(CLI::App& sub, const std::string& group, SourceTexts& texts,
                      stream::StreamSettings& stream);
/// What keeps a stream's picture steady: --range-smoothing and --ir-hold.
void AddSteadinessOptions(CLI::App& sub, const std::string& group, double& range_smoothing,
                          bool& hold_shutter);
/// --pairs, where `table`, --pair-by and --pair-within.
void AddPairingOptions(CLI::App& sub, const std::string& group, SourceTexts& texts,
                       io::PairOptions& pairing, bool table = true);

/// --rig and --canvas, as `fuse` had them.
void AddRigOptions(CLI::App& sub, const std::string& group, align::RigChoice& rig);
/// --labels-of, which needs --rig.
void AddLabelsOf(CLI::App& sub, const std::string& group, align::Source& labels_of);

/// After parsing: puts the texts where they belong.
void TakeSourceTexts(const SourceTexts& texts, io::SourceOptions& sources);
void TakeStreamTexts(const SourceTexts& texts, stream::StreamSettings& stream);
void TakeGainTexts(const SourceTexts& texts, InfraredGain& gain);
void TakePairingTexts(const SourceTexts& texts, io::PairOptions& pairing);
/// Degrees and "folder" excepted, of which it is the automatic one.
InfraredRange RangeOf(const SourceTexts& texts);
/// Throws where sources are neither named nor in a table, or both.
void CheckSourcesNamed(const io::PairOptions& pairing, const std::string& infrared,
                       const std::string& visible);

}  // namespace seafusion::tools

#endif  // SEAFUSION_TOOLS_OPTIONS_SOURCE_OPTIONS_H_
