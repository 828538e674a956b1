#include "stream/write/video_writer.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <string_view>
#include <utility>

#include "core/status_macros.h"
#include "stream/ffmpeg.h"
#include "stream/write/audio_copy.h"
#include "stream/write/whole_frame.h"

extern "C" {
#include <libavutil/opt.h>
#include <libavutil/pixdesc.h>
}

namespace seafusion::stream {
namespace {

namespace fs = std::filesystem;

bool IsLossless(const AVCodec& codec) {
  const AVCodecDescriptor* d = avcodec_descriptor_get(codec.id);
  return d != nullptr && (d->props & AV_CODEC_PROP_LOSSLESS) != 0 &&
         (d->props & AV_CODEC_PROP_LOSSY) == 0;
}

// The target of a writer: a container by its name or extension, an address, an encoder.
struct Target {
  std::string name;       // for messages
  std::string address;    // as FFmpeg wants it
  const char* container;  // null: by the extension
  bool device = false;    // opens its output itself
};

class VideoWriter : public FrameSink {
 public:
  VideoWriter(Target target, VideoWriterOptions options)
      : target_(std::move(target)), options_(std::move(options)) {}
  ~VideoWriter() override {
    if (output_ == nullptr) return;
    if (started_ && !finished_) av_write_trailer(output_);
    if (!target_.device) avio_closep(&output_->pb);
    avformat_free_context(output_);
    if (!begun_.empty()) ::unlink(begun_.c_str());
  }
  VideoWriter(const VideoWriter&) = delete;
  VideoWriter& operator=(const VideoWriter&) = delete;

  Status Open();
  Status Write(const ImageView& image, std::int64_t time) override;
  Status WriteLuma(const ImageView& luma, const VideoPlanes* colours, std::int64_t time) override;
  Status Finish() override;
  std::vector<std::string> remarks() const override { return remarks_; }

 private:
  StatusOr<const AVCodec*> ChooseEncoder() const;
  StatusOr<AVPixelFormat> ChoosePixelFormat(const AVCodec& codec) const;
  Status OpenEncoder();
  Status OpenOutput();
  Status TakePlace();
  void SetQuality(const AVCodec& codec, AVDictionary** settings) const;
  // Begins the encoder's next frame.
  Status NewFrame();
  Status Convert(const ImageView& image);
  Status Encode(std::int64_t time);
  // Writes what the encoder has ready.
  Status WritePackets();
  Status Failure(int code) const { return ffmpeg::Error(target_.name, "cannot write", code); }

  Target target_;
  VideoWriterOptions options_;
  std::string begun_;  // a file of ours that has no header yet; empty: none
  AVFormatContext* output_ = nullptr;
  AVStream* stream_ = nullptr;
  ffmpeg::CodecPtr encoder_;
  ffmpeg::FramePtr frame_;
  ffmpeg::PacketPtr packet_;
  ffmpeg::ScalerPtr scaler_;
  std::unique_ptr<AudioCopy> audio_;
  std::vector<std::string> remarks_;
  std::int64_t last_time_ = 0;
  std::int64_t last_stamp_ = -1;
  bool started_ = false;
  bool finished_ = false;
};

StatusOr<const AVCodec*> VideoWriter::ChooseEncoder() const {
  if (!options_.codec.empty()) {
    const AVCodec* codec = avcodec_find_encoder_by_name(options_.codec.c_str());
    if (codec == nullptr || codec->type != AVMEDIA_TYPE_VIDEO) {
      return InvalidArgument("FFmpeg has no video encoder named " + options_.codec);
    }
    return codec;
  }
  AVCodecID id = output_->oformat->video_codec;
  // H.264 where the container allows it and this FFmpeg can: every player shows it.
  const bool allowed =
      avformat_query_codec(output_->oformat, AV_CODEC_ID_H264, FF_COMPLIANCE_NORMAL) == 1;
  const std::string_view container = output_->oformat->name;
  if (allowed && (id == AV_CODEC_ID_MPEG4 || id == AV_CODEC_ID_MPEG2VIDEO) && container != "avi") {
    id = AV_CODEC_ID_H264;
  }
  const AVCodec* codec = avcodec_find_encoder(id);
  if (codec == nullptr) codec = avcodec_find_encoder(output_->oformat->video_codec);
  if (codec == nullptr || codec->type != AVMEDIA_TYPE_VIDEO) {
    return InvalidArgument(target_.name + ": FFmpeg has no encoder for " + std::string(container) +
                           " files; name one with --codec");
  }
  return codec;
}

StatusOr<AVPixelFormat> VideoWriter::ChoosePixelFormat(const AVCodec& codec) const {
  const AVPixelFormat source = options_.planes != nullptr
                                   ? static_cast<AVPixelFormat>(options_.planes->frame->format)
                                   : ffmpeg::PixelFormatOf(options_.format);
  const bool odd = options_.width % 2 != 0 || options_.height % 2 != 0;
  const AVPixelFormat* list = codec.pix_fmts;
  const auto offers = [&](AVPixelFormat wanted) {
    if (list == nullptr) return true;
    for (const AVPixelFormat* p = list; *p != AV_PIX_FMT_NONE; ++p) {
      if (*p == wanted) return true;
    }
    return false;
  };
  if (!options_.pixel_format.empty()) {
    const AVPixelFormat asked = av_get_pix_fmt(options_.pixel_format.c_str());
    if (asked == AV_PIX_FMT_NONE || sws_isSupportedOutput(asked) == 0) {
      return InvalidArgument("FFmpeg has no pixel format " + options_.pixel_format +
                             " to convert to");
    }
    if (!offers(asked)) {
      return InvalidArgument(std::string("the encoder ") + codec.name +
                             " does not take pixel format " + options_.pixel_format);
    }
    return asked;
  }
  if (codec.id == AV_CODEC_ID_WRAPPED_AVFRAME) {
    const bool gray = options_.planes == nullptr && ChannelCount(options_.format) == 1;
    return gray ? source : AV_PIX_FMT_YUV420P;
  }
  if (list == nullptr) return source;
  if (!IsLossless(codec)) {
    // Half the colour samples: what players show. Encoders want even sides for it. JPEG has the
    // full range, which libswscale knows by the format alone.
    const bool jpeg = codec.id == AV_CODEC_ID_MJPEG;
    const AVPixelFormat half = jpeg ? AV_PIX_FMT_YUVJ420P : AV_PIX_FMT_YUV420P;
    const AVPixelFormat whole = jpeg ? AV_PIX_FMT_YUVJ444P : AV_PIX_FMT_YUV444P;
    if (const AVPixelFormat usual = odd ? whole : half; offers(usual)) return usual;
  }
  return avcodec_find_best_pix_fmt_of_list(list, source, 0, nullptr);
}

void VideoWriter::SetQuality(const AVCodec& codec, AVDictionary** settings) const {
  const std::string_view name = codec.name;
  if (name == "libx264" || name == "libx265") {
    av_dict_set(settings, "preset", "veryfast", 0);
    av_dict_set(settings, "crf", "18", 0);
    if (options_.low_delay) av_dict_set(settings, "tune", "zerolatency", 0);
  } else if (name.starts_with("libvpx")) {
    av_dict_set(settings, "crf", "20", 0);
    av_dict_set(settings, "deadline", "realtime", 0);
    av_dict_set(settings, "cpu-used", "8", 0);
    if (options_.low_delay) av_dict_set(settings, "lag-in-frames", "0", 0);
    encoder_->bit_rate = 0;
  } else if (name == "ffv1") {
    encoder_->level = 3;  // the one with check sums
    av_dict_set(settings, "slicecrc", "1", 0);
  } else {
    // A fixed quantiser, nearly transparent; encoders without one ignore it.
    encoder_->flags |= AV_CODEC_FLAG_QSCALE;
    encoder_->global_quality = 3 * FF_QP2LAMBDA;
  }
}

Status VideoWriter::OpenEncoder() {
  SEAFUSION_ASSIGN_OR_RETURN(const AVCodec* codec, ChooseEncoder());
  SEAFUSION_ASSIGN_OR_RETURN(const AVPixelFormat format, ChoosePixelFormat(*codec));
  encoder_.reset(avcodec_alloc_context3(codec));
  frame_.reset(av_frame_alloc());
  packet_.reset(av_packet_alloc());
  stream_ = avformat_new_stream(output_, nullptr);
  if (encoder_ == nullptr || frame_ == nullptr || packet_ == nullptr || stream_ == nullptr) {
    return ResourceExhausted(target_.name + ": no memory for its encoder");
  }
  encoder_->width = options_.width;
  encoder_->height = options_.height;
  encoder_->pix_fmt = format;
  encoder_->framerate = {options_.rate.numerator, options_.rate.denominator};
  encoder_->time_base = {options_.rate.denominator, options_.rate.numerator};
  encoder_->sample_aspect_ratio = {options_.pixel_width, options_.pixel_height};
  // A key frame every two seconds, where a player can begin and a fragment ends.
  encoder_->gop_size = std::clamp(static_cast<int>(2 * options_.rate.value()), 1, 250);
  // Encoding is a small part of the work; the processors are the network's.
  encoder_->thread_count = 1;
  const AVPixFmtDescriptor* d = av_pix_fmt_desc_get(format);
  const int wanted = 8 * BytesPerSample(options_.format);
  if (d != nullptr && options_.planes == nullptr && d->comp[0].depth < wanted) {
    remarks_.push_back(target_.name + ": " + codec->name + " writes " +
                       std::to_string(d->comp[0].depth) + " of the " + std::to_string(wanted) +
                       " bits of a sample; --codec ffv1 keeps all");
  }
  if (d != nullptr && (d->flags & AV_PIX_FMT_FLAG_RGB) == 0 && d->nb_components >= 3) {
    encoder_->colorspace = AVCOL_SPC_SMPTE170M;  // BT.601, as libswscale converts
    if (options_.planes != nullptr) {
      const AVFrame& like = *options_.planes->frame;
      encoder_->colorspace = like.colorspace;
      encoder_->color_primaries = like.color_primaries;
      encoder_->color_trc = like.color_trc;
      encoder_->chroma_sample_location = like.chroma_location;
    }
    encoder_->color_range =
        ffmpeg::HasFullRange(format, AVCOL_RANGE_UNSPECIFIED) ? AVCOL_RANGE_JPEG : AVCOL_RANGE_MPEG;
  }
  if ((output_->oformat->flags & AVFMT_GLOBALHEADER) != 0) {
    encoder_->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
  }
  AVDictionary* settings = nullptr;
  SetQuality(*codec, &settings);
  const int result = avcodec_open2(encoder_.get(), codec, &settings);
  av_dict_free(&settings);
  if (result < 0) {
    return InvalidArgument(target_.name + ": the encoder " + codec->name + " refuses pictures of " +
                           std::to_string(options_.width) + "x" + std::to_string(options_.height) +
                           ": " + ffmpeg::ErrorText(result));
  }
  if (const int r = avcodec_parameters_from_context(stream_->codecpar, encoder_.get()); r < 0) {
    return Failure(r);
  }
  stream_->time_base = encoder_->time_base;
  stream_->avg_frame_rate = encoder_->framerate;
  stream_->sample_aspect_ratio = encoder_->sample_aspect_ratio;
  frame_->format = format;
  frame_->width = options_.width;
  frame_->height = options_.height;
  frame_->colorspace = encoder_->colorspace;
  frame_->color_range = encoder_->color_range;
  return OkStatus();
}

// Makes the file, so that one that exists is not cut to nothing by mistake.
Status ClaimFile(const std::string& path, const std::string& named, IfExists if_exists) {
  const int flags = if_exists == IfExists::kFail ? O_EXCL : O_TRUNC;
  int fd = -1;
  do {
    fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | flags, 0666);
  } while (fd < 0 && errno == EINTR);
  if (fd < 0) {
    if (errno == EEXIST) return AlreadyExists(named + ": exists already");
    return IoError(named + ": cannot create: " + std::strerror(errno));
  }
  ::close(fd);
  return OkStatus();
}

Status VideoWriter::OpenOutput() {
  if (!target_.device) {
    std::string address = target_.address;
    if (target_.container == nullptr) {
      // A file that is replaced stays until the new one has begun, beside it. What is a link or a
      // pipe is written through.
      std::error_code ec;
      const fs::file_type there = fs::symlink_status(target_.name, ec).type();
      const bool beside =
          options_.if_exists == IfExists::kReplace && there == fs::file_type::regular;
      const std::string file =
          target_.name + (beside ? ".tmp-" + std::to_string(::getpid()) : std::string());
      SEAFUSION_RETURN_IF_ERROR(ClaimFile(file, target_.name, options_.if_exists));
      if (beside || there == fs::file_type::not_found) begun_ = file;
      address = "file:" + file;
    }
    int opened = 0;
    do {
      opened = avio_open(&output_->pb, address.c_str(), AVIO_FLAG_WRITE);
    } while (opened == AVERROR(EINTR));
    if (opened < 0) return Failure(opened);
  }
  // A frame that was handed over is in the file, whatever happens next; and errors show at once.
  output_->flags |= AVFMT_FLAG_FLUSH_PACKETS;
  AVDictionary* settings = nullptr;
  const std::string_view container = output_->oformat->name;
  if (container == "mp4" || container == "mov" || container == "ipod" || container == "3gp") {
    av_dict_set(&settings, "movflags", "frag_keyframe+empty_moov+default_base_moof", 0);
  }
  if (container == "matroska" || container == "webm") {
    av_dict_set(&settings, "cluster_time_limit", "400", 0);  // ms until it goes to the disk
  }
  if (target_.device) av_dict_set(&settings, "window_title", target_.name.c_str(), 0);
  const int result = avformat_write_header(output_, &settings);
  av_dict_free(&settings);
  if (result < 0) {
    return target_.device ? Unsupported("cannot open a window: " + ffmpeg::ErrorText(result))
                          : Failure(result);
  }
  started_ = true;
  return TakePlace();
}

// What has begun is of use, whatever comes next, and takes the target's name.
Status VideoWriter::TakePlace() {
  if (!begun_.empty() && begun_ != target_.name &&
      std::rename(begun_.c_str(), target_.name.c_str()) != 0) {
    return IoError(target_.name + ": cannot move into place: " + std::strerror(errno));
  }
  begun_.clear();
  return OkStatus();
}

Status VideoWriter::Open() {
  ffmpeg::Prepare();
  if (ffmpeg::PixelFormatOf(options_.format) == AV_PIX_FMT_NONE) {
    return InvalidArgument("floating-point frames cannot be written as a video");
  }
  const AVOutputFormat* container = nullptr;
  if (target_.device) {
    SEAFUSION_RETURN_IF_ERROR(ffmpeg::PrepareDevices());
    container = av_guess_format("sdl", nullptr, nullptr);
    if (container == nullptr) return Unsupported("this FFmpeg has no SDL window");
  } else {
    container = av_guess_format(
        target_.container, target_.container == nullptr ? target_.name.c_str() : nullptr, nullptr);
    if (container == nullptr) {
      return InvalidArgument(target_.name + ": the extension names no video format");
    }
  }
  avformat_alloc_output_context2(&output_, container, nullptr, target_.address.c_str());
  if (output_ == nullptr) return ResourceExhausted(target_.name + ": no memory");
  // The encoder first: what it refuses leaves no file behind.
  SEAFUSION_RETURN_IF_ERROR(OpenEncoder());
  if (!options_.audio_from.empty()) {
    SEAFUSION_ASSIGN_OR_RETURN(audio_, AudioCopy::Open(options_.audio_from, *output_, remarks_));
  }
  return OpenOutput();
}

Status VideoWriter::NewFrame() {
  av_frame_unref(frame_.get());
  frame_->format = encoder_->pix_fmt;
  frame_->width = options_.width;
  frame_->height = options_.height;
  frame_->colorspace = encoder_->colorspace;
  frame_->color_range = encoder_->color_range;
  const int r = av_frame_get_buffer(frame_.get(), 0);
  return r < 0 ? Failure(r) : OkStatus();
}

Status VideoWriter::Convert(const ImageView& image) {
  if (image.width != options_.width || image.height != options_.height ||
      image.format != options_.format) {
    return InvalidArgument(target_.name + ": a frame of another size or format");
  }
  SEAFUSION_RETURN_IF_ERROR(NewFrame());
  if (scaler_ == nullptr) {
    ffmpeg::PrepareScaler(scaler_, image.width, image.height, ffmpeg::PixelFormatOf(image.format),
                          encoder_->pix_fmt);
    if (scaler_ == nullptr) return Unsupported(target_.name + ": libswscale cannot convert to it");
  }
  const std::uint8_t* rows[4] = {static_cast<const std::uint8_t*>(image.data)};
  const int strides[4] = {static_cast<int>(image.stride)};
  sws_scale(scaler_.get(), rows, strides, 0, image.height, frame_->data, frame_->linesize);
  return OkStatus();
}

Status VideoWriter::WriteLuma(const ImageView& luma, const VideoPlanes* colours,
                              std::int64_t time) {
  if (options_.planes == nullptr || luma.width != options_.width ||
      luma.height != options_.height || luma.format != PixelFormat::kGray8) {
    return InvalidArgument(target_.name + ": a frame of another size or format");
  }
  SEAFUSION_ASSIGN_OR_RETURN(const ffmpeg::FramePtr whole,
                             WithLuma(luma, colours != nullptr ? *colours : *options_.planes));
  SEAFUSION_RETURN_IF_ERROR(NewFrame());
  const auto from = static_cast<AVPixelFormat>(whole->format);
  const bool full = whole->color_range == AVCOL_RANGE_JPEG;
  const bool wanted_full = ffmpeg::HasFullRange(encoder_->pix_fmt, encoder_->color_range);
  if (from == encoder_->pix_fmt && full == wanted_full) {
    av_frame_copy(frame_.get(), whole.get());
    return Encode(time);
  }
  ffmpeg::PrepareScaler(scaler_, whole->width, whole->height, from, encoder_->pix_fmt);
  if (scaler_ == nullptr) return Unsupported(target_.name + ": libswscale cannot convert to it");
  ffmpeg::SetColours(*scaler_, whole->colorspace, full, wanted_full);
  sws_scale(scaler_.get(), whole->data, whole->linesize, 0, whole->height, frame_->data,
            frame_->linesize);
  return Encode(time);
}

Status VideoWriter::WritePackets() {
  while (true) {
    const int result = avcodec_receive_packet(encoder_.get(), packet_.get());
    if (result == AVERROR(EAGAIN) || result == AVERROR_EOF) return OkStatus();
    if (result < 0) return Failure(result);
    packet_->stream_index = stream_->index;
    if (packet_->duration == 0) packet_->duration = 1;
    av_packet_rescale_ts(packet_.get(), encoder_->time_base, stream_->time_base);
    int written = av_interleaved_write_frame(output_, packet_.get());
    if (written >= 0 && output_->pb != nullptr) written = output_->pb->error;
    if (written < 0) return Failure(written);
  }
}

Status VideoWriter::Write(const ImageView& image, std::int64_t time) {
  SEAFUSION_RETURN_IF_ERROR(Convert(image));
  return Encode(time);
}

Status VideoWriter::Encode(std::int64_t time) {
  const std::int64_t stamp =
      av_rescale_q_rnd(time, {1, kMicroseconds}, encoder_->time_base, AV_ROUND_NEAR_INF);
  frame_->pts = std::max(stamp, last_stamp_ + 1);
  last_stamp_ = frame_->pts;
  if (audio_ != nullptr) SEAFUSION_RETURN_IF_ERROR(audio_->WriteUpTo(time).Annotate(target_.name));
  last_time_ = time;
  if (const int r = avcodec_send_frame(encoder_.get(), frame_.get()); r < 0) return Failure(r);
  return WritePackets();
}

Status VideoWriter::Finish() {
  if (std::exchange(finished_, true)) return OkStatus();
  Status status;
  if (const int r = avcodec_send_frame(encoder_.get(), nullptr); r < 0 && r != AVERROR_EOF) {
    status = Failure(r);
  }
  if (status.ok()) status = WritePackets();
  if (status.ok() && audio_ != nullptr) {
    status = audio_->WriteUpTo(last_time_ + options_.rate.frame()).Annotate(target_.name);
  }
  if (const int r = av_write_trailer(output_); r < 0 && status.ok()) status = Failure(r);
  if (!target_.device) {
    const int closed = avio_closep(&output_->pb);
    // Linux has closed a file whose closing was interrupted.
    const bool failed = closed < 0 && closed != AVERROR(EINTR);
    if (failed && status.ok()) status = Failure(closed);
  }
  return status;
}

StatusOr<std::unique_ptr<FrameSink>> Make(Target target, const VideoWriterOptions& options) {
  auto writer = std::make_unique<VideoWriter>(std::move(target), options);
  SEAFUSION_RETURN_IF_ERROR(writer->Open());
  return std::unique_ptr<FrameSink>(std::move(writer));
}

}  // namespace

StatusOr<std::unique_ptr<FrameSink>> CreateVideo(const std::string& path,
                                                 const VideoWriterOptions& options) {
  return Make({.name = path, .address = "file:" + path, .container = nullptr}, options);
}

StatusOr<std::unique_ptr<FrameSink>> WriteToStandardOutput(const VideoWriterOptions& options) {
  VideoWriterOptions bare = options;
  const bool raw = !options.pixel_format.empty();
  bare.codec = raw ? "rawvideo" : "wrapped_avframe";
  return Make({.name = "standard output",
               .address = "pipe:1",
               .container = raw ? "rawvideo" : "yuv4mpegpipe"},
              bare);
}

StatusOr<std::unique_ptr<FrameSink>> OpenWindow(const VideoWriterOptions& options,
                                                const std::string& title) {
  VideoWriterOptions bare = options;
  bare.codec = "rawvideo";
  bare.pixel_format = "yuv420p";
  return Make({.name = title, .address = title, .container = nullptr, .device = true}, bare);
}

}  // namespace seafusion::stream
