#include "stream/fuse/frame_fuser.h"

#include <chrono>
#include <limits>
#include <optional>
#include <utility>

#include "align/place/on_canvas.h"
#include "core/status_macros.h"
#include "fuse/range/gentle_range.h"
#include "fuse/range/no_data.h"
#include "fuse/rows/colour.h"
#include "io/infrared_levels.h"
#include "stream/frame_source.h"

namespace seafusion::stream {
namespace {

template <typename In, typename Out>
void CopySamples(const ImageView& from, const MutableImageView& to) {
  constexpr float kScale = 1.0f / std::numeric_limits<In>::max();
  constexpr float kFull = std::numeric_limits<Out>::max();
  const auto sample = [](float v) { return static_cast<Out>(v * kFull + 0.5f); };
  const int in = ChannelCount(from.format), out = ChannelCount(to.format);
  const int green = in / 2, blue = in - 1;  // all three are the one channel of gray
  for (int y = 0; y < from.height; ++y) {
    const In* s = from.Row<In>(y);
    Out* d = to.Row<Out>(y);
    for (int x = 0; x < from.width; ++x, s += in, d += out) {
      const Rgb c = {s[0] * kScale, s[green] * kScale, s[blue] * kScale};
      if (out == 1) {
        d[0] = sample(in == 1 ? c.r : LumaOf(c));
      } else {
        d[0] = sample(c.r);
        d[1] = sample(c.g);
        d[2] = sample(c.b);
      }
    }
  }
}

// The visible frame in the output's format.
void Pass(const ImageView& visible, const MutableImageView& out) {
  const bool deep = BytesPerSample(visible.format) == 2, deep_out = BytesPerSample(out.format) == 2;
  if (deep) {
    deep_out ? CopySamples<std::uint16_t, std::uint16_t>(visible, out)
             : CopySamples<std::uint16_t, std::uint8_t>(visible, out);
  } else {
    deep_out ? CopySamples<std::uint8_t, std::uint16_t>(visible, out)
             : CopySamples<std::uint8_t, std::uint8_t>(visible, out);
  }
}

// From 0..255 to 16..235.
void ToVideoRange(const MutableImageView& gray) {
  for (int y = 0; y < gray.height; ++y) {
    auto* row = gray.Row<std::uint8_t>(y);
    for (int x = 0; x < gray.width; ++x) {
      row[x] = static_cast<std::uint8_t>(16 + (row[x] * 219 + 127) / 255);
    }
  }
}

}  // namespace

FrameFuser::FrameFuser(const FrameSettings& settings)
    : settings_(settings),
      format_(settings.bits == 16 ? PixelFormat::kRgb16 : PixelFormat::kRgb8),
      range_(settings.settings.infrared_range, settings.range_smoothing),
      gain_(settings.settings.infrared_gain, settings.range_smoothing),
      output_(settings.settings.output_range, settings.range_smoothing) {}

StatusOr<ImageBuffer> FrameFuser::Fuse(const Fuser& fuser, const ImageBuffer* infrared,
                                       const ImageView& visible, std::int64_t time,
                                       ImageBuffer* levels, const align::Warper* placed_by) {
  const bool gray = settings_.gray || ChannelCount(visible.format) == 1;
  format_ = gray ? PixelFormat::kGray8 : PixelFormat::kRgb8;
  if (settings_.bits == 16) format_ = gray ? PixelFormat::kGray16 : PixelFormat::kRgb16;
  SEAFUSION_ASSIGN_OR_RETURN(ImageBuffer fused,
                             ImageBuffer::Create(visible.width, visible.height, format_));
  if (infrared == nullptr) {
    Pass(visible, fused.view());
    return fused;
  }
  FuseSettings settings = settings_.settings;
  settings.visible_luma = settings.output_luma = luma_;
  SEAFUSION_ASSIGN_OR_RETURN(
      settings.infrared_range,
      range_.Next(infrared->view(), static_cast<double>(time) / kMicroseconds));
  range_in_use_ = settings.infrared_range;
  output_.Prepare(settings, static_cast<double>(time) / kMicroseconds);
  const auto start = std::chrono::steady_clock::now();
  SEAFUSION_RETURN_IF_ERROR(
      FuseWithGain(fuser, *infrared, visible, fused.view(), settings, time, levels, placed_by));
  output_.Followed();
  fusing_seconds_ +=
      std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return fused;
}

StatusOr<ImageBuffer> FrameFuser::ShowInfrared(const ImageBuffer& infrared, std::int64_t time) {
  SEAFUSION_ASSIGN_OR_RETURN(
      range_in_use_, range_.Next(infrared.view(), static_cast<double>(time) / kMicroseconds));
  SEAFUSION_ASSIGN_OR_RETURN(const ImageBuffer levels,
                             io::InfraredLevels(infrared, {}, range_in_use_));
  SEAFUSION_ASSIGN_OR_RETURN(ImageBuffer shown,
                             ImageBuffer::Create(levels.width(), levels.height(), format_));
  Pass(levels.view(), shown.view());
  if (format_ == PixelFormat::kGray8 && luma_ == LumaRange::kVideo) ToVideoRange(shown.view());
  return shown;
}

// With a gain whose curves follow the stream.
Status FrameFuser::FuseWithGain(const Fuser& fuser, const ImageBuffer& infrared,
                                const ImageView& visible, const MutableImageView& out,
                                const FuseSettings& settings, std::int64_t time,
                                ImageBuffer* levels, const align::Warper* placed_by) {
  const auto show_what_one_sees = [&](const ImageView& seen, const FuseSettings& by) {
    return placed_by == nullptr ? OkStatus()
                                : align::ShowWhatOneSees(*placed_by, seen, visible,
                                                         Resolved(by, output_.asked()), out);
  };
  if (settings.infrared_gain.kind == InfraredGain::Kind::kLinear) {
    if (levels != nullptr) {
      SEAFUSION_ASSIGN_OR_RETURN(*levels,
                                 io::InfraredLevels(infrared, visible, settings.infrared_range));
    }
    SEAFUSION_RETURN_IF_ERROR(fuser.Fuse(infrared.view(), visible, out, settings));
    return show_what_one_sees(infrared.view(), settings);
  }
  SEAFUSION_ASSIGN_OR_RETURN(const std::optional<FilledInfrared> filled,
                             FillNoData(infrared.view(), visible, settings));
  SEAFUSION_ASSIGN_OR_RETURN(
      ImageBuffer gained,
      gain_.Next(filled ? std::as_const(filled->picture).view() : infrared.view(),
                 filled ? filled->range : settings.infrared_range,
                 static_cast<double>(time) / kMicroseconds));
  FuseSettings plain = settings;
  plain.infrared_range = {.kind = InfraredRange::Kind::kFull};
  plain.infrared_gain = {};
  SEAFUSION_RETURN_IF_ERROR(fuser.Fuse(gained.view(), visible, out, plain));
  SEAFUSION_RETURN_IF_ERROR(show_what_one_sees(std::as_const(gained).view(), plain));
  if (levels != nullptr) {
    SEAFUSION_ASSIGN_OR_RETURN(
        *levels, io::InfraredLevels(std::move(gained), visible, plain.infrared_range));
  }
  return filled ? ShowVisibleInGaps(*filled, visible, out, Resolved(settings, output_.asked()))
                : OkStatus();
}

}  // namespace seafusion::stream
