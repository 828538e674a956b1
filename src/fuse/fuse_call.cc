#include "fuse/fuse_call.h"

#include <cstddef>
#include <functional>
#include <string>

#include "core/status_macros.h"
#include "fuse/agc/gain_control.h"
#include "fuse/range/infrared_range.h"
#include "fuse/rows/output_writer.h"
#include "fuse/rows/packed_row.h"

namespace seafusion {
namespace {

std::string SizeName(const ImageView& v) {
  return std::to_string(v.width) + "x" + std::to_string(v.height);
}

// Whether the two pictures' bytes, strides included, share memory.
bool Overlap(const ImageView& a, const ImageView& b) {
  const auto begin = [](const ImageView& v) { return static_cast<const std::byte*>(v.data); };
  const auto end = [&](const ImageView& v) {
    return begin(v) + (v.height - 1) * v.stride +
           static_cast<std::ptrdiff_t>(v.width) * BytesPerPixel(v.format);
  };
  const std::less<const std::byte*> less;
  return less(begin(a), end(b)) && less(begin(b), end(a));
}

}  // namespace

Status CheckFuseCall(const ImageView& ir, const ImageView& vi, const ImageView& out,
                     const FuseSettings& settings, LumaRange widest) {
  SEAFUSION_RETURN_IF_ERROR(ValidateImage(ir, "ir"));
  SEAFUSION_RETURN_IF_ERROR(ValidateImage(vi, "vi"));
  SEAFUSION_RETURN_IF_ERROR(ValidateImage(out, "out"));
  if (ir.width != vi.width || ir.height != vi.height) {
    return InvalidArgument("ir is " + SizeName(ir) + ", vi is " + SizeName(vi));
  }
  if (out.width != vi.width || out.height != vi.height) {
    return InvalidArgument("out is " + SizeName(out) + ", the sources are " + SizeName(vi));
  }
  if (Overlap(out, ir) || Overlap(out, vi)) return InvalidArgument("out overlaps a source");
  if (out.format == PixelFormat::kYuyv8
          ? vi.format != out.format
          : vi.format == PixelFormat::kYuyv8 && HasColour(out.format)) {
    return InvalidArgument("vi is " + std::string(PixelFormatName(vi.format)) + ", out " +
                           std::string(PixelFormatName(out.format)) +
                           ": yuyv8 is fused to yuyv8 or gray, and nothing else to yuyv8");
  }
  if (widest == LumaRange::kFull &&
      (settings.visible_luma != LumaRange::kFull || settings.output_luma != LumaRange::kFull)) {
    return Unsupported("this method knows no luma in video's range");
  }
  SEAFUSION_RETURN_IF_ERROR(ValidateInfraredRange(settings.infrared_range));
  SEAFUSION_RETURN_IF_ERROR(ValidateInfraredGain(settings.infrared_gain));
  return ValidateOutputRange(settings.output_range);
}

}  // namespace seafusion
