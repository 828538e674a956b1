// A moment's views as pictures and as JPEG.
#ifndef SEAFUSION_SERVE_LIVE_VIEW_RENDER_H_
#define SEAFUSION_SERVE_LIVE_VIEW_RENDER_H_

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include <seafusion/status.h>

#include "serve/live/moment.h"
#include "serve/live/view/pictures.h"

namespace seafusion::serve {

/// gray8 or rgb8. Where a camera gives nothing, its view and the fused one say "NO SIGNAL" over
/// what was seen last, darkened, or over black. Errors: kResourceExhausted, those
/// of FuseCompared.
StatusOr<ImageBuffer> Render(const Moment& moment, View view);

/// The same as a JPEG of `quality`.
StatusOr<std::shared_ptr<const std::vector<std::uint8_t>>> RenderJpeg(const Moment& moment,
                                                                      View view, int quality);

/// Darkens a gray8 or rgb8 picture and writes capital letters of "NO SIGNAL FRED" over its middle.
void WriteOver(const MutableImageView& picture, std::string_view text);

}  // namespace seafusion::serve

#endif  // SEAFUSION_SERVE_LIVE_VIEW_RENDER_H_
