// What both cameras saw at one moment, and what became of it.
#ifndef SEAFUSION_SERVE_LIVE_MOMENT_H_
#define SEAFUSION_SERVE_LIVE_MOMENT_H_

#include <cstdint>
#include <memory>

#include <seafusion/fuser.h>

#include "align/warp/warper.h"
#include "core/memory/image_buffer.h"
#include "methods/fusion_method.h"
#include "serve/live/view/palette.h"
#include "stream/frame_source.h"

namespace seafusion::serve {

/// Immutable once it is given away.
struct Moment {
  std::uint64_t number = 0;   ///< Counting up.
  std::int64_t time = 0;      ///< Microseconds into the recording, or since the start.
  std::int64_t captured = 0;  ///< When the visible frame came, microseconds since 1970.

  /// As the cameras deliver them; null: there is none.
  stream::FramePtr infrared, visible;
  /// On the canvas; empty: the frame itself lies there.
  ImageBuffer warped_infrared, warped_visible;
  std::shared_ptr<const align::Warper> warper;  ///< That brought them there.
  ImageBuffer fused;                            ///< 8 bits; on the canvas.
  ImageBuffer levels;  ///< gray8, the infrared as it is fused; empty: `range` tells all of it.
  InfraredRange range;
  ViewPalette palette = ViewPalette::kGray;
  /// What else can fuse both; run where somebody looks at it.
  std::shared_ptr<const methods::FusionMethod> method;
  bool infrared_lost = false, visible_lost = false;

  const ImageBuffer* infrared_on_canvas() const {
    if (!warped_infrared.empty()) return &warped_infrared;
    return infrared == nullptr ? nullptr : &infrared->image;
  }
  const ImageBuffer* visible_on_canvas() const {
    if (!warped_visible.empty()) return &warped_visible;
    return visible == nullptr ? nullptr : &visible->image;
  }
};
using MomentPtr = std::shared_ptr<const Moment>;

}  // namespace seafusion::serve

#endif  // SEAFUSION_SERVE_LIVE_MOMENT_H_
