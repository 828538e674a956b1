// Streams rows through the layers of a chain, depth first: each row that comes in pushes one row
// through every layer, so that a few rows of each feature map are all there ever is.
#ifndef SEAFUSION_NN_DIRECT_ROW_CHAIN_H_
#define SEAFUSION_NN_DIRECT_ROW_CHAIN_H_

#include <algorithm>
#include <cstddef>
#include <type_traits>
#include <vector>

#include <seafusion/status.h>

#include "core/status_macros.h"
#include "model/graph/graph.h"
#include "nn/direct/kernels/kernels.h"
#include "nn/direct/weights.h"
#include "nn/plane.h"

namespace seafusion::nn::direct {

/// What is computed: a rectangle of a map of width x height pixels, and what its layers read
/// outside of it.
struct ChainRegion {
  int width = 0, height = 0;
  Rect rect;
  model::Border border = model::Border::kZero;
};

/// One thread's memory for a chain of layers.
template <typename T>
class RowChain {
 public:
  RowChain() = default;
  /// For regions of at most `max_width` columns. Throws std::bad_alloc.
  RowChain(const std::vector<LayerWeights<T>>& layers, int max_width);

  /// Columns and rows that layer `i` reads, so that the last one computes the region.
  Rect InputOf(int i) const {
    return Grown(region_.rect, static_cast<int>(rings_.size()) - i, region_.width, region_.height);
  }

  /// Calls input(y, row) to have row y of InputOf(0) written, sums(y) for what the first layer's
  /// row y adds in place of its bias (16 out_blocks floats a pixel, for the columns of InputOf(1);
  /// null: the bias), and output(y, row) with the last layer's row y, 16 out_blocks floats a pixel.
  /// `input` may fail. `record`, if not null, grows to hold the activations of every inner layer.
  template <typename Input, typename Sums, typename Output>
  Status Run(const ConvKernels<T>& kernels, const std::vector<LayerWeights<T>>& layers,
             const ChainRegion& region, ActivationRanges* record, const Input& input,
             const Sums& sums, const Output& output);

 private:
  static constexpr int kRows = 3;  // that a layer reads

  // The rows that a layer reads, and one of zeros: of each a row for every block of 16 channels.
  struct Ring {
    int blocks = 0;
    int stride = 0;  // values a pixel of a block
    T* rows = nullptr;
    std::ptrdiff_t pitch = 0;  // of a block's row
    // Where the layer reads pairs, these are the rows, for each block its frequencies; `rows` is
    // then the last one only, as it came.
    T* pairs = nullptr;
    std::ptrdiff_t pair_pitch = 0;  // of a frequency's row

    std::ptrdiff_t row_size() const { return blocks * pitch; }
    std::ptrdiff_t pair_row_size() const { return blocks * kFrequencies * pair_pitch; }
  };

  // The slot of the row that stands for y.
  int SlotOf(int y) const {
    if (region_.border == model::Border::kRepeat) y = std::clamp(y, 0, region_.height - 1);
    return y < 0 || y >= region_.height ? kRows : y % kRows;
  }
  // Column x of its first block.
  T* At(int i, int y, int x) const {
    const Ring& ring = rings_[i];
    const int slot = ring.pairs != nullptr ? 0 : SlotOf(y);
    return ring.rows + slot * ring.row_size() + (x - origin_) * ring.stride;
  }
  T* PairsAt(int i, int y) const { return rings_[i].pairs + SlotOf(y) * rings_[i].pair_row_size(); }
  // The column that a layer's outputs and its pairs begin with: even.
  int FirstOfPairs(int i) const { return InputOf(i + 1).x0 / 2 * 2; }

  void FillZeros(const std::vector<LayerWeights<T>>& layers);
  // The columns left and right of the picture, once a row is there.
  void PadRow(int i, int y, T zero) const;
  // Once a row is there and padded, makes it ready for the layer.
  void MakePairs(const ConvKernels<T>& kernels, int i, int y) const;
  void Compute(const ConvKernels<T>& kernels, const LayerWeights<T>& layer, int i, int y,
               const float* sums);
  static void Record(const T* row, int pixels, const Ring& ring, std::vector<Range>& ranges);

  std::vector<Ring> rings_;  // one a layer
  Buffer<T> memory_;
  Buffer<float> last_row_;
  ChainRegion region_;
  int origin_ = 0;  // column that rows begin with
  int max_width_ = 0;
};

template <typename T>
RowChain<T>::RowChain(const std::vector<LayerWeights<T>>& layers, int max_width)
    : max_width_(max_width) {
  const int margin = static_cast<int>(layers.size());
  const int columns = max_width + 2 * margin + 2 + kSlack;
  constexpr std::ptrdiff_t kLine = 64 / sizeof(T);
  // Rows of a power of two would all fall into the same cache sets.
  const auto pitch_of = [](std::ptrdiff_t values) {
    return (values + kLine - 1) / kLine * kLine + kLine;
  };
  std::ptrdiff_t total = 0;
  for (const LayerWeights<T>& layer : layers) {
    Ring ring;
    // The phases' pixels are half a block.
    const bool first = rings_.empty();
    ring.stride = first ? kPhases : kBlock;
    ring.blocks = first ? 1 : (layer.ins + kBlock - 1) / kBlock;
    ring.pitch = pitch_of(std::ptrdiff_t{columns} * ring.stride);
    if (layer.reads_pairs) {
      ring.pair_pitch = pitch_of(std::ptrdiff_t{columns / 2 + 1 + kSlack} * ring.stride);
    }
    rings_.push_back(ring);
    total += (kRows + 1) * (layer.reads_pairs ? ring.pair_row_size() : ring.row_size());
    if (layer.reads_pairs) total += ring.row_size();
  }
  memory_ = Buffer<T>(static_cast<std::size_t>(total));
  T* next = memory_.data();
  for (Ring& ring : rings_) {
    ring.rows = next;
    next += (ring.pair_pitch > 0 ? 1 : kRows + 1) * ring.row_size();
    if (ring.pair_pitch == 0) continue;
    ring.pairs = next;
    next += (kRows + 1) * ring.pair_row_size();
  }
  last_row_ = Buffer<float>(static_cast<std::size_t>(columns) * layers.back().out_blocks * kBlock);
  FillZeros(layers);
}

template <typename T>
void RowChain<T>::FillZeros(const std::vector<LayerWeights<T>>& layers) {
  for (std::size_t i = 0; i < rings_.size(); ++i) {
    const Ring& ring = rings_[i];
    if (ring.pairs != nullptr) continue;  // of floats: memory is zeroed
    std::fill_n(ring.rows + kRows * ring.row_size(), ring.row_size(), layers[i].zero);
  }
}

template <typename T>
void RowChain<T>::PadRow(int i, int y, T zero) const {
  const Ring& ring = rings_[i];
  const bool repeat = region_.border == model::Border::kRepeat;
  const auto pad = [&](int column, int inside) {
    for (int block = 0; block < ring.blocks; ++block) {
      T* to = At(i, y, column) + block * ring.pitch;
      if (repeat) {
        std::copy_n(At(i, y, inside) + block * ring.pitch, ring.stride, to);
      } else {
        std::fill_n(to, ring.stride, zero);
      }
    }
  };
  const Rect rect = InputOf(i);
  if (rect.x0 == 0) pad(-1, 0);
  if (rect.x1 == region_.width) pad(region_.width, region_.width - 1);
}

template <typename T>
void RowChain<T>::MakePairs(const ConvKernels<T>& kernels, int i, int y) const {
  const Ring& ring = rings_[i];
  if (ring.pairs == nullptr) return;
  const int x0 = FirstOfPairs(i);
  for (int block = 0; block < ring.blocks; ++block) {
    kernels.to_pairs(At(i, y, x0 - 1) + block * ring.pitch, ring.stride,
                     (InputOf(i + 1).x1 - x0 + 1) / 2,
                     PairsAt(i, y) + block * kFrequencies * ring.pair_pitch, ring.pair_pitch);
  }
}

template <typename T>
void RowChain<T>::Record(const T* row, int pixels, const Ring& ring, std::vector<Range>& ranges) {
  if constexpr (std::is_same_v<T, float>) {
    for (std::size_t c = 0; c < ranges.size(); ++c) {
      const T* values = row + c / kBlock * ring.pitch + c % kBlock;
      for (int p = 0; p < pixels; ++p) {
        ranges[c].lo = std::min(ranges[c].lo, values[p * ring.stride]);
        ranges[c].hi = std::max(ranges[c].hi, values[p * ring.stride]);
      }
    }
  }
}

template <typename T>
void RowChain<T>::Compute(const ConvKernels<T>& kernels, const LayerWeights<T>& layer, int i, int y,
                          const float* sums) {
  const Rect rect = InputOf(i + 1);
  const int lanes = layer.out_blocks * kBlock;
  ConvRow<T> row = {};
  const Ring& ring = rings_[i];
  for (int k = 0; k < kRows; ++k) {
    row.rows[k] = ring.pairs != nullptr ? PairsAt(i, y - 1 + k) : At(i, y - 1 + k, rect.x0 - 1);
  }
  row.in_stride = ring.stride;
  row.in_words = layer.in_words;
  row.in_block_stride = ring.pairs != nullptr ? kFrequencies * ring.pair_pitch : ring.pitch;
  row.frequency_stride = ring.pair_pitch;
  row.begins_within_pair = rect.x0 != FirstOfPairs(i);
  row.weights = layer.values.data();
  row.out_blocks = layer.out_blocks;
  row.rescale = layer.rescale.data();
  row.bias = sums != nullptr ? sums : layer.bias.data();
  row.bias_stride = sums != nullptr ? lanes : 0;
  row.pixels = rect.width();
  row.activation = layer.activation;
  if (i + 1 == static_cast<int>(rings_.size())) {
    row.out_stride = lanes;
    row.out_block_stride = kBlock;
    kernels.conv_to_float(row, last_row_.data());
  } else {
    row.out_stride = kBlock;
    row.out_block_stride = rings_[i + 1].pitch;
    kernels.conv(row, At(i + 1, y, rect.x0));
  }
}

template <typename T>
template <typename Input, typename Sums, typename Output>
Status RowChain<T>::Run(const ConvKernels<T>& kernels, const std::vector<LayerWeights<T>>& layers,
                        const ChainRegion& region, ActivationRanges* record, const Input& input,
                        const Sums& sums, const Output& output) {
  if (region.rect.width() > max_width_) return Internal("a tile is wider than its workspace");
  region_ = region;
  const int count = static_cast<int>(rings_.size());
  const Rect first = InputOf(0);
  origin_ = first.x0 - 1;
  // Row y of layer i's output follows `i` rows after the input's.
  for (int t = first.y0; t < region.rect.y1 + count; ++t) {
    if (t < first.y1) {
      SEAFUSION_RETURN_IF_ERROR(input(t, At(0, t, first.x0)));
      PadRow(0, t, layers[0].zero);
      MakePairs(kernels, 0, t);
    }
    for (int i = 0; i < count; ++i) {
      const int y = t - 1 - i;
      const Rect rect = InputOf(i + 1);
      if (y < rect.y0 || y >= rect.y1) continue;
      Compute(kernels, layers[i], i, y, i == 0 ? sums(y) : nullptr);
      if (i + 1 == count) {
        output(y, last_row_.data());
      } else {
        PadRow(i + 1, y, layers[i + 1].zero);
        MakePairs(kernels, i + 1, y);
        if (record != nullptr) {
          Record(At(i + 1, y, rect.x0), rect.width(), rings_[i + 1], (*record)[layers[i].name]);
        }
      }
    }
  }
  return OkStatus();
}

}  // namespace seafusion::nn::direct

#endif  // SEAFUSION_NN_DIRECT_ROW_CHAIN_H_
