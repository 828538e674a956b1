#include "stream/read/video_reader.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <string_view>
#include <thread>
#include <utility>

#include "core/memory/checked_math.h"
#include "core/status_macros.h"
#include "io/metadata/orientation.h"
#include "stream/ffmpeg.h"
#include "stream/read/frame_pixels.h"
#include "stream/read/patience.h"
#include "stream/read/rotation.h"

extern "C" {
#include <libavutil/imgutils.h>
#include <libavutil/pixdesc.h>
}

namespace seafusion::stream {
namespace {

std::string SizeText(int width, int height) {
  return std::to_string(width) + "x" + std::to_string(height);
}

class VideoReader : public FrameSource {
 public:
  VideoReader(std::string name, const VideoReaderOptions& options)
      : options_(options),
        patience_(options.live ? options.patience : std::chrono::milliseconds(0), options.cancel) {
    info_.name = std::move(name);
  }

  const StreamInfo& info() const override { return info_; }
  std::uint64_t damaged() const override { return damaged_; }

  Status Open();
  StatusOr<FramePtr> Next() override;
  Status Seek(std::int64_t time) override;

 private:
  static int Interrupted(void* self) {
    auto& reader = *static_cast<VideoReader*>(self);
    const AVFormatContext* input = reader.looked_at_;
    if (input != nullptr && input->pb != nullptr) reader.patience_.Came(input->pb->bytes_read);
    return reader.patience_.MustStop() ? 1 : 0;
  }

  Status OpenInput();
  Status OpenDecoder();
  Status Failure(const std::string& what, int code);
  // Feeds the decoder one packet; at the end of the data, the request to deliver what it still has.
  void Feed();
  Status CheckLength() const;
  bool IndexPointsBehindTheFile() const;
  void FindOrigin();
  StatusOr<ffmpeg::FramePtr> AsBare(const AVFrame& frame) const;
  StatusOr<ImageBuffer> PictureOf(const AVFrame& frame);
  StatusOr<FramePtr> Deliver(const AVFrame& frame);
  Status TakePlanes(const AVFrame& frame, Frame& out);

  VideoReaderOptions options_;
  StreamInfo info_;
  Patience patience_;
  const AVFormatContext* looked_at_ = nullptr;  // while FFmpeg finds out what is in it
  ffmpeg::InputPtr input_;
  AVStream* stream_ = nullptr;
  ffmpeg::CodecPtr decoder_;
  ffmpeg::FramePtr frame_;
  ffmpeg::PacketPtr packet_;
  FramePixels pixels_;
  Status end_;  // why the data ended
  bool drained_ = false;
  std::int64_t packets_ = 0;
  std::int64_t consumed_ = 0;  // bytes up to the end of the last whole packet
  std::uint64_t damaged_ = 0;
  std::uint64_t errors_ = 0;  // of this thread before the frame that is being decoded
  std::uint64_t delivered_ = 0;
  int coded_width_ = 0, coded_height_ = 0;
  int rotation_ = 0;  // degrees clockwise
  AVPixelFormat raw_pixels_ = AV_PIX_FMT_NONE;
  std::int64_t origin_ = AV_NOPTS_VALUE;  // in the stream's time base; none: the first frame
  std::int64_t last_time_ = -1;
  std::int64_t from_ = 0;  // microseconds; frames before it are left out after Seek
  bool sought_ = false;    // not all packets were counted
};

Status VideoReader::Failure(const std::string& what, int code) {
  if (patience_.cancelled()) return Cancelled(info_.name + ": stopped");
  if (patience_.over()) {
    return IoError(info_.name + ": nothing came for " + std::to_string(options_.patience.count()) +
                   " ms");
  }
  return ffmpeg::Error(info_.name, what, code);
}

Status VideoReader::OpenInput() {
  AVFormatContext* raw = avformat_alloc_context();
  if (raw == nullptr) return ResourceExhausted(info_.name + ": no memory");
  raw->interrupt_callback = {Interrupted, this};
  const AVInputFormat* format = nullptr;
  AVDictionary* settings = nullptr;
  std::string address = info_.name;
  for (const auto& [key, value] : DeviceOptions(options_.request)) {
    av_dict_set(&settings, key.c_str(), value.c_str(), 0);
  }
  const bool device = options_.live && address.starts_with("/dev/");
  if (options_.raw_format && !device) {
    const io::RawFormat& bare = *options_.raw_format;
    format = av_find_input_format("rawvideo");
    raw->skip_initial_bytes = static_cast<std::int64_t>(bare.skip);
    const std::string rate =
        std::to_string(options_.rate.numerator) + "/" + std::to_string(options_.rate.denominator);
    av_dict_set(&settings, "pixel_format", bare.pixel_format.c_str(), 0);
    av_dict_set(&settings, "video_size", SizeText(bare.width, bare.height).c_str(), 0);
    av_dict_set(&settings, "framerate", rate.c_str(), 0);
  }
  if (device) {
    if (Status s = ffmpeg::PrepareDevices(); !s.ok()) {
      avformat_free_context(raw);
      av_dict_free(&settings);
      return s.Annotate(info_.name);
    }
    format = av_find_input_format("v4l2");
    // Where a camera stalls, its driver waits for ever, whatever the interrupt says: see Feed.
    raw->flags |= AVFMT_FLAG_NONBLOCK;
  } else if (address == "-") {
    address = "pipe:0";
  } else if (!options_.live || address.find("://") == std::string::npos) {
    // Without the prefix, a file named "concat:a" would be an order to FFmpeg.
    address.insert(0, "file:");
  } else if (address.starts_with("rtsp")) {
    // Over UDP, which is FFmpeg's first choice, lost packets damage the picture.
    av_dict_set(&settings, "rtsp_transport", "tcp", 0);
  }
  // Frees `raw` on failure.
  const int result = avformat_open_input(&raw, address.c_str(), format, &settings);
  // What is left was not taken.
  const AVDictionaryEntry* unknown = av_dict_get(settings, "", nullptr, AV_DICT_IGNORE_SUFFIX);
  const std::string stranger = unknown == nullptr ? std::string() : unknown->key;
  av_dict_free(&settings);
  if (result < 0) return Failure("cannot be opened as a video", result);
  if (!stranger.empty()) {
    avformat_close_input(&raw);
    return InvalidArgument(info_.name + ": FFmpeg knows no option '" + stranger + "' for it");
  }
  input_.reset(raw);
  if (options_.live) {
    // Where the stream's own times are true, it is known after half of the time.
    raw->max_analyze_duration = std::chrono::microseconds(options_.patience).count() / 2;
  }
  looked_at_ = raw;
  const int known = avformat_find_stream_info(raw, nullptr);
  looked_at_ = nullptr;
  return known < 0 ? Failure("cannot be read as a video", known) : OkStatus();
}

Status VideoReader::OpenDecoder() {
  const AVCodec* codec = nullptr;
  const int index = av_find_best_stream(input_.get(), AVMEDIA_TYPE_VIDEO, -1, -1, &codec, 0);
  if (index == AVERROR_DECODER_NOT_FOUND) {
    return Unsupported(info_.name + ": FFmpeg has no decoder for its codec");
  }
  if (index < 0) return CorruptData(info_.name + ": no video in it");
  stream_ = input_->streams[index];
  decoder_.reset(avcodec_alloc_context3(codec));
  frame_.reset(av_frame_alloc());
  packet_.reset(av_packet_alloc());
  if (decoder_ == nullptr || frame_ == nullptr || packet_ == nullptr) {
    return ResourceExhausted(info_.name + ": no memory for its decoder");
  }
  if (const int r = avcodec_parameters_to_context(decoder_.get(), stream_->codecpar); r < 0) {
    return Failure("cannot be decoded", r);
  }
  // Decoding is a small part of the work; the processors are the network's.
  decoder_->thread_count = 1;
  decoder_->pkt_timebase = stream_->time_base;
  // These two fill damaged parts up silently unless told not to.
  if (codec->id == AV_CODEC_ID_FFV1 || codec->id == AV_CODEC_ID_MJPEG) {
    decoder_->err_recognition |= AV_EF_CRCCHECK | AV_EF_EXPLODE;
  }
  if (const int r = avcodec_open2(decoder_.get(), codec, nullptr); r < 0) {
    return Failure("cannot be decoded", r);
  }
  return OkStatus();
}

Status VideoReader::Open() {
  ffmpeg::Prepare();
  patience_.BeginToOpen();
  if (options_.raw_format) {
    raw_pixels_ = av_get_pix_fmt(options_.raw_format->pixel_format.c_str());
    if (raw_pixels_ == AV_PIX_FMT_NONE) {
      return InvalidArgument(info_.name + ": FFmpeg knows no pixel format '" +
                             options_.raw_format->pixel_format + "'");
    }
  }
  SEAFUSION_RETURN_IF_ERROR(OpenInput());
  SEAFUSION_RETURN_IF_ERROR(OpenDecoder());
  coded_width_ = stream_->codecpar->width;
  coded_height_ = stream_->codecpar->height;
  info_.transparent = ffmpeg::HasOpacity(static_cast<AVPixelFormat>(stream_->codecpar->format));
  info_.width = options_.raw_format ? options_.raw_format->width : coded_width_;
  info_.height = options_.raw_format ? options_.raw_format->height : coded_height_;
  if (info_.width < 1 || info_.height < 1) {
    return CorruptData(info_.name + ": its header does not tell the picture size");
  }
  const auto pixels =
      CheckedMul(static_cast<std::uint64_t>(info_.width), static_cast<std::uint64_t>(info_.height));
  if (!pixels || *pixels > options_.max_pixels) {
    return ResourceExhausted(
        info_.name + ": its pictures have " + SizeText(info_.width, info_.height) +
        " pixels, more than the limit of " + std::to_string(options_.max_pixels) + " in all");
  }
  if (options_.crop) {
    const io::PictureCrop& part = *options_.crop;
    if (part.x > info_.width - part.width || part.y > info_.height - part.height) {
      return InvalidArgument(info_.name + ": the part of " + SizeText(part.width, part.height) +
                             " pixels at " + std::to_string(part.x) + ", " +
                             std::to_string(part.y) + " is not inside its " +
                             SizeText(info_.width, info_.height));
    }
    info_.width = part.width;
    info_.height = part.height;
  }
  const AVRational shape = av_guess_sample_aspect_ratio(input_.get(), stream_, nullptr);
  if (shape.num > 0 && shape.den > 0) {
    info_.pixel_width = shape.num;
    info_.pixel_height = shape.den;
  }
  rotation_ = RotationOf(*stream_);
  const bool as_coded = rotation_ == 0 && !options_.crop && !options_.raw_format;
  if (options_.planes && as_coded) info_.planes = PlanesLike(*stream_->codecpar);
  if (rotation_ % 180 != 0) {
    std::swap(info_.width, info_.height);
    std::swap(info_.pixel_width, info_.pixel_height);
  }
  const AVRational rate = av_guess_frame_rate(input_.get(), stream_, nullptr);
  // What claims more is a clock, not a rate of pictures.
  if (rate.num > 0 && rate.den > 0 && av_q2d(rate) <= 1000) info_.rate = {rate.num, rate.den};
  FindOrigin();
  if (!options_.live && input_->duration > 0) info_.length = input_->duration;
  if (!options_.live && stream_->nb_frames > 0) {
    info_.frames = static_cast<std::uint64_t>(stream_->nb_frames);
  }
  return OkStatus();
}

void VideoReader::Feed() {
  const int result = av_read_frame(input_.get(), packet_.get());
  if (result == AVERROR(EAGAIN) && !patience_.MustStop()) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));  // of a device
    return;
  }
  if (result < 0) {
    if (result != AVERROR_EOF || patience_.MustStop()) {
      end_ = Failure("cannot be read further", result);
    } else if (options_.live) {
      end_ = IoError(info_.name + ": the stream ended");
    }
    drained_ = true;
    avcodec_send_packet(decoder_.get(), nullptr);
    return;
  }
  if (packet_->stream_index == stream_->index) {
    ++packets_;
    // The last packet of a file that was cut is not whole; decoders make half a picture of it.
    const bool broken = (packet_->flags & AV_PKT_FLAG_CORRUPT) != 0;
    if (!broken && input_->pb != nullptr) consumed_ = avio_tell(input_->pb);
    if (broken || avcodec_send_packet(decoder_.get(), packet_.get()) < 0) ++damaged_;
  }
  av_packet_unref(packet_.get());
}

// An index (MP4, AVI) knows where each frame's bytes stand.
bool VideoReader::IndexPointsBehindTheFile() const {
  const std::int64_t size = avio_size(input_->pb);
  const int entries = avformat_index_get_entries_count(stream_);
  if (size <= 0 || entries == 0) return false;
  const AVIndexEntry* last = avformat_index_get_entry(stream_, entries - 1);
  return last != nullptr && last->pos >= 0 && last->pos + last->size > size;
}

// Whether the file ended where it says that it ends: a cut file otherwise looks like a short one.
Status VideoReader::CheckLength() const {
  const std::string read = std::to_string(packets_);
  if (sought_) return OkStatus();
  if (stream_->nb_frames > packets_ || IndexPointsBehindTheFile()) {
    return CorruptData(info_.name + ": the file is cut short after " + read +
                       (stream_->nb_frames > 0
                            ? " of " + std::to_string(stream_->nb_frames) + " frames"
                            : " frames"));
  }
  // No index, no length: the last frame is not whole.
  if (std::string_view(input_->iformat->name) == "yuv4mpegpipe" &&
      avio_size(input_->pb) > consumed_) {
    return CorruptData(info_.name + ": the file is cut short in frame " +
                       std::to_string(packets_ + 1));
  }
  // The header's length is the longest stream's, so it tells only where there is one stream.
  if (input_->nb_streams == 1 && input_->duration > 0 &&
      input_->duration_estimation_method == AVFMT_DURATION_FROM_STREAM) {
    const std::int64_t origin =
        origin_ == AV_NOPTS_VALUE ? 0 : ffmpeg::Microseconds(origin_, stream_->time_base);
    const std::int64_t end = last_time_ + origin + info_.rate.frame() * 3 / 2;
    if (end < input_->duration) {
      return CorruptData(
          info_.name + ": the file is cut short after " + read + " frames; it says " +
          std::to_string(static_cast<double>(input_->duration) / kMicroseconds) + " s");
    }
  }
  return OkStatus();
}

// Where the stream's times count from.
void VideoReader::FindOrigin() {
  if (options_.live || options_.raw_format || stream_->start_time == AV_NOPTS_VALUE) return;
  // Broadcasts have a clock that began long ago.
  if ((input_->iformat->flags & AVFMT_TS_DISCONT) != 0) return;
  const std::int64_t start = ffmpeg::Microseconds(stream_->start_time, stream_->time_base);
  // Some containers count the frames that the decoder must have before it shows the first; less
  // than a frame more is how sound and picture were put together.
  const std::int64_t reordered = stream_->codecpar->video_delay + 1;
  if (start >= std::max(reordered * info_.rate.frame(), kMicroseconds / 25)) origin_ = 0;
}

// The frame's bytes as what they really are.
StatusOr<ffmpeg::FramePtr> VideoReader::AsBare(const AVFrame& frame) const {
  const io::RawFormat& bare = *options_.raw_format;
  const int row = av_image_get_linesize(static_cast<AVPixelFormat>(frame.format), frame.width, 0);
  const int wanted = av_image_get_linesize(raw_pixels_, bare.width, 0);
  if (row != wanted || frame.height != bare.height || frame.data[1] != nullptr) {
    const char* name = av_get_pix_fmt_name(static_cast<AVPixelFormat>(frame.format));
    return InvalidArgument(info_.name + ": delivers " + SizeText(frame.width, frame.height) +
                           " pixels of " + (name == nullptr ? "another format" : name) +
                           ", which are not " + SizeText(bare.width, bare.height) + " of " +
                           bare.pixel_format);
  }
  ffmpeg::FramePtr view(av_frame_alloc());
  if (view == nullptr) return ResourceExhausted(info_.name + ": no memory for a frame");
  view->format = raw_pixels_;
  view->width = bare.width;
  view->height = bare.height;
  view->data[0] = frame.data[0];
  view->linesize[0] = frame.linesize[0];
  view->colorspace = AVCOL_SPC_UNSPECIFIED;
  view->color_range = AVCOL_RANGE_JPEG;
  return view;
}

StatusOr<ImageBuffer> VideoReader::PictureOf(const AVFrame& frame) {
  const PixelFormat format =
      DeliveredFormat(static_cast<AVPixelFormat>(frame.format), options_.infrared);
  SEAFUSION_ASSIGN_OR_RETURN(ImageBuffer image,
                             ImageBuffer::Create(frame.width, frame.height, format));
  SEAFUSION_RETURN_IF_ERROR(pixels_.Convert(frame, image.view()).Annotate(info_.name));
  if (options_.crop) {
    SEAFUSION_ASSIGN_OR_RETURN(image, io::Crop(std::as_const(image).view(), *options_.crop));
  }
  constexpr std::array<int, 4> kOrientations = {1, 6, 3, 8};  // EXIF's, of quarters clockwise
  return io::Upright(std::move(image), kOrientations[static_cast<std::size_t>(rotation_ / 90)]);
}

// The Y plane as the picture.
Status VideoReader::TakePlanes(const AVFrame& frame, Frame& out) {
  auto planes = pixels_.Planes(frame, *info_.planes);
  if (!planes.ok()) return planes.status().Annotate(info_.name);
  out.planes = *std::move(planes);
  const AVFrame& decoded = *out.planes->frame;
  SEAFUSION_ASSIGN_OR_RETURN(out.image,
                             ImageBuffer::Create(frame.width, frame.height, PixelFormat::kGray8));
  const MutableImageView luma = out.image.view();
  for (int y = 0; y < frame.height; ++y) {
    std::copy_n(decoded.data[0] + static_cast<std::ptrdiff_t>(y) * decoded.linesize[0], frame.width,
                luma.Row<std::uint8_t>(y));
  }
  out.luma = decoded.color_range == AVCOL_RANGE_JPEG ? LumaRange::kFull : LumaRange::kVideo;
  return OkStatus();
}

StatusOr<FramePtr> VideoReader::Deliver(const AVFrame& frame) {
  if (frame.width != coded_width_ || frame.height != coded_height_) {
    return InvalidArgument(info_.name + ": frame " + std::to_string(delivered_ + 1) + " is " +
                           SizeText(frame.width, frame.height) + ", those before are " +
                           SizeText(coded_width_, coded_height_));
  }
  auto out = std::make_shared<Frame>();
  if (info_.planes != nullptr) {
    SEAFUSION_RETURN_IF_ERROR(TakePlanes(frame, *out));
  } else if (options_.raw_format && frame.format != raw_pixels_) {
    SEAFUSION_ASSIGN_OR_RETURN(const ffmpeg::FramePtr bare, AsBare(frame));
    SEAFUSION_ASSIGN_OR_RETURN(out->image, PictureOf(*bare));
  } else {
    SEAFUSION_ASSIGN_OR_RETURN(out->image, PictureOf(frame));
  }
  const std::int64_t stamp = frame.best_effort_timestamp;
  if (stamp == AV_NOPTS_VALUE) {
    out->time = last_time_ < 0 ? 0 : last_time_ + info_.rate.frame();
  } else {
    if (origin_ == AV_NOPTS_VALUE) origin_ = stamp;
    out->time = ffmpeg::Microseconds(av_sat_sub64(stamp, origin_), stream_->time_base);
  }
  out->time = std::max(out->time, last_time_ + 1);  // broken stamps must not stop the pairing
  last_time_ = out->time;
  ++delivered_;
  return FramePtr(std::move(out));
}

StatusOr<FramePtr> VideoReader::Next() {
  errors_ = ffmpeg::ErrorsOfThisThread();
  patience_.Begin();
  while (true) {
    if (patience_.cancelled()) return Cancelled(info_.name + ": stopped");
    const int result = avcodec_receive_frame(decoder_.get(), frame_.get());
    if (result == AVERROR(EAGAIN)) {
      if (drained_) return Internal(info_.name + ": the decoder does not end");
      Feed();
      continue;
    }
    if (result == AVERROR_EOF) {
      if (end_.ok() && !options_.live) end_ = CheckLength();
      if (!end_.ok()) return end_;
      return FramePtr();
    }
    if (result < 0) {  // this frame cannot be decoded, the next one perhaps can
      ++damaged_;
      if (!drained_) Feed();
      continue;
    }
    // Without frames of delay, what was complained about since the last frame is about this one.
    const std::uint64_t errors = ffmpeg::ErrorsOfThisThread();
    const bool complained = !options_.live && decoder_->has_b_frames == 0 && errors != errors_;
    errors_ = errors;
    const bool broken = complained || (frame_->flags & AV_FRAME_FLAG_CORRUPT) != 0 ||
                        frame_->decode_error_flags != 0;
    if (broken) {
      ++damaged_;
      av_frame_unref(frame_.get());
      continue;
    }
    auto out = Deliver(*frame_);
    av_frame_unref(frame_.get());
    if (out.ok() && (*out)->time < from_) continue;
    return out;
  }
}

Status VideoReader::Seek(std::int64_t time) {
  if (options_.live || input_->pb == nullptr ||
      (input_->pb->seekable & AVIO_SEEKABLE_NORMAL) == 0) {
    return FrameSource::Seek(time);
  }
  if (origin_ == AV_NOPTS_VALUE) {
    origin_ = stream_->start_time == AV_NOPTS_VALUE ? 0 : stream_->start_time;
  }
  // Some containers look for the time of decoding, which is earlier where frames are reordered.
  const std::int64_t before = (stream_->codecpar->video_delay + 2) * info_.rate.frame();
  const std::int64_t stamp =
      av_sat_add64(origin_, av_rescale_q(std::max<std::int64_t>(time - before, 0),
                                         {1, kMicroseconds}, stream_->time_base));
  // To the key frame before it.
  patience_.Begin();
  if (const int r = av_seek_frame(input_.get(), stream_->index, stamp, AVSEEK_FLAG_BACKWARD);
      r < 0) {
    return Failure("cannot go to another place in it", r);
  }
  avcodec_flush_buffers(decoder_.get());
  drained_ = false;
  end_ = OkStatus();
  last_time_ = -1;
  from_ = time;
  sought_ = true;
  return OkStatus();
}

}  // namespace

StatusOr<std::unique_ptr<FrameSource>> OpenVideo(const std::string& name,
                                                 const VideoReaderOptions& options) {
  auto reader = std::make_unique<VideoReader>(name, options);
  SEAFUSION_RETURN_IF_ERROR(reader->Open());
  return std::unique_ptr<FrameSource>(std::move(reader));
}

}  // namespace seafusion::stream
