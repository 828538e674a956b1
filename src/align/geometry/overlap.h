// The largest upright rectangle within what both cameras see.
#ifndef SEAFUSION_ALIGN_GEOMETRY_OVERLAP_H_
#define SEAFUSION_ALIGN_GEOMETRY_OVERLAP_H_

#include <functional>

namespace seafusion::align {

struct PixelRectangle {
  int x = 0, y = 0, width = 0, height = 0;
};

/// The largest rectangle of pixels of a `width` x `height` picture all of whose border pixels are
/// `inside`, found on a grid and then shrunk to fit: exact to about a 200th of the picture. Empty
/// where nothing is inside. `inside` should describe a region without holes.
PixelRectangle LargestRectangle(int width, int height,
                                const std::function<bool(int x, int y)>& inside);

}  // namespace seafusion::align

#endif  // SEAFUSION_ALIGN_GEOMETRY_OVERLAP_H_
