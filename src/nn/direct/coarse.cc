#include "nn/direct/coarse.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <utility>

#include "core/status_macros.h"
#include "model/graph/graph.h"
#include "nn/direct/row_chain.h"

namespace seafusion::nn::direct {
namespace {

using model::SamplesAcross;

// Sums over `rows` rows of a plane, one a column.
template <typename RowAt>
void SumRows(const RowAt& row_at, int rows, int columns, float* sums) {
  if (rows == 4) {  // what nearly all blocks have: each sum is written once
    const float *a = row_at(0), *b = row_at(1), *c = row_at(2), *d = row_at(3);
    for (int x = 0; x < columns; ++x) sums[x] = a[x] + b[x] + c[x] + d[x];
    return;
  }
  std::copy_n(row_at(0), columns, sums);
  for (int k = 1; k < rows; ++k) {
    const float* row = row_at(k);
    for (int x = 0; x < columns; ++x) sums[x] += row[x];
  }
}

// Adds up even and odd columns over blocks of `factor` of each: `even` and `odd` of block i lie at
// to[i * kPhases]. There are 2 half_columns columns.
void SumBlocks(const float* columns, int half_columns, int factor, float* to) {
  for (int begin = 0; begin < half_columns; begin += factor, to += kPhases) {
    const int end = std::min(begin + factor, half_columns);
    float even = 0.0f, odd = 0.0f;
    for (int x = begin; x < end; ++x) {
      even += columns[2 * x];
      odd += columns[2 * x + 1];
    }
    to[0] = even;
    to[1] = odd;
  }
}

// Samples that block `index` of `factor` has, of `length` in all.
int SamplesOf(int index, int factor, int length) {
  return std::min(factor, length - index * factor);
}

// To the nearest, halves to even, of a value far below 2^22: a loop of these has no calls in it.
float Rounded(float v) {
  constexpr float kUnits = 12582912.0f;  // 1.5 * 2^23: floats around it are integers
  return v + kUnits - kUnits;
}

template <typename T>
T PhaseOf(float v, float scale) {
  if constexpr (std::is_same_v<T, Bf16>) {
    const auto bits = std::bit_cast<std::uint32_t>(v);
    return static_cast<Bf16>((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
  } else if constexpr (std::is_integral_v<T>) {
    return static_cast<T>(Rounded(v * scale));
  } else {
    return v;
  }
}

}  // namespace

void RowStore::Allocate(int y0, int y1) {
  for (int y = y0; y < y1; y += kBlockRows) {
    blocks_[y / kBlockRows] =
        Buffer<float>(static_cast<std::size_t>(std::min(kBlockRows, rows_ - y)) * row_size_);
  }
}

void RowStore::FreeAbove(int y) {
  for (int block = 0; block < y / kBlockRows && block < static_cast<int>(blocks_.size()); ++block) {
    blocks_[block] = {};
  }
}

CoarseMaps::CoarseMaps(const std::vector<int>& factors, int lanes, int width, int height)
    : width_(width), height_(height) {
  for (const int factor : factors) {
    Path path;
    path.factor = factor;
    path.width = SamplesAcross(width, 2 * factor);
    path.height = SamplesAcross(height, 2 * factor);
    path.lanes = lanes;
    path.means = RowStore(path.height, static_cast<std::size_t>(path.width) * kPhases);
    path.means.Allocate(0, path.height);
    path.map = RowStore(path.height, static_cast<std::size_t>(path.width + 2) * lanes);
    paths_.push_back(std::move(path));
  }
}

void CoarseMaps::Add(ConstPlane vis, ConstPlane inf, const Rect& region) {
  const int half_height = SamplesAcross(height_, 2);
  const int half_columns = SamplesAcross(region.width(), 2);
  const auto blocks_of = [&](const Path& path) {
    const int side = 2 * path.factor;
    return Rect{region.x0 / side, region.y0 / side, SamplesAcross(region.x1, side),
                SamplesAcross(region.y1, side)};
  };
  std::vector<float> columns(static_cast<std::size_t>(2) * half_columns);
  // The finest blocks from the picture, each coarser one from the blocks within it.
  Rect blocks = blocks_of(paths_[0]);
  std::vector<float> sums(static_cast<std::size_t>(blocks.width()) * blocks.height() * kPhases);
  const int factor = paths_[0].factor;
  for (int by = blocks.y0; by < blocks.y1; ++by) {
    float* row =
        sums.data() + static_cast<std::ptrdiff_t>(by - blocks.y0) * blocks.width() * kPhases;
    for (int phase = 0; phase < kPhases; phase += 2) {
      const ConstPlane& plane = phase < kPhases / 2 ? inf : vis;
      const auto row_at = [&](int k) {
        // An odd side's last row is repeated.
        const int y = std::min(2 * (by * factor + k) + phase / 2 % 2, height_ - 1);
        return plane.Row(y - region.y0);
      };
      SumRows(row_at, SamplesOf(by, factor, half_height), region.width(), columns.data());
      if (region.width() % 2 != 0) columns.back() = columns[columns.size() - 2];
      SumBlocks(columns.data(), half_columns, factor, row + phase);
    }
  }
  SetMeans(paths_[0], blocks, sums);
  for (std::size_t i = 1; i < paths_.size(); ++i) {
    const Rect finer = std::exchange(blocks, blocks_of(paths_[i]));
    const int ratio = paths_[i].factor / paths_[i - 1].factor;
    std::vector<float> wider(static_cast<std::size_t>(blocks.width()) * blocks.height() * kPhases);
    const float* from = sums.data();
    for (int y = 0; y < finer.height(); ++y) {
      float* row = wider.data() + static_cast<std::ptrdiff_t>(y / ratio) * blocks.width() * kPhases;
      for (int x = 0; x < finer.width(); ++x, from += kPhases) {
        float* to = row + static_cast<std::ptrdiff_t>(x / ratio) * kPhases;
        for (int c = 0; c < kPhases; ++c) to[c] += from[c];
      }
    }
    SetMeans(paths_[i], blocks, wider);
    sums = std::move(wider);
  }
}

void CoarseMaps::SetMeans(Path& path, const Rect& blocks, const std::vector<float>& sums) const {
  const int half_width = SamplesAcross(width_, 2), half_height = SamplesAcross(height_, 2);
  const float* from = sums.data();
  for (int by = blocks.y0; by < blocks.y1; ++by) {
    const int rows = SamplesOf(by, path.factor, half_height);
    float* to = path.means.Row(by) + static_cast<std::ptrdiff_t>(blocks.x0) * kPhases;
    for (int bx = blocks.x0; bx < blocks.x1; ++bx, from += kPhases, to += kPhases) {
      const auto count = static_cast<float>(rows * SamplesOf(bx, path.factor, half_width));
      for (int c = 0; c < kPhases; ++c) to[c] = from[c] / count;
    }
  }
}

template <typename T>
Status CoarseMaps::ComputeRows(const Kernels& kernels, const Weights<T>& weights,
                               const std::vector<LayerWeights<T>>& layers, Path& path, int y0,
                               int y1, ActivationRanges* record) {
  RowChain<T> chain(layers, path.width);
  const ChainRegion region = {
      path.width, path.height, {0, y0, path.width, y1}, model::Border::kRepeat};
  return chain.Run(
      ConvKernelsOf<T>(kernels), layers, region, record,
      [&](int y, T* row) {
        const float* means = std::as_const(path.means).Row(y);
        for (int k = 0; k < path.width * kPhases; ++k) {
          row[k] = PhaseOf<T>(means[k], weights.phase_scale);
        }
        return OkStatus();
      },
      [](int) -> const float* { return nullptr; },
      [&](int y, const float* row) {
        float* to = path.map.Row(y);
        const std::ptrdiff_t last = std::ptrdiff_t{path.width - 1} * path.lanes;
        std::copy_n(row, path.lanes, to);
        std::copy_n(row, last + path.lanes, to + path.lanes);
        std::copy_n(row + last, path.lanes, to + path.lanes + last + path.lanes);
      });
}

template <typename T>
Status CoarseMaps::Finish(const Kernels& kernels, const Weights<T>& weights, ThreadPool& pool) {
  // Bands of rows, not so low that most of the work would be done twice; of a high picture as many
  // at a time as there are threads, so that means can go where maps have come.
  constexpr int kLeastRows = 16;
  struct Band {
    std::size_t path;
    int y0, y1;
  };
  const int turn_rows = RowStore::kBlockRows * pool.thread_count();
  for (int turn = 0; turn * turn_rows < paths_[0].height; ++turn) {
    std::vector<Band> bands;
    for (std::size_t i = 0; i < paths_.size(); ++i) {
      const int y0 = turn * turn_rows, y1 = std::min(y0 + turn_rows, paths_[i].height);
      if (y0 >= y1) continue;
      paths_[i].map.Allocate(y0, y1);
      const int parts = std::clamp((y1 - y0) / kLeastRows, 1, pool.thread_count());
      for (int k = 0; k < parts; ++k) {
        bands.push_back({i, y0 + (y1 - y0) * k / parts, y0 + (y1 - y0) * (k + 1) / parts});
      }
    }
    SEAFUSION_RETURN_IF_ERROR(pool.ParallelFor(bands.size(), [&](std::size_t index, int) {
      const Band& band = bands[index];
      return ComputeRows(kernels, weights, weights.coarse[band.path].layers, paths_[band.path],
                         band.y0, band.y1, nullptr);
    }));
    for (std::size_t i = 0; i < paths_.size(); ++i) {
      // A layer reads a row beyond what it computes.
      paths_[i].means.FreeAbove((turn + 1) * turn_rows -
                                static_cast<int>(weights.coarse[i].layers.size()));
    }
  }
  return OkStatus();
}
template Status CoarseMaps::Finish(const Kernels&, const Weights<float>&, ThreadPool&);
template Status CoarseMaps::Finish(const Kernels&, const Weights<Bf16>&, ThreadPool&);
template Status CoarseMaps::Finish(const Kernels&, const Weights<std::int16_t>&, ThreadPool&);
template Status CoarseMaps::Finish(const Kernels&, const Weights<std::uint8_t>&, ThreadPool&);

Status CoarseMaps::FinishAndRecord(const Kernels& kernels, const Weights<float>& weights,
                                   ActivationRanges& ranges) {
  for (std::size_t i = 0; i < paths_.size(); ++i) {
    paths_[i].map.Allocate(0, paths_[i].height);
    SEAFUSION_RETURN_IF_ERROR(ComputeRows(kernels, weights, weights.coarse[i].layers, paths_[i], 0,
                                          paths_[i].height, &ranges));
  }
  return OkStatus();
}

void CoarseMaps::Enlarge(const Kernels& kernels, const float* bias, int y, int x0, int x1,
                         float* sums) const {
  const float* base = bias;
  std::ptrdiff_t base_stride = 0;
  for (const Path& path : paths_) {
    // Row y is taken at (y + 1/2) / factor - 1/2, here counted from the row above the map.
    const int twice = 2 * y + 1 + path.factor;
    const int above = twice / (2 * path.factor) - 1;
    const auto row = [&](int of) { return path.map.Row(std::clamp(of, 0, path.height - 1)); };
    for (int lane = 0; lane < path.lanes; lane += kBlock) {
      kernels.enlarge({.upper = row(above) + lane,
                       .lower = row(above + 1) + lane,
                       .stride = path.lanes,
                       .lower_weight = static_cast<float>(twice % (2 * path.factor)) /
                                       static_cast<float>(2 * path.factor),
                       .factor = path.factor,
                       .first = x0,
                       .pixels = x1 - x0,
                       .base = base + lane,
                       .base_stride = base_stride,
                       .sums = sums + lane,
                       .sums_stride = path.lanes});
    }
    base = sums;
    base_stride = path.lanes;
  }
}

}  // namespace seafusion::nn::direct
