// What the reader and the writer of videos share of FFmpeg's libraries.
#ifndef SEAFUSION_STREAM_FFMPEG_H_
#define SEAFUSION_STREAM_FFMPEG_H_

#include <cstdint>
#include <memory>
#include <string>

#include <seafusion/image.h>
#include <seafusion/status.h>

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/common.h>
#include <libswscale/swscale.h>
}

namespace seafusion::stream::ffmpeg {

/// Stops FFmpeg's printing; cheap after the first time. Thread-safe.
void Prepare();

/// Makes cameras and windows known to FFmpeg. Opens libavdevice only now: it brings the libraries
/// of every window system, which files and network streams do not need. kUnsupported where it is
/// not installed. Thread-safe.
Status PrepareDevices();

/// Errors that FFmpeg would have printed on this thread so far. Some decoders fill damaged parts of
/// a frame up and tell it nowhere else.
std::uint64_t ErrorsOfThisThread();

/// FFmpeg's words for an error code.
std::string ErrorText(int code);

/// An error of FFmpeg's on `name`, as "NAME: WHAT: No such file or directory".
Status Error(const std::string& name, const std::string& what, int code);

/// A stamp in microseconds, no further from zero than kFarthestTime: broken files have stamps at
/// the ends of their range, and what is computed with them must not overflow.
std::int64_t Microseconds(std::int64_t stamp, AVRational base);
inline constexpr std::int64_t kFarthestTime = std::int64_t{1} << 52;  // 142 years

/// Whether pixels have opacity beside their colours. A palette may have it, too, and hardly ever
/// has: false.
bool HasOpacity(AVPixelFormat format);

struct CloseInput {
  void operator()(AVFormatContext* p) const { avformat_close_input(&p); }
};
struct FreeCodec {
  void operator()(AVCodecContext* p) const { avcodec_free_context(&p); }
};
struct FreeFrame {
  void operator()(AVFrame* p) const { av_frame_free(&p); }
};
struct FreePacket {
  void operator()(AVPacket* p) const { av_packet_free(&p); }
};
struct FreeScaler {
  void operator()(SwsContext* p) const { sws_freeContext(p); }
};
using InputPtr = std::unique_ptr<AVFormatContext, CloseInput>;
using CodecPtr = std::unique_ptr<AVCodecContext, FreeCodec>;
using FramePtr = std::unique_ptr<AVFrame, FreeFrame>;
using PacketPtr = std::unique_ptr<AVPacket, FreePacket>;
using ScalerPtr = std::unique_ptr<SwsContext, FreeScaler>;

/// FFmpeg's name of our sample layouts; float has none (AV_PIX_FMT_NONE).
AVPixelFormat PixelFormatOf(PixelFormat format);

/// Whether 0 is black and the largest sample white, by the format or by what the frame says.
bool HasFullRange(AVPixelFormat format, AVColorRange range);

/// Makes `scaler` one between these pixel formats, or keeps it; null where libswscale has none. All
/// our conversions round exactly and use every colour sample.
void PrepareScaler(ScalerPtr& scaler, int width, int height, AVPixelFormat from, AVPixelFormat to);

/// Tells a scaler the matrix and ranges of both sides: `matrix` is that of the side that is not
/// RGB, or of both.
void SetColours(SwsContext& scaler, AVColorSpace matrix, bool from_full, bool to_full);

}  // namespace seafusion::stream::ffmpeg

namespace seafusion::stream {

/// 8 bits of YUV420P, YUV422P or YUV444P, whatever the range; immutable, so that threads share it.
struct VideoPlanes {
  ffmpeg::FramePtr frame;
};

}  // namespace seafusion::stream

#endif  // SEAFUSION_STREAM_FFMPEG_H_
