#include "nn/winograd/plane_steps.h"

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

namespace seafusion::nn::winograd {
namespace {

using plan::Columns;
using plan::Plan;
using plan::Step;
using plan::StepKind;

// Floats of a row of the widest band, or of a plane's.
std::size_t RowFloats(const Plan& plan) {
  return static_cast<std::size_t>(plan.band_width) + 4 * plan.halo + kColumnsPast;
}

class PlaneStep : public StepKernel {
 public:
  PlaneStep(const Plan& plan, int step, const Kernels& kernels, Buffer<float> taps)
      : plan_(plan),
        index_(step),
        step_(plan.steps[step]),
        node_(plan.node(step_.node)),
        k_(kernels),
        taps_(std::move(taps)) {}

  std::size_t ScratchBytes() const override { return 0; }

 protected:
  const Plan& plan_;
  const int index_;
  const Step& step_;
  const model::Node& node_;
  const Kernels& k_;
  const Buffer<float> taps_;
};

class PlaneConvStep : public PlaneStep {
 public:
  using PlaneStep::PlaneStep;

  std::size_t ScratchBytes() const override {
    return RowFloats(plan_) * planes() * (step_.grain + node_.kernel - 1) * sizeof(float);
  }

  void Compute(const TileView& tile, int y0, int y1) const override {
    const Columns& columns = tile.ColumnsOf(index_);
    const int side = node_.kernel, reach = side / 2, count = columns.x1 - columns.x0;
    const int rows = y1 - y0 + 2 * reach;
    const std::size_t pitch = RowFloats(plan_);
    auto* const memory = reinterpret_cast<float*>(tile.scratch());
    for (int p = 0; p < planes(); ++p) {
      for (int i = 0; i < rows; ++i) {
        CopyRow(tile, p, y0 - reach + i, columns.x0 - reach, count + 2 * reach,
                memory + (p * rows + i) * pitch);
      }
    }
    const int map = step_.writes[0];
    const std::ptrdiff_t block_taps = std::ptrdiff_t{planes() * side * side + 1} * kBlock;
    for (int y = y0; y < y1; ++y) {
      const float* row[2 * 5];
      for (int p = 0; p < planes(); ++p) {
        for (int i = 0; i < side; ++i) row[p * side + i] = memory + (p * rows + y - y0 + i) * pitch;
      }
      for (int b = 0; b < plan_.map(map).blocks; ++b) {
        k_.plane_conv(row, side, planes(), count, taps_.data() + b * block_taps, SlopeOf(node_),
                      tile.Output<float>(map, y, b, columns.x0));
      }
    }
  }

 private:
  int planes() const { return static_cast<int>(step_.planes.size()); }

  // Pixels [x, x + count) of row y, of which some may lie outside the picture.
  void CopyRow(const TileView& tile, int plane, int y, int x, int count, float* to) const {
    std::fill_n(to, count, 0.0f);
    const int width = tile.job.width;
    const int row = Inside(y, tile.job.height);
    if (row < 0) return;
    const auto input =
        static_cast<int>(std::find(plan_.inputs.begin(), plan_.inputs.end(), step_.planes[plane]) -
                         plan_.inputs.begin());
    const int x0 = std::max(x, 0), x1 = std::min(x + count, width);
    std::copy_n(tile.InputPixel(input, row, x0), x1 - x0, to + (x0 - x));
    for (int out = x; out < x0; ++out) CopyBorder(tile, input, row, out, to + (out - x));
    for (int out = x1; out < x + count; ++out) CopyBorder(tile, input, row, out, to + (out - x));
  }

  void CopyBorder(const TileView& tile, int input, int row, int x, float* to) const {
    const int from = Inside(x, tile.job.width);
    if (from >= 0) *to = *tile.InputPixel(input, row, from);
  }

  // Where the border's sample at v comes from, or -1 for zero. Kernels of side 5 reach further than
  // maps' borders do.
  int Inside(int v, int size) const {
    if (v >= 0 && v < size) return v;
    switch (node_.border) {
      case model::Border::kZero:
        return -1;
      case model::Border::kRepeat:
        return std::clamp(v, 0, size - 1);
      case model::Border::kReflect:
        return std::clamp(v < 0 ? -v : 2 * (size - 1) - v, 0, size - 1);
    }
    return -1;
  }
};

class ToPlaneStep : public PlaneStep {
 public:
  ToPlaneStep(const Plan& plan, int step, const Kernels& kernels, Buffer<float> taps, float bias)
      : PlaneStep(plan, step, kernels, std::move(taps)), bias_(bias) {}

  void Compute(const TileView& tile, int y0, int y1) const override {
    const Columns& columns = tile.ColumnsOf(index_);
    const int side = node_.kernel, reach = side / 2;
    const float* rows[3 * kMaxBlocks];
    for (int y = y0; y < y1; ++y) {
      int blocks = 0;
      for (const int map : step_.conv_inputs) {
        for (int b = 0; b < plan_.map(map).blocks; ++b, ++blocks) {
          for (int i = 0; i < side; ++i) {
            rows[blocks * side + i] = tile.Input<float>(map, y - reach + i, b, columns.x0 - reach);
          }
        }
      }
      float* out = tile.OutputPixel(y, columns.x0);
      k_.to_plane(rows, side, blocks, columns.x1 - columns.x0, taps_.data(), bias_,
                  node_.activation == model::Activation::kTanh01, out);
    }
  }

 private:
  const float bias_;
};

class GradientStep : public PlaneStep {
 public:
  using PlaneStep::PlaneStep;

  void Compute(const TileView& tile, int y0, int y1) const override {
    const Columns& columns = tile.ColumnsOf(index_);
    const int in = step_.reads[0].map, out = step_.writes[0];
    for (int y = y0; y < y1; ++y) {
      for (int b = 0; b < plan_.map(out).blocks; ++b) {
        const float* around[3];
        for (int i = 0; i < 3; ++i) around[i] = tile.Input<float>(in, y - 1 + i, b, columns.x0 - 1);
        k_.gradient(around, columns.x1 - columns.x0,
                    taps_.data() + static_cast<std::ptrdiff_t>(b) * 18 * kBlock,
                    tile.Output<float>(out, y, b, columns.x0));
      }
    }
  }
};

class ElementwiseStep : public PlaneStep {
 public:
  using PlaneStep::PlaneStep;

  void Compute(const TileView& tile, int y0, int y1) const override {
    const Columns& columns = tile.ColumnsOf(index_);
    const int out = step_.writes[0], inputs = static_cast<int>(step_.reads.size());
    for (int y = y0; y < y1; ++y) {
      for (int b = 0; b < plan_.map(out).blocks; ++b) {
        const float* in[plan::kMostElementwise];
        for (int i = 0; i < inputs; ++i) {
          in[i] = tile.Input<float>(step_.reads[i].map, y, b, columns.x0);
        }
        k_.elementwise(in, inputs, node_.op == model::Op::kMaximum, columns.x1 - columns.x0,
                       SlopeOf(node_), tile.Output<float>(out, y, b, columns.x0));
      }
    }
  }
};

}  // namespace

float SlopeOf(const model::Node& node) {
  return node.activation == model::Activation::kLeakyRelu ? node.slope : 1.0f;
}

std::unique_ptr<StepKernel> MakePlaneStep(const Plan& plan, int step, const Kernels& kernels,
                                          Buffer<float> taps, float bias) {
  switch (plan.steps[step].kind) {
    case StepKind::kPlaneConv:
      return std::make_unique<PlaneConvStep>(plan, step, kernels, std::move(taps));
    case StepKind::kToPlane:
      return std::make_unique<ToPlaneStep>(plan, step, kernels, std::move(taps), bias);
    case StepKind::kGradient:
      return std::make_unique<GradientStep>(plan, step, kernels, std::move(taps));
    case StepKind::kElementwise:
      return std::make_unique<ElementwiseStep>(plan, step, kernels, std::move(taps));
    default:
      return nullptr;
  }
}

}  // namespace seafusion::nn::winograd
