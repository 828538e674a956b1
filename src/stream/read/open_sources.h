// The two sources of a fusion of streams.
#ifndef SEAFUSION_STREAM_READ_OPEN_SOURCES_H_
#define SEAFUSION_STREAM_READ_OPEN_SOURCES_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>

#include <seafusion/status.h>

#include "stream/frame_source.h"
#include "stream/stream_settings.h"
#include "stream/sync/stream_pairs.h"

namespace seafusion::stream {

struct StreamSources {
  std::unique_ptr<FrameSource> infrared;
  std::unique_ptr<FrameSource> visible;
  bool live = false;
};

/// As what a visible video's frames come.
enum class VisibleFrames : std::uint8_t {
  kPictures,
  kPlanes,  ///< VideoReaderOptions::planes.
};

/// Opens both sources, which must be of one size, unless a rig is named, and both live or neither.
/// Pictures of two folders or patterns are paired by name. `stop` interrupts; may be null.
StatusOr<StreamSources> OpenSources(const StreamSettings& settings, const std::atomic<bool>* stop,
                                    VisibleFrames visible = VisibleFrames::kPictures);

/// The same, but the two may differ in size.
StatusOr<StreamSources> OpenOfAnySize(const StreamSettings& settings, const std::atomic<bool>* stop,
                                      VisibleFrames visible = VisibleFrames::kPictures);

/// Both as pairs: of live ones the newest frames, of recordings those of one time.
std::unique_ptr<PairSource> PairSources(StreamSources sources, const StreamSettings& settings);

/// kInvalidArgument where a source is a pipe, and so is read once; `instead` says what to do.
Status CheckReadTwice(const StreamSettings& settings, const std::string& instead);

/// Whether the settings' sources are live, by their names. Errors: kInvalidArgument (only one is).
StatusOr<bool> AreLive(const StreamSettings& settings);

/// One of two live sources alone, the infrared one with its shutter watched.
StatusOr<std::unique_ptr<FrameSource>> OpenLive(const StreamSettings& settings, bool infrared,
                                                const std::atomic<bool>* stop);

/// One more source beside them, of videos or numbered pictures: what was fused. Errors: those of
/// OpenVideo, ListSequence and OpenPictures.
StatusOr<std::unique_ptr<FrameSource>> OpenFrames(const std::string& name,
                                                  const StreamSettings& settings,
                                                  const std::atomic<bool>* stop);

}  // namespace seafusion::stream

#endif  // SEAFUSION_STREAM_READ_OPEN_SOURCES_H_
