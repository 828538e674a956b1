// Pictures for the tests of the methods.
#ifndef SEAFUSION_METHODS_TESTING_TEST_PLANES_H_
#define SEAFUSION_METHODS_TESTING_TEST_PLANES_H_

#include "methods/luma_plane.h"

namespace seafusion::methods {

/// A picture of level(x, y).
template <typename Level>
LumaPlane Draw(int width, int height, Level level) {
  LumaPlane plane(width, height);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) plane.Row(y)[x] = level(x, y);
  }
  return plane;
}

}  // namespace seafusion::methods

#endif  // SEAFUSION_METHODS_TESTING_TEST_PLANES_H_
