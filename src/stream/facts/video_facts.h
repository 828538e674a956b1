// What a video file holds, for people and for programs.
#ifndef SEAFUSION_STREAM_FACTS_VIDEO_FACTS_H_
#define SEAFUSION_STREAM_FACTS_VIDEO_FACTS_H_

#include <cstdint>
#include <optional>
#include <string>

#include <seafusion/status.h>

#include "io/facts/palette.h"
#include "io/facts/picture_facts.h"

namespace seafusion::stream {

struct VideoFacts {
  std::string path;
  std::string container;  ///< FFmpeg's name: "matroska,webm".
  std::uint64_t bytes = 0;
  int width = 0, height = 0;  ///< As stored, before rotation.
  std::string codec, pixel_format;
  int bits = 0;              ///< Of one sample as stored.
  double rate = 0;           ///< Frames a second.
  std::uint64_t frames = 0;  ///< 0: the file does not say.
  double seconds = 0;        ///< 0: the file does not say.
  double start = 0;          ///< Seconds, by the container's clock.
  std::string taken;         ///< When the recording began; ISO 8601; may be empty.
  int rotation = 0;          ///< Degrees clockwise that bring it upright: 0, 90, 180, 270.
  std::string pixel_aspect;  ///< "4:3"; empty: square or not said.
  int audio_streams = 0;
  io::SampleFacts first_frame;  ///< As infrared: of colours the luma.
  double coloured_share = 0;    ///< Of the first frame.
  io::Palette palette = io::Palette::kNone;
};

/// Opens the file and decodes one frame. Errors: those of OpenVideo and of FrameSource::Next.
StatusOr<VideoFacts> FindVideoFacts(const std::string& path, std::uint64_t max_pixels);

/// Lines for people.
std::string VideoFactsText(const VideoFacts& facts);
/// An object; keys stand only for what there is.
std::string VideoFactsJson(const VideoFacts& facts);

/// The facts of any file.
struct FileFacts {
  std::string text, json;
};

/// Tells pictures and videos apart by their content. `raw_format`: the file holds bare samples.
/// Errors: kUnsupported (neither), and those of io::FindPictureFacts and FindVideoFacts.
StatusOr<FileFacts> FindFileFacts(const std::string& path, std::uint64_t max_pixels,
                                  const std::optional<io::RawFormat>& raw_format);

}  // namespace seafusion::stream

#endif  // SEAFUSION_STREAM_FACTS_VIDEO_FACTS_H_
