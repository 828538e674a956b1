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
#include "model/graph.h"
#include "nn/direct/row_chain.h"

namespace seafusion::nn::direct {
namespace {

using model::SamplesAcross;

// Sums of the phases over the blocks of one row of blocks: `rows` rows at half resolution from `y`
// on, `factor` columns each.
class BlockRow {
 public:
  BlockRow(const Rect& region, int width, int height, int factor)
      : region_(region), width_(width), height_(height), factor_(factor) {}

  void Sum(ConstPlane plane, int first_channel, int y, int rows, std::vector<float>& columns,
           float* sums) const {
    const int count = region_.width();
    for (int dy = 0; dy < 2; ++dy) {
      columns.assign(static_cast<std::size_t>(count), 0.0f);
      for (int k = 0; k < rows; ++k) {
        // An odd side's last row is repeated.
        const int from = std::min(2 * (y + k) + dy, height_ - 1);
        const float* row = plane.Row(from - region_.y0);
        for (int x = 0; x < count; ++x) columns[x] += row[x];
      }
      const int half_columns = SamplesAcross(count, 2);
      for (int block = 0; block * factor_ < half_columns; ++block) {
        const int end = std::min((block + 1) * factor_, half_columns);
        float even = 0.0f, odd = 0.0f;
        for (int x = block * factor_; x < end; ++x) {
          even += columns[2 * x];
          odd += columns[std::min(2 * x + 1, count - 1)];
        }
        float* to = sums + std::ptrdiff_t{block} * kPhases + first_channel + 2 * dy;
        to[0] = even;
        to[1] = odd;
      }
    }
  }

 private:
  const Rect& region_;
  int width_, height_, factor_;
};

// Samples that block `index` of `factor` has, of `length` in all.
int SamplesOf(int index, int factor, int length) {
  return std::min(factor, length - index * factor);
}

template <typename T>
T PhaseOf(float v, float scale) {
  if constexpr (std::is_same_v<T, Bf16>) {
    const auto bits = std::bit_cast<std::uint32_t>(v);
    return static_cast<Bf16>((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
  } else if constexpr (std::is_integral_v<T>) {
    return static_cast<T>(std::nearbyint(v * scale));
  } else {
    return v;
  }
}

}  // namespace

CoarseMaps::CoarseMaps(const std::vector<int>& factors, int lanes, int width, int height)
    : width_(width), height_(height) {
  for (const int factor : factors) {
    Path path;
    path.factor = factor;
    path.width = SamplesAcross(width, 2 * factor);
    path.height = SamplesAcross(height, 2 * factor);
    path.means.resize(static_cast<std::size_t>(path.width) * path.height * kPhases);
    path.lanes = lanes;
    paths_.push_back(std::move(path));
  }
}

void CoarseMaps::Add(ConstPlane vis, ConstPlane inf, const Rect& region) {
  const int half_width = SamplesAcross(width_, 2), half_height = SamplesAcross(height_, 2);
  std::vector<float> columns;
  std::vector<float> sums;
  for (std::size_t i = 0; i < paths_.size(); ++i) {
    Path& path = paths_[i];
    const int side = 2 * path.factor;
    const int bx0 = region.x0 / side, bx1 = SamplesAcross(region.x1, side);
    const int by0 = region.y0 / side, by1 = SamplesAcross(region.y1, side);
    sums.resize(static_cast<std::size_t>(bx1 - bx0) * kPhases);
    for (int by = by0; by < by1; ++by) {
      const int rows = SamplesOf(by, path.factor, half_height);
      const BlockRow block_row(region, width_, height_, path.factor);
      block_row.Sum(inf, 0, by * path.factor, rows, columns, sums.data());
      block_row.Sum(vis, kPhases / 2, by * path.factor, rows, columns, sums.data());
      for (int bx = bx0; bx < bx1; ++bx) {
        const auto count = static_cast<float>(rows * SamplesOf(bx, path.factor, half_width));
        float* means =
            path.means.data() + (static_cast<std::size_t>(by) * path.width + bx) * kPhases;
        const float* from = sums.data() + static_cast<std::size_t>(bx - bx0) * kPhases;
        for (int c = 0; c < kPhases; ++c) means[c] = from[c] / count;
      }
    }
  }
}

void CoarseMaps::AllocateMaps() {
  for (Path& path : paths_) {
    path.map = Buffer<float>(static_cast<std::size_t>(path.width + 2) * path.lanes * path.height);
  }
}

template <typename T>
Status CoarseMaps::ComputeRows(const Kernels& kernels, const Weights<T>& weights,
                               const std::vector<LayerWeights<T>>& layers, Path& path, int y0,
                               int y1, Ranges* record) {
  RowChain<T> chain(layers, path.width);
  const ChainRegion region = {
      path.width, path.height, {0, y0, path.width, y1}, model::Border::kRepeat};
  return chain.Run(
      ConvKernelsOf<T>(kernels), layers, region, record,
      [&](int y, T* row) {
        const float* means = path.means.data() + static_cast<std::size_t>(y) * path.width * kPhases;
        for (int k = 0; k < path.width * kPhases; ++k) {
          row[k] = PhaseOf<T>(means[k], weights.phase_scale);
        }
        return OkStatus();
      },
      [](int) -> const float* { return nullptr; },
      [&](int y, const float* row) {
        float* to = path.map.data() + static_cast<std::size_t>(y) * (path.width + 2) * path.lanes;
        const std::ptrdiff_t last = std::ptrdiff_t{path.width - 1} * path.lanes;
        std::copy_n(row, path.lanes, to);
        std::copy_n(row, last + path.lanes, to + path.lanes);
        std::copy_n(row + last, path.lanes, to + path.lanes + last + path.lanes);
      });
}

template <typename T>
Status CoarseMaps::Finish(const Kernels& kernels, const Weights<T>& weights, ThreadPool& pool) {
  AllocateMaps();
  // Bands of rows, not so low that most of the work would be done twice.
  constexpr int kLeastRows = 16;
  struct Band {
    std::size_t path;
    int y0, y1;
  };
  std::vector<Band> bands;
  for (std::size_t i = 0; i < paths_.size(); ++i) {
    const int height = paths_[i].height;
    const int parts = std::clamp(height / kLeastRows, 1, pool.thread_count());
    for (int k = 0; k < parts; ++k) {
      const auto at = [&](int part) {
        return static_cast<int>(std::int64_t{height} * part / parts);
      };
      bands.push_back({i, at(k), at(k + 1)});
    }
  }
  return pool.ParallelFor(bands.size(), [&](std::size_t index, int) {
    const Band& band = bands[index];
    return ComputeRows(kernels, weights, weights.coarse[band.path].layers, paths_[band.path],
                       band.y0, band.y1, nullptr);
  });
}
template Status CoarseMaps::Finish(const Kernels&, const Weights<float>&, ThreadPool&);
template Status CoarseMaps::Finish(const Kernels&, const Weights<Bf16>&, ThreadPool&);
template Status CoarseMaps::Finish(const Kernels&, const Weights<std::int16_t>&, ThreadPool&);
template Status CoarseMaps::Finish(const Kernels&, const Weights<std::uint8_t>&, ThreadPool&);

Status CoarseMaps::FinishAndRecord(const Kernels& kernels, const Weights<float>& weights,
                                   Ranges& ranges) {
  AllocateMaps();
  for (std::size_t i = 0; i < paths_.size(); ++i) {
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
    const auto row = [&](int of) {
      return path.map.data() +
             std::ptrdiff_t{std::clamp(of, 0, path.height - 1)} * (path.width + 2) * path.lanes;
    };
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
