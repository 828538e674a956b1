#include "stream_plan.h"

#include <unistd.h>

#include <chrono>
#include <cmath>
#include <filesystem>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "core/status_macros.h"
#include "io/pair_list.h"
#include "io/stream/picture_stream.h"
#include "io/stream/stream_name.h"
#include "io/stream/video_reader.h"
#include "io/stream/video_writer.h"

namespace seafusion::tools {
namespace {

namespace fs = std::filesystem;
using io::SinkKind;
using io::SourceKind;

// Thousandths are enough for every rate in use; 29.97 becomes 30000/1001.
io::FrameRate RateOf(double fps) {
  const double ntsc = fps * 1001 / 1000;
  if (std::abs(ntsc - std::round(ntsc)) < 2e-3 && std::abs(fps - std::round(fps)) > 1e-6) {
    return {static_cast<int>(std::round(ntsc)) * 1000, 1001};
  }
  return {static_cast<int>(std::lround(fps * 1000)), 1000};
}

std::string SizeText(const io::StreamInfo& info) {
  return std::to_string(info.width) + "x" + std::to_string(info.height);
}

StatusOr<std::unique_ptr<io::FrameSource>> OpenSource(const std::string& name, bool infrared,
                                                      const FuseOptions& options,
                                                      const std::atomic<bool>& cancel) {
  const SourceKind kind = io::KindOfSource(name);
  if (kind == SourceKind::kVideo || kind == SourceKind::kLive) {
    return io::OpenVideo(name, {.infrared = infrared,
                                .live = kind == SourceKind::kLive,
                                .max_pixels = options.max_pixels,
                                .patience = std::chrono::milliseconds(
                                    static_cast<std::int64_t>(1000 * options.stream.live_timeout)),
                                .cancel = &cancel});
  }
  std::vector<std::string> files;
  if (kind == SourceKind::kSequence) {
    SEAFUSION_ASSIGN_OR_RETURN(files, io::ListSequence(name));
  } else {
    SEAFUSION_ASSIGN_OR_RETURN(const std::vector<io::PictureFile> pictures, io::ListPictures(name));
    for (const io::PictureFile& picture : pictures) files.push_back(picture.path);
  }
  return io::OpenPictures(name, std::move(files), RateOf(options.stream.fps), options.max_pixels);
}

// Two folders or patterns: the pictures of a pair have one name, as without a video.
StatusOr<StreamSources> OpenFolders(const FuseOptions& options) {
  SEAFUSION_ASSIGN_OR_RETURN(const io::PairList list,
                             io::ListPairs(options.infrared, options.visible));
  if (!list.unpaired.empty() && !options.keep_going) {
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
  const io::FrameRate rate = RateOf(options.stream.fps);
  StreamSources sources;
  SEAFUSION_ASSIGN_OR_RETURN(
      sources.infrared,
      io::OpenPictures(options.infrared, std::move(infrared), rate, options.max_pixels));
  SEAFUSION_ASSIGN_OR_RETURN(sources.visible, io::OpenPictures(options.visible, std::move(visible),
                                                               rate, options.max_pixels));
  return sources;
}

// Whether the two names lead to one file.
bool SameFile(const std::string& a, const std::string& b) {
  std::error_code ec;
  return fs::equivalent(a, b, ec) && !ec;
}

Status CheckFolder(const std::string& folder) {
  const std::string name = folder.empty() ? "." : folder;
  std::error_code ec;
  if (!fs::exists(name, ec)) return NotFound(name + ": no such folder");
  if (!fs::is_directory(name, ec)) return InvalidArgument(name + ": is not a folder");
  if (::access(name.c_str(), W_OK | X_OK) != 0) {
    return IoError(
        name + ": cannot write here: " + std::error_code(errno, std::generic_category()).message());
  }
  return OkStatus();
}

// Where numbered pictures go: as the name says, or into a folder.
std::string PictureNames(const FuseOptions& options) {
  if (io::KindOfSink(options.output) == SinkKind::kSequence) return options.output;
  const std::string extension = options.format.empty() ? "png" : options.format;
  return (fs::path(options.output) / ("%06d." + extension)).string();
}

// Shows what is written; closing the window ends the run.
class PreviewedSink : public io::FrameSink {
 public:
  PreviewedSink(std::unique_ptr<io::FrameSink> sink, std::unique_ptr<io::FrameSink> window)
      : sink_(std::move(sink)), window_(std::move(window)) {}

  Status Write(const ImageView& image, std::int64_t time) override {
    SEAFUSION_RETURN_IF_ERROR(sink_->Write(image, time));
    if (!closed_ && !window_->Write(image, time).ok()) closed_ = true;
    return OkStatus();
  }
  Status Finish() override {
    window_->Finish().IgnoreError();  // it may be closed already
    return sink_->Finish();
  }

 private:
  std::unique_ptr<io::FrameSink> sink_;
  std::unique_ptr<io::FrameSink> window_;
  bool closed_ = false;
};

StatusOr<std::unique_ptr<io::FrameSink>> MakeFileSink(const FuseOptions& options,
                                                      const io::VideoWriterOptions& writer) {
  switch (io::KindOfSink(options.output)) {
    case SinkKind::kStandardOutput:
      return io::WriteToStandardOutput(writer);
    case SinkKind::kVideo:
      return io::CreateVideo(options.output, writer);
    case SinkKind::kPictures:
    case SinkKind::kSequence:
      break;
  }
  const std::string names = PictureNames(options);
  const auto name = io::NumberedName::Parse(names);
  if (!name) return InvalidArgument(names + ": has more than one place for a number");
  return io::WritePictures(*name, writer.if_exists);
}

}  // namespace

StatusOr<StreamSources> OpenSources(const FuseOptions& options, const std::atomic<bool>& cancel) {
  const SourceKind infrared = io::KindOfSource(options.infrared);
  const SourceKind visible = io::KindOfSource(options.visible);
  StreamSources sources;
  sources.live = infrared == SourceKind::kLive;
  if (sources.live != (visible == SourceKind::kLive)) {
    return InvalidArgument((sources.live ? options.infrared : options.visible) + " is live, " +
                           (sources.live ? options.visible : options.infrared) +
                           " is not; both must be, or neither");
  }
  if (infrared == SourceKind::kPictures && visible == SourceKind::kPictures) {
    SEAFUSION_ASSIGN_OR_RETURN(sources, OpenFolders(options));
  } else {
    SEAFUSION_ASSIGN_OR_RETURN(sources.infrared,
                               OpenSource(options.infrared, true, options, cancel));
    SEAFUSION_ASSIGN_OR_RETURN(sources.visible,
                               OpenSource(options.visible, false, options, cancel));
  }
  const io::StreamInfo& a = sources.infrared->info();
  const io::StreamInfo& b = sources.visible->info();
  if (a.width != b.width || a.height != b.height) {
    return InvalidArgument(a.name + " is " + SizeText(a) + ", " + b.name + " is " + SizeText(b) +
                           "; both streams must have the same size");
  }
  return sources;
}

Status CheckSink(const FuseOptions& options) {
  const std::string& output = options.output;
  const SinkKind kind = io::KindOfSink(output);
  if (kind == SinkKind::kStandardOutput) {
    if (::isatty(STDOUT_FILENO) != 0) {
      return InvalidArgument(
          "standard output is a terminal; send the video into a file or program");
    }
    return OkStatus();
  }
  if (SameFile(output, options.infrared) || SameFile(output, options.visible)) {
    return InvalidArgument(output + ": is one of the inputs");
  }
  std::error_code ec;
  if (kind == SinkKind::kVideo) {
    if (fs::exists(output, ec) && !options.overwrite) {
      return AlreadyExists(output + ": exists already; --overwrite replaces");
    }
    return CheckFolder(fs::path(output).parent_path().string());
  }
  const std::string names = PictureNames(options);
  const auto name = io::NumberedName::Parse(names);
  if (!name || !io::HasPictureExtension(names)) {
    return InvalidArgument(output +
                           ": must be a video (.mp4, .mkv, .avi, ...), a folder, numbered " +
                           "pictures (out_%04d.png), or - for standard output");
  }
  if (kind == SinkKind::kPictures) {
    if (io::HasPictureExtension(output) && !output.ends_with('/') &&
        !fs::is_directory(output, ec)) {
      return InvalidArgument(output + ": one picture cannot hold a stream; a name such as " +
                             "out_%04d.png can");
    }
    fs::create_directories(output, ec);
    if (ec) return IoError(output + ": cannot be made: " + ec.message());
  }
  if (!options.overwrite && fs::exists(name->At(1), ec)) {
    return AlreadyExists(name->At(1) + ": exists already; --overwrite replaces");
  }
  return CheckFolder(name->Folder());
}

io::MakeSink SinkMaker(const FuseOptions& options, io::FrameRate rate) {
  return [&options, rate](const ImageView& first) -> StatusOr<std::unique_ptr<io::FrameSink>> {
    const io::VideoWriterOptions writer = {
        .width = first.width,
        .height = first.height,
        .format = first.format,
        .rate = rate,
        .codec = options.stream.codec,
        .pixel_format = options.stream.pixel_format,
        .if_exists = options.overwrite ? IfExists::kReplace : IfExists::kFail};
    if (!options.stream.preview) return MakeFileSink(options, writer);
    SEAFUSION_ASSIGN_OR_RETURN(auto window, io::OpenWindow(writer, "seafusion"));
    SEAFUSION_ASSIGN_OR_RETURN(auto sink, MakeFileSink(options, writer));
    return std::unique_ptr<io::FrameSink>(
        std::make_unique<PreviewedSink>(std::move(sink), std::move(window)));
  };
}

}  // namespace seafusion::tools
