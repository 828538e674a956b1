// One thread's memory for a plan: a few rows of every feature map, and scratch for the steps.
#ifndef SEAFUSION_NN_DEPTH_FIRST_TILE_MEMORY_H_
#define SEAFUSION_NN_DEPTH_FIRST_TILE_MEMORY_H_

#include <cstddef>
#include <vector>

#include "nn/buffer.h"
#include "nn/engine.h"
#include "nn/plan/plan.h"

namespace seafusion::nn {

/// Channels of a block: a row of a map is a row of pixels of 16 channels for each of its blocks.
inline constexpr int kBlockChannels = 16;

/// Columns that steps may read past the last one computed (a Winograd patch, a group of pixels).
inline constexpr int kColumnsPast = 18;
/// Columns right of the picture that read as its border does.
inline constexpr int kPaddingColumns = 6;

/// Rows of a feature map, reused in a circle: the next step reads a row soon after it is made.
class MapRows {
 public:
  MapRows() = default;
  MapRows(std::byte* data, int blocks, int rows, int columns, std::size_t sample_bytes)
      : data_(data),
        blocks_(blocks),
        rows_(rows),
        pixel_bytes_(static_cast<std::ptrdiff_t>(kBlockChannels * sample_bytes)),
        row_bytes_(columns * pixel_bytes_) {}

  static std::size_t SizeInBytes(int blocks, int rows, int columns, std::size_t sample_bytes) {
    return static_cast<std::size_t>(blocks) * rows * columns * kBlockChannels * sample_bytes;
  }

  /// Column `x` of block `b` of the row of the map, all counted in the picture.
  std::byte* At(int y, int b, int x) const {
    return data_ + (static_cast<std::ptrdiff_t>(y % rows_) * blocks_ + b) * row_bytes_ +
           (x - origin_) * pixel_bytes_;
  }
  template <typename S>
  S* Row(int y, int b, int x) const {
    return reinterpret_cast<S*>(At(y, b, x));
  }

  /// The column that the memory begins with; changes from band to band.
  void set_origin(int x) { origin_ = x; }

  int blocks() const { return blocks_; }
  int rows() const { return rows_; }
  std::ptrdiff_t pixel_bytes() const { return pixel_bytes_; }

 private:
  std::byte* data_ = nullptr;
  int blocks_ = 0;
  int rows_ = 0;
  int origin_ = 0;
  std::ptrdiff_t pixel_bytes_ = 0, row_bytes_ = 0;
};

class TileMemory : public Workspace {
 public:
  /// For tiles of at most max_width x max_height pixels; `scratch_bytes`: what the most demanding
  /// step asks for. Throws std::bad_alloc.
  TileMemory(const plan::Plan& plan, int max_width, int max_height, std::size_t scratch_bytes);

  int max_width = 0, max_height = 0;
  std::vector<MapRows> maps;        ///< As the plan's.
  std::vector<std::byte*> carried;  ///< For each map its carried columns, for every row of a tile.
  std::byte* zero_row = nullptr;    ///< As long as the longest row of one block.
  std::byte* scratch = nullptr;

 private:
  Buffer<std::byte> memory_;
};

}  // namespace seafusion::nn

#endif  // SEAFUSION_NN_DEPTH_FIRST_TILE_MEMORY_H_
