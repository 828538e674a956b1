// The coarse paths of a chain: what it takes from the whole picture before any tile.
#ifndef SEAFUSION_NN_DIRECT_COARSE_H_
#define SEAFUSION_NN_DIRECT_COARSE_H_

#include <vector>

#include <seafusion/status.h>

#include "core/cpu/thread_pool.h"
#include "nn/direct/kernels/kernels.h"
#include "nn/direct/weights.h"
#include "nn/engine.h"
#include "nn/plane.h"

namespace seafusion::nn::direct {

/// Rows of floats whose memory comes and goes in blocks of them.
class RowStore {
 public:
  static constexpr int kBlockRows = 64;

  RowStore() = default;
  RowStore(int rows, std::size_t row_size)
      : rows_(rows), row_size_(row_size), blocks_((rows + kBlockRows - 1) / kBlockRows) {}

  /// Zeroed memory for rows [y0, y1), of which y0 begins a block. Throws std::bad_alloc.
  void Allocate(int y0, int y1);
  /// Gives back the blocks that lie wholly above row `y`.
  void FreeAbove(int y);

  float* Row(int y) {
    return blocks_[y / kBlockRows].data() + static_cast<std::size_t>(y % kBlockRows) * row_size_;
  }
  const float* Row(int y) const { return const_cast<RowStore*>(this)->Row(y); }

 private:
  int rows_ = 0;
  std::size_t row_size_ = 0;
  std::vector<Buffer<float>> blocks_;
};

/// The phases averaged, and then what the coarse layers make of them.
class CoarseMaps : public PictureMaps {
 public:
  struct Path {
    int factor = 0;
    int width = 0, height = 0;  ///< Of the map.
    RowStore means;             ///< A row: [width][kPhases].
    RowStore map;               ///< A row: [width + 2][16 blocks], borders repeated.
    int lanes = 0;              ///< 16 blocks.
  };

  /// Of a picture of width x height pixels; `factors` in ascending order, each a multiple of the
  /// one before. Throws std::bad_alloc.
  CoarseMaps(const std::vector<int>& factors, int lanes, int width, int height);

  /// Engine::AddToPicture.
  void Add(ConstPlane vis, ConstPlane inf, const Rect& region);

  /// Engine::FinishPicture, for weights of the same factors; once. The means are given back as the
  /// maps grow. Throws std::bad_alloc.
  template <typename T>
  Status Finish(const Kernels& kernels, const Weights<T>& weights, ThreadPool& pool);

  /// The same on this thread, and raises `ranges` to hold the layers' activations.
  Status FinishAndRecord(const Kernels& kernels, const Weights<float>& weights,
                         ActivationRanges& ranges);

  /// bias + all maps enlarged, for columns [x0, x1) of row y at half resolution. `sums`: 16 blocks
  /// floats a pixel, 64-byte aligned.
  void Enlarge(const Kernels& kernels, const float* bias, int y, int x0, int x1, float* sums) const;

 private:
  // Rows [y0, y1) of a path's map.
  template <typename T>
  static Status ComputeRows(const Kernels& kernels, const Weights<T>& weights,
                            const std::vector<LayerWeights<T>>& layers, Path& path, int y0, int y1,
                            ActivationRanges* record);
  // Means of the blocks from (bx, by) on, out of their sums.
  void SetMeans(Path& path, const Rect& blocks, const std::vector<float>& sums) const;

  int width_, height_;  // of the picture
  std::vector<Path> paths_;
};

}  // namespace seafusion::nn::direct

#endif  // SEAFUSION_NN_DIRECT_COARSE_H_
