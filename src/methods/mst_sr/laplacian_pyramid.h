// Laplacian pyramids as the MST-SR toolbox of Yu Liu builds them.
#ifndef SEAFUSION_METHODS_MST_SR_LAPLACIAN_PYRAMID_H_
#define SEAFUSION_METHODS_MST_SR_LAPLACIAN_PYRAMID_H_

#include <vector>

#include "methods/luma_plane.h"

namespace seafusion::methods::mst_sr {

/// Sides below this cannot be extended by the filter.
inline constexpr int kLeastSide = 3;

struct PyramidLevel {
  LumaPlane detail;  ///< Both sides even: a picture of odd size is mirrored on by one.
  int width = 0;     ///< Of the picture before that.
  int height = 0;
};

struct Pyramid {
  std::vector<PyramidLevel> levels;  ///< The finest first.
  LumaPlane base;
};

/// The toolbox's filter (1, 4, 6, 4, 1) / 16 sees pictures mirrored by two pixels at their sides,
/// but zeros in the four corners beyond. Fewer levels where a picture has a side under kLeastSide.
/// std::bad_alloc may leave these functions.
Pyramid Decompose(const LumaPlane& picture, int levels);

/// The inverse, exact up to rounding.
LumaPlane Compose(const Pyramid& pyramid);

/// Takes each coefficient from the picture that has the larger ones around it: the maximum of
/// absolute values over 3 x 3, then a majority vote over 3 x 3, in which equal means b. Both of one
/// size, sides of 2 or more.
LumaPlane ChooseLarger(const LumaPlane& a, const LumaPlane& b);

}  // namespace seafusion::methods::mst_sr

#endif  // SEAFUSION_METHODS_MST_SR_LAPLACIAN_PYRAMID_H_
