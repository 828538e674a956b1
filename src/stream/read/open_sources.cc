#include "stream/read/open_sources.h"

#include <chrono>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "core/status_macros.h"
#include "io/pairing/pair_list.h"
#include "stream/picture_stream.h"
#include "stream/read/infrared_clock.h"
#include "stream/read/reconnecting.h"
#include "stream/read/video_reader.h"
#include "stream/stream_name.h"

namespace seafusion::stream {
namespace {

// Thousandths are enough for every rate in use; 29.97 becomes 30000/1001.
FrameRate RateOf(double fps) {
  const double ntsc = fps * 1001 / 1000;
  if (std::abs(ntsc - std::round(ntsc)) < 2e-3 && std::abs(fps - std::round(fps)) > 1e-6) {
    return {static_cast<int>(std::round(ntsc)) * 1000, 1001};
  }
  return {static_cast<int>(std::lround(fps * 1000)), 1000};
}

std::string SizeText(const StreamInfo& info) {
  return std::to_string(info.width) + "x" + std::to_string(info.height);
}

StatusOr<std::unique_ptr<FrameSource>> OpenSource(const std::string& name, bool infrared, bool live,
                                                  const StreamSettings& settings,
                                                  const std::atomic<bool>* stop,
                                                  bool planes = false) {
  const SourceKind kind = KindOfSource(name);
  const bool bare = infrared && settings.infrared_format.has_value();
  if (kind == SourceKind::kVideo || kind == SourceKind::kLive || bare) {
    VideoReaderOptions options = {.infrared = infrared,
                                  .planes = planes,
                                  .live = live,
                                  .max_pixels = settings.max_pixels,
                                  .patience = std::chrono::milliseconds(
                                      static_cast<std::int64_t>(1000 * settings.live_timeout)),
                                  .rate = RateOf(settings.fps),
                                  .cancel = stop};
    if (infrared) {
      options.raw_format = settings.infrared_format;
      options.crop = settings.infrared_crop;
      options.request = settings.infrared_input;
    }
    if (!live || settings.reconnect == 0) return OpenVideo(name, options);
    const auto open = [name, options] { return OpenVideo(name, options); };
    SEAFUSION_ASSIGN_OR_RETURN(std::unique_ptr<FrameSource> source, open());
    return Reconnecting(std::move(source), open,
                        {.patience = std::chrono::milliseconds(
                             static_cast<std::int64_t>(1000 * settings.reconnect)),
                         .cancel = stop});
  }
  std::vector<std::string> files;
  if (kind == SourceKind::kSequence) {
    SEAFUSION_ASSIGN_OR_RETURN(files, ListSequence(name));
  } else {
    SEAFUSION_ASSIGN_OR_RETURN(const std::vector<io::PictureFile> pictures, io::ListPictures(name));
    for (const io::PictureFile& picture : pictures) files.push_back(picture.path);
  }
  return OpenPictures(name, std::move(files), RateOf(settings.fps), settings.max_pixels);
}

// Two folders or patterns: the pictures of a pair have one name, as without a video.
StatusOr<StreamSources> OpenFolders(const StreamSettings& settings) {
  SEAFUSION_ASSIGN_OR_RETURN(const io::PairList list,
                             io::ListPairs(settings.infrared, settings.visible));
  if (!list.unpaired.empty() && !settings.leave_out_unpaired) {
    return InvalidArgument(
        list.unpaired[0] + ": has no partner" +
        (list.unpaired.size() == 1
             ? ""
             : ", nor have " + std::to_string(list.unpaired.size() - 1) + " other pictures") +
        "; --keep-going leaves them out");
  }
  std::vector<std::string> infrared, visible;
  for (const io::PicturePair& pair : list.pairs) {
    infrared.push_back(pair.infrared);
    visible.push_back(pair.visible);
  }
  const FrameRate rate = RateOf(settings.fps);
  StreamSources sources;
  SEAFUSION_ASSIGN_OR_RETURN(sources.infrared, OpenPictures(settings.infrared, std::move(infrared),
                                                            rate, settings.max_pixels));
  SEAFUSION_ASSIGN_OR_RETURN(sources.visible, OpenPictures(settings.visible, std::move(visible),
                                                           rate, settings.max_pixels));
  return sources;
}

}  // namespace

StatusOr<bool> AreLive(const StreamSettings& settings) {
  SourceKind infrared = KindOfSource(settings.infrared);
  SourceKind visible = KindOfSource(settings.visible);
  if (settings.infrared == "-" && settings.visible == "-") {
    return InvalidArgument("standard input can be one of the sources, not both");
  }
  // A pipe is as live as the other source.
  if (IsPipe(settings.infrared))
    infrared = visible == SourceKind::kLive ? visible : SourceKind::kVideo;
  if (IsPipe(settings.visible))
    visible = infrared == SourceKind::kLive ? infrared : SourceKind::kVideo;
  const bool live = infrared == SourceKind::kLive;
  if (live != (visible == SourceKind::kLive)) {
    return InvalidArgument((live ? settings.infrared : settings.visible) + " is live, " +
                           (live ? settings.visible : settings.infrared) +
                           " is not; both must be, or neither");
  }
  return live;
}

StatusOr<StreamSources> OpenOfAnySize(const StreamSettings& settings, const std::atomic<bool>* stop,
                                      VisibleFrames visible) {
  StreamSources sources;
  SEAFUSION_ASSIGN_OR_RETURN(sources.live, AreLive(settings));
  if (KindOfSource(settings.infrared) == SourceKind::kPictures &&
      KindOfSource(settings.visible) == SourceKind::kPictures && !settings.infrared_format) {
    SEAFUSION_ASSIGN_OR_RETURN(sources, OpenFolders(settings));
  } else {
    SEAFUSION_ASSIGN_OR_RETURN(sources.infrared,
                               OpenSource(settings.infrared, true, sources.live, settings, stop));
    SEAFUSION_ASSIGN_OR_RETURN(sources.visible,
                               OpenSource(settings.visible, false, sources.live, settings, stop,
                                          visible == VisibleFrames::kPlanes));
  }
  sources.infrared = WatchShutter(std::move(sources.infrared), settings.hold_shutter);
  if (settings.infrared_delay != 0 && sources.live) {
    return InvalidArgument("a delay is for recordings; live streams are paired as they come");
  }
  if (settings.infrared_delay != 0) {
    sources.infrared =
        DelayBy(std::move(sources.infrared), std::llround(settings.infrared_delay * kMicroseconds));
  }
  return sources;
}

StatusOr<StreamSources> OpenSources(const StreamSettings& settings, const std::atomic<bool>* stop,
                                    VisibleFrames visible) {
  SEAFUSION_ASSIGN_OR_RETURN(StreamSources sources, OpenOfAnySize(settings, stop, visible));
  const StreamInfo& a = sources.infrared->info();
  const StreamInfo& b = sources.visible->info();
  if (settings.rig.file.empty() && (a.width != b.width || a.height != b.height)) {
    return InvalidArgument(a.name + " is " + SizeText(a) + ", " + b.name + " is " + SizeText(b) +
                           "; both streams must have the same size (seafusion align finds how the "
                           "cameras map onto each other, --rig uses it)");
  }
  return sources;
}

std::unique_ptr<PairSource> PairSources(StreamSources sources, const StreamSettings& settings) {
  const auto pair = sources.live ? PairNewest : PairByTime;
  return pair(std::move(sources.infrared), std::move(sources.visible), settings.sync,
              settings.failure_is_end);
}

Status CheckReadTwice(const StreamSettings& settings, const std::string& instead) {
  for (const std::string& name : {settings.infrared, settings.visible}) {
    if (IsPipe(name)) return InvalidArgument(name + ": a pipe cannot be read twice; " + instead);
  }
  return OkStatus();
}

StatusOr<std::unique_ptr<FrameSource>> OpenLive(const StreamSettings& settings, bool infrared,
                                                const std::atomic<bool>* stop) {
  SEAFUSION_ASSIGN_OR_RETURN(
      std::unique_ptr<FrameSource> source,
      OpenSource(infrared ? settings.infrared : settings.visible, infrared, true, settings, stop));
  if (!infrared) return source;
  return WatchShutter(std::move(source), settings.hold_shutter);
}

StatusOr<std::unique_ptr<FrameSource>> OpenFrames(const std::string& name,
                                                  const StreamSettings& settings,
                                                  const std::atomic<bool>* stop) {
  if (KindOfSource(name) == SourceKind::kLive) {
    return InvalidArgument(name + ": is live; what was fused must be a recording");
  }
  return OpenSource(name, /*infrared=*/false, /*live=*/false, settings, stop);
}

}  // namespace seafusion::stream
