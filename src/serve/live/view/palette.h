// Colours for infrared pictures that people look at. What is fused is never coloured.
#ifndef SEAFUSION_SERVE_LIVE_VIEW_PALETTE_H_
#define SEAFUSION_SERVE_LIVE_VIEW_PALETTE_H_

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include <seafusion/status.h>

#include "core/memory/image_buffer.h"

namespace seafusion::serve {

enum class ViewPalette : std::uint8_t { kGray, kIron, kRainbow, kArctic, kLava };
inline constexpr std::array<std::string_view, 5> kPaletteNames = {"gray", "iron", "rainbow",
                                                                  "arctic", "lava"};
std::optional<ViewPalette> PaletteNamed(std::string_view name);

/// rgb8 of a gray8 picture. All palettes but the rainbow grow brighter from 0 to 255.
StatusOr<ImageBuffer> Coloured(const ImageView& levels, ViewPalette palette);

}  // namespace seafusion::serve

#endif  // SEAFUSION_SERVE_LIVE_VIEW_PALETTE_H_
