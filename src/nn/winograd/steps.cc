#include "nn/winograd/steps.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <utility>
#include <vector>

#include "nn/winograd/plane_steps.h"

namespace seafusion::nn::winograd {
namespace {

using plan::Columns;
using plan::Plan;
using plan::PointInput;
using plan::ProductOutput;
using plan::Step;
using plan::StepKind;

// Tiles transformed, multiplied and transformed back together. The more, the less often the weights
// (up to 885 kB for decode4) are read; but V and M of a chunk must stay in the second-level cache
// beside them. Of 192, 288, 608 and 1200 kB for the two, 192 was the fastest on 1 MB of cache.
constexpr int kMaxChunk = 48;
constexpr std::size_t kChunkBytes = std::size_t{192} << 10;
constexpr int kChunkPixels = kMaxChunk * kTileSide + kRowGroup;

static_assert(kMaxBlocks == plan::kMostConvBlocks && kMaxTailBlocks == plan::kMostPointBlocks);
static_assert(kBlock == kBlockChannels);

// One line between two frequencies keeps a tile's 36 values from falling into the same cache sets.
std::ptrdiff_t FrequencyStride(int blocks, int chunk) {
  return static_cast<std::ptrdiff_t>(blocks * chunk + 1) * kBlock;
}

template <typename T>
int ChunkTiles(const ProductWeights<T>& product) {
  if (product.in_blocks == 0) return kMaxChunk;
  const std::size_t tile =
      (product.in_blocks * sizeof(T) + product.out_blocks * sizeof(float)) * kFrequencies * kBlock;
  const auto fit = static_cast<int>(kChunkBytes / tile) / kRowGroup * kRowGroup;
  return std::clamp(fit, kRowGroup, kMaxChunk);
}

float Largest(const float* values, int count) {
  float most = 0.0f;
  for (int i = 0; i < count; ++i) most = std::max(most, std::abs(values[i]));
  return most;
}

// A Winograd product, a 1x1 convolution, or one that goes on with the other's result.
template <typename T>
class ProductStep : public StepKernel {
 public:
  ProductStep(const Plan& plan, int step, const Kernels& kernels, StepWeights<T> weights,
              const ProductRanges::OfStep& of_step)
      : plan_(plan),
        index_(step),
        step_(plan.steps[step]),
        k_(kernels),
        products_(ProductsOf<T>(kernels)),
        w_(std::move(weights)),
        of_step_(of_step),
        chunk_(ChunkTiles(w_.product)),
        slope_(SlopeOf(plan.node(step_.node))) {
    const auto take = [this](std::size_t bytes) {
      const std::size_t at = scratch_bytes_;
      constexpr std::size_t kPage = 4096;
      scratch_bytes_ += (bytes + kPage - 1) / kPage * kPage;
      return at;
    };
    // The same place in every step that fits, so that the cache keeps it.
    const auto spectrum = [&](int blocks, std::size_t size) {
      const std::size_t values = static_cast<std::size_t>(kFrequencies) *
                                 static_cast<std::size_t>(FrequencyStride(blocks, chunk_));
      return std::max(values, kChunkBytes / size + kFrequencies * kBlock) * size;
    };
    v_ = take(spectrum(w_.product.in_blocks, sizeof(T)));
    m_ = take(spectrum(w_.product.out_blocks, sizeof(float)));
    int local_blocks = 0, gradient_blocks = 0;
    for (const PointInput& input : step_.point_inputs) {
      if (input.kind == PointInput::Kind::kProduct) local_blocks += input.blocks;
      if (input.kind == PointInput::Kind::kGradient) gradient_blocks += input.blocks;
    }
    local_ = take(static_cast<std::size_t>(kTileSide) * local_blocks * kRow * sizeof(float));
    gradient_ = take(static_cast<std::size_t>(gradient_blocks) * kRow * sizeof(float));
  }

  std::size_t ScratchBytes() const override { return scratch_bytes_; }

  void Compute(const TileView& tile, int y0, int y1) const override {
    const Columns& columns = tile.ColumnsOf(index_);
    for (int x = columns.x0; x < columns.x1; x += chunk_ * kTileSide) {
      const int pixels = std::min(chunk_ * kTileSide, columns.x1 - x);
      const Chunk chunk = {tile, x, y0, y1, pixels, (pixels + kTileSide - 1) / kTileSide};
      if (step_.HasProduct()) {
        Multiply(chunk);
        StoreProduct(chunk);
      }
      if (step_.kind == StepKind::kPoint) {
        for (int y = y0; y < y1; ++y) ComputePoint(chunk, y);
      }
    }
  }

 private:
  static constexpr std::ptrdiff_t kRow = std::ptrdiff_t{kChunkPixels} * kBlock;

  struct Chunk {
    const TileView& tile;
    int x, y0, y1;  // y0 is a multiple of 4
    int pixels;     // of a row
    int tiles;
  };

  template <typename U>
  U* Scratch(const Chunk& chunk, std::size_t at) const {
    return reinterpret_cast<U*>(chunk.tile.scratch() + at);
  }
  template <typename U>
  Spectrum<U> SpectrumAt(const Chunk& chunk, std::size_t at, int blocks) const {
    return {Scratch<U>(chunk, at), FrequencyStride(blocks, chunk_),
            std::ptrdiff_t{chunk_} * kBlock};
  }
  // Row i of the tiles of a result that only the point convolution reads.
  float* LocalRow(const Chunk& chunk, int i, int block) const {
    return Scratch<float>(chunk, local_) + (i * w_.product.out_blocks + block) * kRow;
  }

  // V of the patches around the tiles, then M.
  void Multiply(const Chunk& chunk) const {
    const ProductWeights<T>& product = w_.product;
    const Spectrum<T> v = SpectrumAt<T>(chunk, v_, product.in_blocks);
    int block = 0;
    for (const int map : step_.conv_inputs) {
      for (int b = 0; b < plan_.map(map).blocks; ++b, ++block) {
        const float* rows[kPatchSide];
        for (int i = 0; i < kPatchSide; ++i) {
          rows[i] = chunk.tile.template Input<float>(map, chunk.y0 - 1 + i, b, chunk.x - 1);
        }
        products_.input_transform(rows, chunk.tiles, product.scales.data() + block * kFrequencies,
                                  v.data + block * v.block_stride, v.frequency_stride);
        if (chunk.tile.recorder != nullptr) RecordSpectrum(chunk, v, block);
      }
    }
    products_.product(v, product.in_blocks, chunk.tiles, product.matrix(), product.out_blocks,
                      SpectrumAt<float>(chunk, m_, product.out_blocks));
  }

  void RecordSpectrum(const Chunk& chunk, const Spectrum<T>& v, int block) const {
    if constexpr (std::is_same_v<T, float>) {
      const auto most = chunk.tile.recorder->entries[of_step_.product].Block(block);
      for (int f = 0; f < kFrequencies; ++f) {
        most[f] =
            std::max(most[f], Largest(v.data + f * v.frequency_stride + block * v.block_stride,
                                      chunk.tiles * kBlock));
      }
    }
  }

  // M back to pixels.
  void StoreProduct(const Chunk& chunk) const {
    const Spectrum<float> m = SpectrumAt<float>(chunk, m_, w_.product.out_blocks);
    int block = 0;
    for (const ProductOutput& output : step_.product_outputs) {
      const model::Node& node = plan_.node(output.node);
      for (int b = 0; b < plan::BlocksFor(node.channels); ++b, ++block) {
        TileRowOutput out = {};
        out.bias = w_.bias.data() + block * kBlock;
        out.slope = output.activate ? SlopeOf(node) : 1.0f;
        out.row_count = chunk.y1 - chunk.y0;
        out.pixels = chunk.pixels;
        for (int i = 0; i < out.row_count; ++i) {
          const int y = chunk.y0 + i;
          out.rows[i] = output.map == plan::kNone
                            ? LocalRow(chunk, i, block)
                            : chunk.tile.template Output<float>(output.map, y, b, chunk.x);
          if (output.addend != plan::kNone) {
            out.addend[i] = chunk.tile.template Input<float>(output.addend, y, b, chunk.x);
          }
        }
        k_.output_transform(m.data + block * m.block_stride, m.frequency_stride, out);
      }
    }
  }

  void ComputePoint(const Chunk& chunk, int y) const {
    const float* in[kMaxTailBlocks];
    int blocks = 0, local = 0, gradient = 0;
    for (const PointInput& input : step_.point_inputs) {
      for (int b = 0; b < input.blocks; ++b, ++blocks) {
        switch (input.kind) {
          case PointInput::Kind::kMap:
            in[blocks] = chunk.tile.template Input<float>(input.map, y, b, chunk.x);
            break;
          case PointInput::Kind::kProduct:
            in[blocks] = LocalRow(chunk, y - chunk.y0, local++);
            break;
          case PointInput::Kind::kGradient:
            in[blocks] = ComputeGradient(chunk, y, input.map, b, gradient++);
            break;
        }
      }
    }
    if (chunk.tile.recorder != nullptr) {
      std::vector<float>& most = chunk.tile.recorder->entries[of_step_.point].most;
      for (int b = 0; b < blocks; ++b) {
        most[b] = std::max(most[b], Largest(in[b], chunk.pixels * kBlock));
      }
    }
    float* to[kMaxTailBlocks];
    for (int b = 0; b < w_.point.out_blocks; ++b) {
      to[b] = chunk.tile.template Output<float>(step_.writes[0], y, b, chunk.x);
    }
    products_.tail(in, blocks, chunk.pixels, w_.point.scales.data(), w_.point.matrix(),
                   w_.point_bias.data(), slope_, to, w_.point.out_blocks);
  }

  const float* ComputeGradient(const Chunk& chunk, int y, int map, int block, int index) const {
    const float* around[3];
    for (int i = 0; i < 3; ++i) {
      around[i] = chunk.tile.template Input<float>(map, y - 1 + i, block, chunk.x - 1);
    }
    float* out = Scratch<float>(chunk, gradient_) + index * kRow;
    k_.gradient(around, chunk.pixels,
                w_.taps.data() + static_cast<std::ptrdiff_t>(index) * 18 * kBlock, out);
    return out;
  }

  const Plan& plan_;
  const int index_;
  const Step& step_;
  const Kernels& k_;
  const ProductKernels<T>& products_;
  const StepWeights<T> w_;
  const ProductRanges::OfStep of_step_;
  const int chunk_;                                       // tiles
  const float slope_;                                     // of the 1x1 convolution
  std::size_t v_ = 0, m_ = 0, local_ = 0, gradient_ = 0;  // where in the scratch
  std::size_t scratch_bytes_ = 0;
};

}  // namespace

template <typename T>
std::unique_ptr<StepKernel> MakeStep(const Plan& plan, int step, const Kernels& kernels,
                                     StepWeights<T> weights, const ProductRanges::OfStep& of_step) {
  const StepKind kind = plan.steps[step].kind;
  if (kind == StepKind::kWinograd || kind == StepKind::kPoint) {
    return std::make_unique<ProductStep<T>>(plan, step, kernels, std::move(weights), of_step);
  }
  return MakePlaneStep(plan, step, kernels, std::move(weights.taps), weights.plane_bias);
}
template std::unique_ptr<StepKernel> MakeStep(const Plan&, int, const Kernels&, StepWeights<float>,
                                              const ProductRanges::OfStep&);
template std::unique_ptr<StepKernel> MakeStep(const Plan&, int, const Kernels&,
                                              StepWeights<std::int16_t>,
                                              const ProductRanges::OfStep&);
template std::unique_ptr<StepKernel> MakeStep(const Plan&, int, const Kernels&, StepWeights<Bf16>,
                                              const ProductRanges::OfStep&);

}  // namespace seafusion::nn::winograd
