#include "stream/write/open_sink.h"

#include <unistd.h>

#include <filesystem>
#include <memory>
#include <string>
#include <system_error>
#include <utility>

#include "core/status_macros.h"
#include "io/image_file.h"
#include "io/pairing/kept_inputs.h"
#include "stream/picture_stream.h"
#include "stream/stream_name.h"
#include "stream/write/video_writer.h"

namespace seafusion::stream {
namespace {

namespace fs = std::filesystem;

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
std::string PictureNames(const StreamSettings& settings) {
  if (KindOfSink(settings.output) == SinkKind::kSequence) return settings.output;
  const std::string extension = settings.format.empty() ? "png" : settings.format;
  return (fs::path(settings.output) / ("%06d." + extension)).string();
}

// Shows what is written; closing the window ends the run.
class PreviewedSink : public FrameSink {
 public:
  PreviewedSink(std::unique_ptr<FrameSink> sink, std::unique_ptr<FrameSink> window)
      : sink_(std::move(sink)), window_(std::move(window)) {}

  Status Write(const ImageView& image, std::int64_t time) override {
    SEAFUSION_RETURN_IF_ERROR(sink_->Write(image, time));
    if (!closed_ && !window_->Write(image, time).ok()) closed_ = true;
    return OkStatus();
  }
  std::vector<std::string> remarks() const override { return sink_->remarks(); }
  Status Finish() override {
    window_->Finish().IgnoreError();  // it may be closed already
    return sink_->Finish();
  }

 private:
  std::unique_ptr<FrameSink> sink_;
  std::unique_ptr<FrameSink> window_;
  bool closed_ = false;
};

StatusOr<std::unique_ptr<FrameSink>> MakeFileSink(const StreamSettings& settings,
                                                  const VideoWriterOptions& writer) {
  switch (KindOfSink(settings.output)) {
    case SinkKind::kStandardOutput:
      return WriteToStandardOutput(writer);
    case SinkKind::kVideo:
      return CreateVideo(settings.output, writer);
    case SinkKind::kPictures:
    case SinkKind::kSequence:
      break;
  }
  const std::string names = PictureNames(settings);
  const auto name = NumberedName::Parse(names);
  if (!name) return InvalidArgument(names + ": has more than one place for a number");
  return WritePictures(*name, writer.if_exists);
}

// Only recordings can be read a second time.
bool HasSound(const StreamSettings& settings) {
  return settings.metadata && KindOfSource(settings.visible) == SourceKind::kVideo &&
         !IsPipe(settings.visible);
}

}  // namespace

Status CheckSink(const StreamSettings& settings) {
  const std::string& output = settings.output;
  const SinkKind kind = KindOfSink(output);
  if (kind == SinkKind::kStandardOutput) {
    if (::isatty(STDOUT_FILENO) != 0) {
      return InvalidArgument(
          "standard output is a terminal; send the video into a file or program");
    }
    return OkStatus();
  }
  io::KeptInputs inputs;
  KeepFilesOf(settings.infrared, inputs);
  KeepFilesOf(settings.visible, inputs);
  inputs.Add(settings.rig.file);
  SEAFUSION_RETURN_IF_ERROR(inputs.Check(output));
  std::error_code ec;
  if (kind == SinkKind::kVideo) {
    if (fs::exists(output, ec) && !settings.overwrite) {
      return AlreadyExists(output + ": exists already; --overwrite replaces");
    }
    return CheckFolder(fs::path(output).parent_path().string());
  }
  const std::string names = PictureNames(settings);
  const auto name = NumberedName::Parse(names);
  if (!name || !io::CanWriteImage(names)) {
    return InvalidArgument(output +
                           ": must be a video (.mp4, .mkv, .avi, ...), a folder, numbered " +
                           "pictures (out_%04d.png), or - for standard output");
  }
  if (kind == SinkKind::kPictures) {
    if (io::CanWriteImage(output) && !output.ends_with('/') && !fs::is_directory(output, ec)) {
      return InvalidArgument(output + ": one picture cannot hold a stream; a name such as " +
                             "out_%04d.png can");
    }
    if (fs::path(output).has_extension() && !output.ends_with('/') && !fs::exists(output, ec)) {
      return InvalidArgument(output +
                             ": the name must end in that of a video (.mp4, .mkv, .avi, ...), or "
                             "in / for a folder");
    }
    fs::create_directories(output, ec);
    if (ec) return IoError(output + ": cannot be made: " + ec.message());
  }
  SEAFUSION_RETURN_IF_ERROR(CheckNumbers(*name, inputs));
  if (!settings.overwrite && fs::exists(name->At(1), ec)) {
    return AlreadyExists(name->At(1) + ": exists already; --overwrite replaces");
  }
  return CheckFolder(name->Folder());
}

MakeSink SinkMaker(const StreamSettings& settings, const StreamInfo& visible) {
  return [&settings, visible](const ImageView& first) -> StatusOr<std::unique_ptr<FrameSink>> {
    const VideoWriterOptions writer = {
        .width = first.width,
        .height = first.height,
        .format = first.format,
        .planes = visible.planes,
        .rate = visible.rate,
        .codec = settings.codec,
        .pixel_format = settings.pixel_format,
        .pixel_width = visible.pixel_width,
        .pixel_height = visible.pixel_height,
        .audio_from = HasSound(settings) ? settings.visible : std::string(),
        .if_exists = settings.overwrite ? IfExists::kReplace : IfExists::kFail,
        .low_delay = settings.latency == Latency::kLow &&
                     KindOfSource(settings.visible) == SourceKind::kLive};
    if (!settings.preview) return MakeFileSink(settings, writer);
    SEAFUSION_ASSIGN_OR_RETURN(auto window, OpenWindow(writer, "seafusion"));
    SEAFUSION_ASSIGN_OR_RETURN(auto sink, MakeFileSink(settings, writer));
    return std::unique_ptr<FrameSink>(
        std::make_unique<PreviewedSink>(std::move(sink), std::move(window)));
  };
}

}  // namespace seafusion::stream
