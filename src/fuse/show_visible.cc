#include "fuse/show_visible.h"

#include <cstddef>
#include <cstring>
#include <new>
#include <vector>

#include "core/memory/out_of_memory.h"
#include "core/status_macros.h"
#include "fuse/fuse_call.h"
#include "fuse/rows/output_writer.h"
#include "fuse/rows/tile_reader.h"

namespace seafusion {

Status ShowVisible(const ImageView& vi, const MutableImageView& out, const FuseSettings& settings) {
  // No infrared picture: the visible one in its place passes the same checks.
  SEAFUSION_RETURN_IF_ERROR(CheckFuseCall(
      vi, vi, out, {.visible_luma = settings.visible_luma, .output_luma = settings.output_luma},
      LumaRange::kVideo));
  const bool stretched = settings.output_range.kind == OutputRange::Kind::kFixedLuma;
  if (vi.format == out.format && settings.visible_luma == settings.output_luma && !stretched) {
    const auto row =
        static_cast<std::size_t>(vi.width) * static_cast<std::size_t>(BytesPerPixel(vi.format));
    for (int y = 0; y < vi.height; ++y) {
      std::memcpy(out.Row<std::byte>(y), vi.Row<std::byte>(y), row);
    }
    return OkStatus();
  }
  try {
    const OutputWriter writer(vi, out, stretched ? settings.output_range : OutputRange(),
                              settings.output_luma);
    std::vector<float> luma(static_cast<std::size_t>(vi.width));
    for (int y = 0; y < vi.height; ++y) {
      SEAFUSION_RETURN_IF_ERROR(
          ReadVisibleLumaRow(vi, y, 0, vi.width, luma.data(), settings.visible_luma));
      writer.Write({luma.data(), 0}, {0, y, vi.width, y + 1}, {});
    }
    return OkStatus();
  } catch (const std::bad_alloc&) {
    return OutOfMemory("for a row");
  }
}

}  // namespace seafusion
