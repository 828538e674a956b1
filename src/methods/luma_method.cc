#include "methods/luma_method.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <new>
#include <vector>

#include "core/memory/out_of_memory.h"
#include "core/status_macros.h"
#include "fuse/fuse_call.h"
#include "fuse/range/infrared_range.h"
#include "fuse/rows/output_writer.h"
#include "fuse/rows/packed_row.h"
#include "fuse/rows/tile_reader.h"

namespace seafusion::methods {
namespace {

constexpr double kWhite = 255.0;

// 8-bit samples whose range is not changed: their own value, without a way through 0..1.
bool IsExact(const ImageView& ir, const InfraredRange& range) {
  return BytesPerSample(ir.format) == 1 &&
         (range.kind == InfraredRange::Kind::kAuto || range.kind == InfraredRange::Kind::kFull);
}

StatusOr<LumaPlane> ReadInfraredPlane(const ImageView& ir, const InfraredRange& range) {
  SEAFUSION_ASSIGN_OR_RETURN(const LinearMap map, FindInfraredMap(ir, range));
  const bool exact = IsExact(ir, range);
  LumaPlane plane(ir.width, ir.height);
  std::vector<float> row(static_cast<std::size_t>(ir.width));
  for (int y = 0; y < ir.height; ++y) {
    SEAFUSION_RETURN_IF_ERROR(ReadInfraredSamples(ir, y, 0, ir.width, row.data()));
    std::transform(row.begin(), row.end(), plane.Row(y), [&](float sample) {
      return exact ? double{sample} : kWhite * double{Clamp01((sample - map.lo) * map.scale)};
    });
  }
  return plane;
}

// Gray pixels of a colour picture keep their level, which the weights of the luma would change in
// the last digits: gray pictures are often stored as colour, and count as what they are.
void KeepGrayLevels(const std::uint8_t* rgb, int width, double* luma) {
  for (int x = 0; x < width; ++x, rgb += 3) {
    if (rgb[0] == rgb[1] && rgb[1] == rgb[2]) luma[x] = rgb[0];
  }
}

StatusOr<LumaPlane> ReadVisiblePlane(const ImageView& vi) {
  LumaPlane plane(vi.width, vi.height);
  std::vector<float> row(static_cast<std::size_t>(vi.width));
  for (int y = 0; y < vi.height; ++y) {
    if (vi.format == PixelFormat::kGray8) {
      std::copy_n(vi.Row<std::uint8_t>(y), vi.width, plane.Row(y));
      continue;
    }
    SEAFUSION_RETURN_IF_ERROR(ReadVisibleLuma(vi, {0, y, vi.width, y + 1}, {row.data(), vi.width}));
    std::transform(row.begin(), row.end(), plane.Row(y), [](float v) { return kWhite * v; });
    if (vi.format == PixelFormat::kRgb8)
      KeepGrayLevels(vi.Row<std::uint8_t>(y), vi.width, plane.Row(y));
  }
  return plane;
}

// Rounds from doubles: through floats of 0..1 the halves that averages are full of would go either
// way.
template <typename T>
void WriteGray(const LumaPlane& fused, const MutableImageView& out) {
  const double scale = double{FullScale(out.format)} / kWhite;
  const int channels = ChannelCount(out.format);
  for (int y = 0; y < out.height; ++y) {
    const double* in = fused.Row(y);
    T* samples = out.Row<T>(y);
    for (int x = 0; x < out.width; ++x) {
      const auto level = static_cast<T>(std::clamp(in[x], 0.0, kWhite) * scale + 0.5);
      for (int c = 0; c < channels; ++c) *samples++ = level;
    }
  }
}

void WriteFused(const LumaPlane& fused, const ImageView& vi, const MutableImageView& out,
                OutputRange range) {
  using Kind = OutputRange::Kind;
  if (range.kind == Kind::kReference) range.kind = Kind::kNone;
  const bool gray = ChannelCount(vi.format) == 1 || ChannelCount(out.format) == 1;
  if (gray && range.kind == Kind::kNone && BytesPerSample(out.format) == 1 &&
      !IsPacked(out.format)) {
    return WriteGray<std::uint8_t>(fused, out);
  }
  if (gray && range.kind == Kind::kNone && BytesPerSample(out.format) == 2) {
    return WriteGray<std::uint16_t>(fused, out);
  }
  std::vector<float> luma(fused.samples().size());
  std::transform(fused.samples().begin(), fused.samples().end(), luma.begin(),
                 [](double v) { return static_cast<float>(std::clamp(v, 0.0, kWhite) / kWhite); });
  const nn::ConstPlane plane{luma.data(), fused.width()};
  WriteWholePicture(plane, vi, out, range);
}

}  // namespace

std::string LumaMethod::engine_name() const {
  return "double precision";
}

Status LumaMethod::FuseComplete(const ImageView& ir, const ImageView& vi,
                                const MutableImageView& out, const FuseSettings& settings,
                                const TraceLine& trace) const {
  try {
    SEAFUSION_RETURN_IF_ERROR(CheckFuseCall(ir, vi, out, settings));
    SEAFUSION_ASSIGN_OR_RETURN(const LumaPlane infrared,
                               ReadInfraredPlane(ir, settings.infrared_range));
    SEAFUSION_ASSIGN_OR_RETURN(const LumaPlane visible, ReadVisiblePlane(vi));
    SEAFUSION_ASSIGN_OR_RETURN(const LumaPlane fused, FuseLuma(infrared, visible, trace));
    WriteFused(fused, vi, out, settings.output_range);
    return OkStatus();
  } catch (const std::bad_alloc&) {
    return OutOfMemory("to fuse the picture");
  }
}

}  // namespace seafusion::methods
