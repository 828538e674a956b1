// Which part of the picture each layer computes for a tile, and the memory that takes.
//
// Winograd's rounding makes every pixel of a 4x4 output tile depend on its whole 6x6 input patch.
// So that a pixel gets the same value whatever tile of the picture it is computed in, the 4x4 grid
// is anchored to the picture, and a layer computes whole patches for the next one: the margin grows
// to 32 pixels where the receptive field alone would ask for 9.
#ifndef SEAFUSION_NN_WINOGRAD_TILE_PLAN_H_
#define SEAFUSION_NN_WINOGRAD_TILE_PLAN_H_

#include <array>
#include <cstddef>
#include <vector>

#include "nn/plane.h"

namespace seafusion::nn::winograd {

/// Steps of the network in the order of the data. An encoder runs the first five.
enum Step { kFirst, kHead1, kTail1, kHead2, kTail2, kDecode4, kDecode3, kDecode2, kLast, kSteps };

/// Pixels of input around a tile that the result depends on.
inline constexpr int kHalo = 33;

/// What each step computes, in picture coordinates: inside the picture, starting at multiples of 4
/// and ending at multiples of 4 or at the picture's edge; kLast is the tile itself.
std::array<Rect, kSteps> PlanRegions(const Rect& tile, int width, int height);

/// A tile is computed in bands of columns, from left to right, so that the rows of all feature maps
/// that are alive stay in the cache: on a Zen 4 with 32 MB of shared cache, 128 columns were a
/// fifth (int16) to a third (fp32) faster per pixel than 640.
inline constexpr int kBandWidth = 128;

/// The columns that one step computes in one band. A step that others read is ahead of them by its
/// margin, and the columns to its left that they still need are carried over from the band before.
struct Columns {
  int x0 = 0, x1 = 0;
};
struct Band {
  std::array<Columns, kSteps> steps;
  int origin = 0;  ///< Column that a row's memory begins with.
  bool first = false, last = false;
};

/// The bands of a tile with these regions, from left to right; one, where the tile is no wider than
/// kBandWidth.
std::vector<Band> PlanBands(const std::array<Rect, kSteps>& regions);

/// Columns left of a band that steps read: the tail and gradient of a dense block read its input
/// two steps later, everything else is read by the next step.
inline constexpr int kCarriedInput = 9;
inline constexpr int kCarried = 5;

/// Rows of a feature map, reused in a circle: the next layer reads a row soon after it is made.
class RowRing {
 public:
  RowRing() = default;
  RowRing(float* data, int blocks, int rows, int pitch)
      : data_(data), blocks_(blocks), rows_(rows), pitch_(pitch) {}

  static std::size_t SizeInFloats(int blocks, int rows, int pitch);

  /// The row of block `b` that holds picture row `y`, column 0.
  float* Row(int y, int b) const {
    return data_ + (static_cast<std::ptrdiff_t>(y % rows_) * blocks_ + b) * pitch_ * 16;
  }
  int blocks() const { return blocks_; }
  int rows() const { return rows_; }

 private:
  float* data_ = nullptr;
  int blocks_ = 0;
  int rows_ = 0;
  int pitch_ = 0;  // pixels of 16 channels
};

/// Columns in front of the first one computed: the zero padding left of the picture.
inline constexpr int kLeftColumns = 1;

/// Pixels that a row of any feature map needs in bands of `band_width`: the widest region, the zero
/// padding, and what kernels read past the end.
int RowPitch(int band_width);

}  // namespace seafusion::nn::winograd

#endif  // SEAFUSION_NN_WINOGRAD_TILE_PLAN_H_
