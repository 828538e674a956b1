#include "options/source_options.h"

#include "fuse/range/range_text.h"
#include "options/option_checks.h"

namespace seafusion::tools {
namespace {

std::string RefuseNoRange(const std::string& text) {
  const auto range = ParseInfraredRange(text);
  return range.ok() ? std::string() : range.status().message();
}

std::string RefuseNoRangeNorDegrees(const std::string& text) {
  if (text == "folder" || ParseCelsius(text)) return {};
  return RefuseNoRange(text);
}

}  // namespace

void AddRangeOptions(CLI::App& sub, const std::string& group, SourceTexts& texts, bool fuse) {
  const std::string degrees =
      "LOC..HIC      degrees Celsius, as 20C..40C, where the\n"
      "              file says which counts they are\n"
      "folder        one for all pictures of a folder, each\n"
      "              of which is read twice\n";
  sub.add_option("--ir-range", texts.range,
                 "Infrared samples that count as black and white:\n"
                 "full          all the file can hold\n"
                 "minmax        the lowest and highest of the picture\n"
                 "percentile:P  the same without P % at either end;\n"
                 "              percentile:LO,HI for two of them\n"
                 "fixed:LO,HI   LO and HI, as raw thermal counts\n" +
                     (fuse ? degrees : std::string()) +
                     "auto          full for 8 bits; for more, 0.5 % to\n"
                     "              99.5 % of what shows the scene")
      ->check(CLI::Validator(fuse ? RefuseNoRangeNorDegrees : RefuseNoRange, ""))
      ->type_name("R")
      ->group(group);
  sub.add_flag("--ir-invert", texts.invert, "Infrared pictures are black-hot: turn them round")
      ->group(group);
}

void AddGainOptions(CLI::App& sub, const std::string& group, SourceTexts& texts,
                    InfraredGain& gain) {
  sub.add_option("--agc", texts.gain,
                 "How infrared within its range becomes brightness:\n"
                 "linear   evenly\n"
                 "plateau  more contrast where there are more pixels\n"
                 "clahe    the same for each part of the picture")
      ->check(OneOf({"linear", "plateau", "clahe"}))
      ->type_name("A")
      ->group(group);
  sub.add_option("--agc-plateau", gain.plateau,
                 "Plateau value: the most that one of 4096 levels\n"
                 "counts for, in percent of all pixels")
      ->check(InRange(0.0001, 100.0))
      ->type_name("P")
      ->group(group);
  sub.add_option("--agc-clip", gain.clip_limit,
                 "Clip limit of clahe: contrast at most so many\ntimes that of linear")
      ->check(InRange(1.0, 256.0))
      ->type_name("C")
      ->group(group);
}

void AddSampleOptions(CLI::App& sub, const std::string& group, SourceTexts& texts) {
  sub.add_option("--ir-format", texts.format,
                 "The infrared source holds bare samples:\n"
                 "FORMAT:WxH or FORMAT:WxH+BYTES, as\n"
                 "gray16le:640x512+128, by FFmpeg's names; BYTES\n"
                 "are skipped")
      ->check(Accepts(io::ParseRawFormat))
      ->type_name("F")
      ->group(group);
  sub.add_option("--ir-crop", texts.crop,
                 "Part of the infrared pictures that counts:\nWxH+X+Y, as 256x192+0+192")
      ->check(Accepts(io::ParsePictureCrop))
      ->type_name("C")
      ->group(group);
}

void AddSourceOptions(CLI::App& sub, const std::string& group, SourceTexts& texts,
                      io::SourceOptions& sources) {
  sub.add_option("--ir-source", texts.source,
                 "Of files of thermal cameras:\n"
                 "counts  what the sensor gave\n"
                 "shown   the picture for people, in its palette")
      ->check(OneOf({"counts", "shown"}))
      ->type_name("S")
      ->group(group);
  sub.add_option("--ir-page", texts.page,
                 "Page of an infrared TIFF or frame of a .seq file,\nfrom 0; -1: the only one")
      ->check(InRange(-1, 1 << 20))
      ->type_name("N")
      ->group(group);
  AddSampleOptions(sub, group, texts);
  sub.add_flag("--force", sources.force,
               "Take sources that seem swapped, in a rainbow\npalette or the same file")
      ->group(group);
}

void AddStreamOptions(CLI::App& sub, const std::string& group, SourceTexts& texts,
                      stream::StreamSettings& stream) {
  sub.add_option("--ir-input", texts.camera_input,
                 "What is asked of an infrared camera: FORMAT,SIZE,\n"
                 "RATE, as Y16,640x512,9; any may be empty")
      ->check(Accepts(stream::ParseInputRequest))
      ->type_name("I")
      ->group(group);
  sub.add_option("--ir-option", texts.camera_options,
                 "KEY=VALUE for FFmpeg's device or protocol; may be\nrepeated")
      ->check(Accepts(stream::ParseInputOption))
      ->expected(1)
      ->take_all()
      ->default_str("")
      ->type_name("O")
      ->group(group);
  sub.add_option("--fps", stream.fps,
                 "Frames a second of pictures, and of bare samples,\nthat become a stream")
      ->check(InRange(0.01, 1000.0))
      ->type_name("F")
      ->group(group);
  sub.add_option("--live-timeout", stream.live_timeout,
                 "Seconds without a frame after which a camera\ncounts as failed")
      ->check(InRange(0.1, 3600.0))
      ->type_name("S")
      ->group(group);
}

void AddSteadinessOptions(CLI::App& sub, const std::string& group, double& range_smoothing,
                          bool& hold_shutter) {
  sub.add_option("--range-smoothing", range_smoothing,
                 "Seconds in which an --ir-range of the picture and a\ngentle --range follow the "
                 "stream; 0: at once")
      ->check(InRange(0.0, 3600.0))
      ->type_name("S")
      ->group(group);
  sub.add_flag("--ir-hold", hold_shutter,
               "Let the last good infrared frame stand in while\nthe camera's shutter is closed")
      ->group(group);
}

void AddPairingOptions(CLI::App& sub, const std::string& group, SourceTexts& texts,
                       io::PairOptions& pairing, bool table) {
  if (table) {
    sub.add_option("--pairs", pairing.table,
                   "CSV file of infrared,visible,output lines in place\nof --ir and --vis")
        ->type_name("FILE")
        ->group(group);
  }
  sub.add_option("--pair-by", texts.pair_by,
                 "What tells which pictures belong together:\n"
                 "name  their names, or what these have in common\n"
                 "time  when they were taken, by name or EXIF")
      ->check(OneOf({"name", "time"}))
      ->type_name("P")
      ->group(group);
  sub.add_option("--pair-within", pairing.within,
                 "Seconds that the two times of a pair may be apart")
      ->check(InRange(0.0, 86400.0))
      ->type_name("S")
      ->group(group);
}

void AddRigOptions(CLI::App& sub, const std::string& group, align::RigChoice& rig) {
  CLI::Option* file =
      sub.add_option("--rig", rig.file,
                     "How the two cameras map onto each other, found by\n"
                     "seafusion align: sources are taken as fuse --rig\nplaces them")
          ->type_name("FILE")
          ->group(group);
  sub.add_option_function<std::string>(
         "--canvas", [&rig](const std::string& name) { rig.canvas = *align::CanvasNamed(name); },
         "With --rig: what both pictures are brought onto:\noverlap, visible or infrared")
      ->check(OneOf({"overlap", "visible", "infrared"}))
      ->needs(file)
      ->default_str("overlap")
      ->type_name("C")
      ->group(group);
}

void AddLabelsOf(CLI::App& sub, const std::string& group, align::Source& labels_of) {
  sub.add_option_function<std::string>(
         "--labels-of",
         [&labels_of](const std::string& name) {
           labels_of = name == "infrared" ? align::Source::kInfrared : align::Source::kVisible;
         },
         "With --rig: on which camera's pictures labels lie:\n"
         "visible or infrared; they are carried over")
      ->check(OneOf({"visible", "infrared"}))
      ->needs(sub.get_option("--rig"))
      ->default_str("visible")
      ->type_name("L")
      ->group(group);
}

void TakeSourceTexts(const SourceTexts& texts, io::SourceOptions& sources) {
  if (texts.source == "shown") sources.infrared = io::CameraPicture::kShown;
  if (texts.page >= 0) sources.infrared_page = texts.page;
  if (!texts.format.empty()) sources.infrared_format = *io::ParseRawFormat(texts.format);
  if (!texts.crop.empty()) sources.infrared_crop = *io::ParsePictureCrop(texts.crop);
}

void TakeStreamTexts(const SourceTexts& texts, stream::StreamSettings& stream) {
  if (!texts.format.empty()) stream.infrared_format = *io::ParseRawFormat(texts.format);
  if (!texts.crop.empty()) stream.infrared_crop = *io::ParsePictureCrop(texts.crop);
  stream::InputRequest& request = stream.infrared_input;
  if (!texts.camera_input.empty()) request = *stream::ParseInputRequest(texts.camera_input);
  for (const std::string& option : texts.camera_options) {
    request.options.push_back(*stream::ParseInputOption(option));
  }
}

void TakeGainTexts(const SourceTexts& texts, InfraredGain& gain) {
  if (texts.gain == "plateau") gain.kind = InfraredGain::Kind::kPlateau;
  if (texts.gain == "clahe") gain.kind = InfraredGain::Kind::kClahe;
}

void TakePairingTexts(const SourceTexts& texts, io::PairOptions& pairing) {
  pairing.by_time = texts.pair_by == "time";
}

InfraredRange RangeOf(const SourceTexts& texts) {
  InfraredRange range;
  if (texts.range != "folder" && !ParseCelsius(texts.range))
    range = *ParseInfraredRange(texts.range);
  range.invert = texts.invert;
  return range;
}

void CheckSourcesNamed(const io::PairOptions& pairing, const std::string& infrared,
                       const std::string& visible) {
  for (const auto& [name, source] :
       {std::pair<const char*, const std::string&>{"--ir", infrared}, {"--vis", visible}}) {
    if (pairing.table.empty() && source.empty()) throw CLI::RequiredError(name);
    if (!pairing.table.empty() && !source.empty()) {
      throw CLI::ValidationError("--pairs", std::string("names the sources, and so does ") + name);
    }
  }
}

}  // namespace seafusion::tools
