#include "nn/winograd/weights.h"

#include <algorithm>
#include <string>
#include <vector>

#include "model/graph/graph.h"
#include "nn/winograd/kernels/kernels.h"

namespace seafusion::nn::winograd {
namespace {

using plan::Plan;
using plan::PointInput;
using plan::ProductOutput;
using plan::Step;
using plan::StepKind;

// A node of the graph with its tensors.
struct Layer {
  const model::Node& node;
  int inputs;  // channels of one output's kernel
  const std::vector<float>& weight;
  const std::vector<float>& second;  // bias, or convy of a gradient

  Layer(const Plan& plan, const model::TensorArchive& archive, int index)
      : node(plan.node(index)),
        inputs(model::InputChannels(plan.graph, node)),
        weight(archive.tensors.at(node.weights[0]).values),
        second(archive.tensors.at(node.weights[1]).values) {}

  const float* Kernel(int output, int input) const {
    const int taps = node.kernel * node.kernel;
    return weight.data() + (static_cast<std::ptrdiff_t>(output) * inputs + input) * taps;
  }
};

// The first channel of node `input` among the concatenated inputs of `node`.
int FirstChannel(const Plan& plan, const model::Node& node, int input) {
  int first = 0;
  for (const int i : node.inputs) {
    if (i == input) break;
    first += plan.node(i).channels;
  }
  return first;
}

// `matrices`: 36 frequencies, or 1.
ProductWeights<float> MakeProduct(int matrices, int in_blocks, int out_blocks) {
  ProductWeights<float> product;
  product.in_blocks = in_blocks;
  product.out_blocks = out_blocks;
  const std::size_t columns = static_cast<std::size_t>(matrices) * out_blocks * kBlock;
  product.values = Buffer<float>(columns * in_blocks * kBlock);
  product.rescale = Buffer<float>(columns);
  product.scales = Buffer<float>(static_cast<std::size_t>(matrices) * in_blocks);
  return product;
}

class Packer {
 public:
  Packer(const Plan& plan, const model::TensorArchive& archive) : plan_(plan), archive_(archive) {}

  StepWeights<float> Pack(const Step& step) const {
    StepWeights<float> weights;
    if (step.HasProduct()) PackProduct(step, weights);
    switch (step.kind) {
      case StepKind::kPlaneConv:
        PackPlaneConv(step, weights);
        break;
      case StepKind::kPoint:
        PackPoint(step, weights);
        break;
      case StepKind::kGradient:
        PackGradients({step.node}, weights);
        break;
      case StepKind::kToPlane:
        PackToPlane(step, weights);
        break;
      default:
        break;
    }
    return weights;
  }

 private:
  void PackProduct(const Step& step, StepWeights<float>& weights) const {
    weights.product =
        MakeProduct(kFrequencies, plan_.ConvInBlocks(step), plan_.ProductOutBlocks(step));
    const int ins = weights.product.in_blocks * kBlock, outs = weights.product.out_blocks * kBlock;
    weights.bias = Buffer<float>(outs);
    int column = 0;
    for (const ProductOutput& output : step.product_outputs) {
      const Layer layer(plan_, archive_, output.node);
      int row = 0;
      for (const int m : step.conv_inputs) {
        const plan::Map& map = plan_.map(m);
        const int first = FirstChannel(plan_, layer.node, map.node);
        // Outputs that do not read this input have zeros here.
        const bool reads = std::count(layer.node.inputs.begin(), layer.node.inputs.end(), map.node);
        for (int o = 0; reads && o < layer.node.channels; ++o) {
          for (int i = 0; i < map.channels; ++i) {
            const auto u = TransformKernel(layer.Kernel(o, first + i));
            for (int f = 0; f < kFrequencies; ++f) {
              weights.product.values.data()[(f * ins + row + i) * outs + column + o] = u[f];
            }
          }
        }
        row += map.blocks * kBlock;
      }
      if (output.addend == plan::kNone) {
        std::copy(layer.second.begin(), layer.second.end(), weights.bias.data() + column);
      }
      column += plan::BlocksFor(layer.node.channels) * kBlock;
    }
  }

  void PackPlaneConv(const Step& step, StepWeights<float>& weights) const {
    const Layer layer(plan_, archive_, step.node);
    const int taps = layer.node.kernel * layer.node.kernel, planes = layer.inputs;
    const int blocks = plan::BlocksFor(layer.node.channels);
    const std::ptrdiff_t size = static_cast<std::ptrdiff_t>(planes * taps + 1) * kBlock;
    weights.taps = Buffer<float>(static_cast<std::size_t>(size * blocks));
    for (int o = 0; o < layer.node.channels; ++o) {
      float* block = weights.taps.data() + o / kBlock * size + o % kBlock;
      for (int p = 0; p < planes; ++p) {
        for (int t = 0; t < taps; ++t) {
          block[(p * taps + t) * kBlock] = layer.Kernel(o, p)[t];
        }
      }
      block[planes * taps * kBlock] = layer.second[o];
    }
  }

  void PackPoint(const Step& step, StepWeights<float>& weights) const {
    int in_blocks = 0;
    std::vector<int> gradients;
    for (const PointInput& input : step.point_inputs) {
      in_blocks += input.blocks;
      if (input.kind == PointInput::Kind::kGradient) gradients.push_back(input.node);
    }
    const int channels = plan_.node(step.node).channels;
    weights.point = MakeProduct(1, in_blocks, plan::BlocksFor(channels));
    const int outs = weights.point.out_blocks * kBlock;
    weights.point_bias = Buffer<float>(outs);
    int row = 0;
    for (const int part : step.point_nodes) {
      const Layer layer(plan_, archive_, part);
      int first = 0;
      for (const int input : layer.node.inputs) {
        const int count = plan_.node(input).channels;
        for (int i = 0; i < count; ++i) {
          for (int o = 0; o < channels; ++o) {
            weights.point.values.data()[(row + i) * outs + o] = *layer.Kernel(o, first + i);
          }
        }
        first += count;
        row += plan::BlocksFor(count) * kBlock;
      }
      for (int o = 0; o < channels; ++o) weights.point_bias.data()[o] += layer.second[o];
    }
    PackGradients(gradients, weights);
  }

  void PackGradients(const std::vector<int>& nodes, StepWeights<float>& weights) const {
    int blocks = 0;
    for (const int n : nodes) blocks += plan::BlocksFor(plan_.node(n).channels);
    constexpr int kTaps = 9;
    weights.taps = Buffer<float>(static_cast<std::size_t>(blocks) * 2 * kTaps * kBlock);
    float* block = weights.taps.data();
    for (const int n : nodes) {
      const Layer layer(plan_, archive_, n);
      for (int c = 0; c < layer.node.channels; ++c) {
        float* taps = block + c / kBlock * 2 * kTaps * kBlock + c % kBlock;
        for (int t = 0; t < kTaps; ++t) {
          taps[t * kBlock] = layer.weight[c * kTaps + t];
          taps[(kTaps + t) * kBlock] = layer.second[c * kTaps + t];
        }
      }
      block += plan::BlocksFor(layer.node.channels) * 2 * kTaps * kBlock;
    }
  }

  void PackToPlane(const Step& step, StepWeights<float>& weights) const {
    const Layer layer(plan_, archive_, step.node);
    const int taps = layer.node.kernel * layer.node.kernel;
    weights.taps =
        Buffer<float>(static_cast<std::size_t>(plan_.ConvInBlocks(step)) * taps * kBlock);
    float* block = weights.taps.data();
    int first = 0;
    for (const int m : step.conv_inputs) {
      const plan::Map& map = plan_.map(m);
      for (int c = 0; c < map.channels; ++c) {
        for (int t = 0; t < taps; ++t) {
          block[(c / kBlock * taps + t) * kBlock + c % kBlock] = layer.Kernel(0, first + c)[t];
        }
      }
      first += map.channels;
      block += static_cast<std::ptrdiff_t>(map.blocks) * taps * kBlock;
    }
    weights.plane_bias = layer.second[0];
  }

  const Plan& plan_;
  const model::TensorArchive& archive_;
};

}  // namespace

std::array<float, kFrequencies> TransformKernel(const float* w) {
  constexpr double kG[6][3] = {{1.0 / 4, 0, 0},
                               {-1.0 / 6, -1.0 / 6, -1.0 / 6},
                               {-1.0 / 6, 1.0 / 6, -1.0 / 6},
                               {1.0 / 24, 1.0 / 12, 1.0 / 6},
                               {1.0 / 24, -1.0 / 12, 1.0 / 6},
                               {0, 0, 1}};
  std::array<float, kFrequencies> u{};
  for (int i = 0; i < 6; ++i) {
    for (int j = 0; j < 6; ++j) {
      double sum = 0;
      for (int y = 0; y < 3; ++y) {
        for (int x = 0; x < 3; ++x) sum += kG[i][y] * w[y * 3 + x] * kG[j][x];
      }
      u[i * 6 + j] = static_cast<float>(sum);
    }
  }
  return u;
}

StepWeights<float> PackWeights(const Plan& plan, const Step& step,
                               const model::TensorArchive& archive) {
  return Packer(plan, archive).Pack(step);
}

}  // namespace seafusion::nn::winograd
