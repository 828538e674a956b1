#include "stream/write/audio_copy.h"

#include <utility>

#include "core/status_macros.h"
#include "stream/frame_source.h"

namespace seafusion::stream {
struct AudioCopy::State {
  ffmpeg::InputPtr input;
  AVFormatContext* output = nullptr;
  std::vector<int> to;     // by the input's streams; -1: left out
  std::int64_t begin = 0;  // of the video, microseconds by the file's clock
  ffmpeg::PacketPtr packet;
  bool waiting = false;  // `packet` is read and not yet written
  bool over = false;
};

AudioCopy::AudioCopy(std::unique_ptr<State> state) : state_(std::move(state)) {}
AudioCopy::~AudioCopy() = default;

StatusOr<std::unique_ptr<AudioCopy>> AudioCopy::Open(const std::string& path,
                                                     AVFormatContext& output,
                                                     std::vector<std::string>& remarks) {
  auto state = std::make_unique<State>();
  AVFormatContext* raw = nullptr;
  if (const int r = avformat_open_input(&raw, ("file:" + path).c_str(), nullptr, nullptr); r < 0) {
    return ffmpeg::Error(path, "cannot be opened for its sound", r);
  }
  state->input.reset(raw);
  if (const int r = avformat_find_stream_info(raw, nullptr); r < 0) {
    return ffmpeg::Error(path, "cannot be read for its sound", r);
  }
  state->output = &output;
  state->packet.reset(av_packet_alloc());
  if (state->packet == nullptr) return ResourceExhausted(path + ": no memory for its sound");
  const int video = av_find_best_stream(raw, AVMEDIA_TYPE_VIDEO, -1, -1, nullptr, 0);
  if (video >= 0 && raw->streams[video]->start_time != AV_NOPTS_VALUE) {
    state->begin =
        ffmpeg::Microseconds(raw->streams[video]->start_time, raw->streams[video]->time_base);
  }
  bool any = false;
  for (unsigned i = 0; i < raw->nb_streams; ++i) {
    state->to.push_back(-1);
    const AVCodecParameters& coded = *raw->streams[i]->codecpar;
    if (coded.codec_type != AVMEDIA_TYPE_AUDIO) continue;
    if (avformat_query_codec(output.oformat, coded.codec_id, FF_COMPLIANCE_NORMAL) == 0) {
      remarks.push_back(path + ": its sound, " + avcodec_get_name(coded.codec_id) +
                        ", is left out, which " + output.oformat->name + " files do not hold");
      continue;
    }
    AVStream* stream = avformat_new_stream(&output, nullptr);
    if (stream == nullptr || avcodec_parameters_copy(stream->codecpar, &coded) < 0) {
      return ResourceExhausted(path + ": no memory for its sound");
    }
    stream->codecpar->codec_tag = 0;  // containers have their own
    stream->time_base = raw->streams[i]->time_base;
    state->to.back() = stream->index;
    any = true;
  }
  if (!any) return std::unique_ptr<AudioCopy>();
  return std::unique_ptr<AudioCopy>(new AudioCopy(std::move(state)));
}

Status AudioCopy::WriteUpTo(std::int64_t time) {
  State& s = *state_;
  while (!s.over) {
    AVPacket* packet = s.packet.get();
    if (!s.waiting) {
      if (av_read_frame(s.input.get(), packet) < 0) {
        s.over = true;
        break;
      }
      const auto from = static_cast<std::size_t>(packet->stream_index);
      if (from >= s.to.size() || s.to[from] < 0 || packet->pts == AV_NOPTS_VALUE) {
        av_packet_unref(packet);
        continue;
      }
    }
    const AVStream& from = *s.input->streams[packet->stream_index];
    const std::int64_t at = ffmpeg::Microseconds(packet->pts, from.time_base) - s.begin;
    s.waiting = at >= time;
    if (s.waiting) break;
    // What is heard before the first frame has no place.
    if (at < 0) {
      av_packet_unref(packet);
      continue;
    }
    const std::int64_t shift = av_rescale_q(s.begin, {1, kMicroseconds}, from.time_base);
    packet->pts = av_sat_sub64(packet->pts, shift);
    if (packet->dts != AV_NOPTS_VALUE) packet->dts = av_sat_sub64(packet->dts, shift);
    const int to = s.to[static_cast<std::size_t>(packet->stream_index)];
    av_packet_rescale_ts(packet, from.time_base, s.output->streams[to]->time_base);
    packet->stream_index = to;
    packet->pos = -1;
    if (const int r = av_interleaved_write_frame(s.output, packet); r < 0) {
      return IoError("cannot write sound: " + ffmpeg::ErrorText(r));
    }
  }
  return OkStatus();
}

}  // namespace seafusion::stream
