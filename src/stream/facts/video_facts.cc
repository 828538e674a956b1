#include "stream/facts/video_facts.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "core/status_macros.h"
#include "core/text/json_file_text.h"
#include "io/camera/radiometric_file.h"
#include "io/probe/image_probe.h"
#include "stream/ffmpeg.h"
#include "stream/read/rotation.h"
#include "stream/read/video_reader.h"
#include "stream/stream_name.h"

extern "C" {
#include <libavutil/pixdesc.h>
}

namespace seafusion::stream {
namespace {

using Json = nlohmann::ordered_json;

template <typename... Values>
std::string Format(const char* format, Values... values) {
  std::array<char, 200> text{};
  std::snprintf(text.data(), text.size(), format, values...);
  return text.data();
}

Status AddContainer(VideoFacts& facts) {
  ffmpeg::Prepare();
  AVFormatContext* raw = nullptr;
  if (const int r = avformat_open_input(&raw, ("file:" + facts.path).c_str(), nullptr, nullptr);
      r < 0) {
    return ffmpeg::Error(facts.path, "cannot be opened as a video", r);
  }
  const ffmpeg::InputPtr input(raw);
  if (const int r = avformat_find_stream_info(raw, nullptr); r < 0) {
    return ffmpeg::Error(facts.path, "cannot be read as a video", r);
  }
  const int index = av_find_best_stream(raw, AVMEDIA_TYPE_VIDEO, -1, -1, nullptr, 0);
  if (index < 0) return CorruptData(facts.path + ": no video in it");
  const AVStream& stream = *raw->streams[index];
  const AVCodecParameters& coded = *stream.codecpar;
  facts.container = raw->iformat->name;
  facts.width = coded.width;
  facts.height = coded.height;
  facts.codec = avcodec_get_name(coded.codec_id);
  const auto format = static_cast<AVPixelFormat>(coded.format);
  if (const char* name = av_get_pix_fmt_name(format)) facts.pixel_format = name;
  if (const AVPixFmtDescriptor* d = av_pix_fmt_desc_get(format)) facts.bits = d->comp[0].depth;
  const AVRational rate = av_guess_frame_rate(raw, const_cast<AVStream*>(&stream), nullptr);
  if (rate.den > 0) facts.rate = av_q2d(rate);
  facts.frames = static_cast<std::uint64_t>(std::max<std::int64_t>(stream.nb_frames, 0));
  if (raw->duration > 0) facts.seconds = static_cast<double>(raw->duration) / AV_TIME_BASE;
  if (stream.start_time != AV_NOPTS_VALUE) {
    facts.start = static_cast<double>(stream.start_time) * av_q2d(stream.time_base);
  }
  for (const AVDictionary* tags : {raw->metadata, stream.metadata}) {
    const AVDictionaryEntry* entry = av_dict_get(tags, "creation_time", nullptr, 0);
    if (entry != nullptr && facts.taken.empty()) facts.taken = entry->value;
  }
  facts.rotation = RotationOf(stream);
  const AVRational aspect =
      av_guess_sample_aspect_ratio(raw, const_cast<AVStream*>(&stream), nullptr);
  if (aspect.num > 0 && aspect.den > 0 && aspect.num != aspect.den) {
    facts.pixel_aspect = std::to_string(aspect.num) + ":" + std::to_string(aspect.den);
  }
  for (unsigned i = 0; i < raw->nb_streams; ++i) {
    if (raw->streams[i]->codecpar->codec_type == AVMEDIA_TYPE_AUDIO) ++facts.audio_streams;
  }
  return OkStatus();
}

// Texts and single pictures, in which FFmpeg sees videos, too.
bool IsNoVideo(const VideoFacts& facts) {
  return facts.container == "tty" || facts.codec == "ansi" || facts.container.ends_with("_pipe") ||
         facts.container == "image2";
}

// The first bytes of a file, as many as tell its format.
std::vector<std::uint8_t> FirstBytes(const std::string& path) {
  std::vector<std::uint8_t> bytes(std::size_t{1} << 16);
  std::ifstream file(path, std::ios::binary);
  file.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  bytes.resize(static_cast<std::size_t>(std::max<std::streamsize>(file.gcount(), 0)));
  return bytes;
}

}  // namespace

StatusOr<VideoFacts> FindVideoFacts(const std::string& path, std::uint64_t max_pixels) {
  VideoFacts facts;
  facts.path = path;
  std::error_code ec;
  facts.bytes = std::filesystem::file_size(path, ec);
  if (ec) facts.bytes = 0;
  SEAFUSION_RETURN_IF_ERROR(AddContainer(facts));
  if (IsNoVideo(facts)) return CorruptData(path + ": no video in it");
  SEAFUSION_ASSIGN_OR_RETURN(const std::unique_ptr<FrameSource> source,
                             OpenVideo(path, {.infrared = false, .max_pixels = max_pixels}));
  SEAFUSION_ASSIGN_OR_RETURN(const FramePtr frame, source->Next());
  if (frame == nullptr) return CorruptData(path + ": has no frame that can be decoded");
  const ImageView picture = frame->image.view();
  facts.first_frame = io::FactsOf(picture);
  facts.coloured_share = io::ColouredShare(picture);
  facts.palette = io::FindPalette(picture);
  return facts;
}

std::string VideoFactsText(const VideoFacts& f) {
  std::string text = f.path + ": video, " + f.container +
                     Format(", %llu bytes\n", static_cast<unsigned long long>(f.bytes));
  text += Format("  pictures     %dx%d, ", f.width, f.height) + f.codec + ", " + f.pixel_format +
          Format(", %d bits\n", f.bits);
  text += Format("  time         %.3f frames a second", f.rate);
  if (f.frames != 0) text += Format(", %llu frames", static_cast<unsigned long long>(f.frames));
  if (f.seconds > 0) text += Format(", %.3f s from %.3f", f.seconds, f.start);
  text += "\n";
  text += "  first frame  " + io::SampleFactsText(f.first_frame) + "\n";
  if (f.coloured_share > 0) {
    text += Format("  colours      %.1f %% of the pixels; palette: ", 100 * f.coloured_share) +
            std::string(io::PaletteName(f.palette)) + "\n";
  }
  if (!f.taken.empty()) text += "  taken        " + f.taken + "\n";
  if (f.rotation != 0) text += Format("  rotation     %d degrees clockwise\n", f.rotation);
  if (!f.pixel_aspect.empty()) text += "  pixels       " + f.pixel_aspect + " wide to high\n";
  if (f.audio_streams > 0)
    text +=
        Format("  sound        %d stream%s\n", f.audio_streams, f.audio_streams == 1 ? "" : "s");
  return text;
}

std::string VideoFactsJson(const VideoFacts& f) {
  Json json = {{"path", f.path},
               {"kind", "video (" + f.container + ")"},
               {"bytes", f.bytes},
               {"width", f.width},
               {"height", f.height},
               {"codec", f.codec},
               {"pixel_format", f.pixel_format},
               {"bits", f.bits},
               {"frames_per_second", f.rate}};
  if (f.frames != 0) json["frames"] = f.frames;
  if (f.seconds > 0) json["seconds"] = f.seconds;
  json["start"] = f.start;
  json["first_frame"] = Json::parse(io::SampleFactsJson(f.first_frame));
  json["first_frame"]["coloured_share"] = f.coloured_share;
  json["first_frame"]["palette"] = io::PaletteName(f.palette);
  if (!f.taken.empty()) json["taken"] = f.taken;
  if (f.rotation != 0) json["rotation"] = f.rotation;
  if (!f.pixel_aspect.empty()) json["pixel_aspect"] = f.pixel_aspect;
  json["audio_streams"] = f.audio_streams;
  return JsonFileText(json);
}

StatusOr<FileFacts> FindFileFacts(const std::string& path, std::uint64_t max_pixels,
                                  const std::optional<io::RawFormat>& raw_format) {
  std::error_code ec;
  const std::vector<std::uint8_t> first = FirstBytes(path);
  const bool file = std::filesystem::is_regular_file(path, ec);
  const bool picture = raw_format || first.empty() || io::FindImageFormat(first).has_value() ||
                       io::FindRadiometry(first).has_value();
  if (file && !picture) {
    const StatusOr<VideoFacts> video = FindVideoFacts(path, max_pixels);
    if (video.ok()) return FileFacts{VideoFactsText(*video), VideoFactsJson(*video)};
    if (HasVideoExtension(path)) return video.status();
    return Unsupported(path +
                       ": neither a picture nor a video; of bare samples --ir-format says how "
                       "they lie");
  }
  SEAFUSION_ASSIGN_OR_RETURN(const io::PictureFacts facts,
                             io::FindPictureFacts(path, max_pixels, raw_format));
  return FileFacts{io::PictureFactsText(facts), io::PictureFactsJson(facts)};
}

}  // namespace seafusion::stream
