#include "nn/winograd/weights.h"

#include <algorithm>
#include <span>
#include <string>
#include <vector>

#include "model/fusion_graph.h"
#include "nn/winograd/kernels.h"

namespace seafusion::nn::winograd {
namespace {

const model::Node& FindNode(const std::string& name) {
  const std::vector<model::Node>& graph = model::FusionGraph();
  return *std::find_if(graph.begin(), graph.end(),
                       [&](const model::Node& n) { return n.name == name; });
}

// A node of the graph with its tensors.
struct Layer {
  const model::Node& node;
  int inputs;
  const std::vector<float>& weight;
  const std::vector<float>& second;  // bias, or convy of a gradient

  Layer(const model::TensorArchive& archive, const std::string& name)
      : node(FindNode(name)),
        inputs(model::InputChannels(model::FusionGraph(), node)),
        weight(archive.tensors.at(node.weights[0]).values),
        second(archive.tensors.at(node.weights[1]).values) {}
};

// Inputs [first, first + count) of `layer` become outputs [column, column + channels) of `conv`.
void PackKernels(const Layer& layer, int first, int count, int column, Conv& conv) {
  const int ins = conv.in_blocks * kBlock, outs = conv.out_blocks * kBlock;
  for (int o = 0; o < layer.node.channels; ++o) {
    for (int i = 0; i < count; ++i) {
      const auto u = TransformKernel(&layer.weight[(o * layer.inputs + first + i) * 9]);
      for (int f = 0; f < kFrequencies; ++f) {
        conv.u.data()[(f * ins + i) * outs + column + o] = u[f];
      }
    }
  }
}

Conv MakeConv(int inputs, int outputs, float slope) {
  Conv conv;
  conv.in_blocks = inputs / kBlock;
  conv.out_blocks = outputs / kBlock;
  conv.slope = slope;
  conv.u = FloatBuffer(static_cast<std::size_t>(kFrequencies) * inputs * outputs);
  conv.bias = FloatBuffer(outputs);
  return conv;
}

Conv PackConv(const Layer& layer) {
  Conv conv = MakeConv(layer.inputs, layer.node.channels, layer.node.slope);
  PackKernels(layer, 0, layer.inputs, 0, conv);
  std::copy(layer.second.begin(), layer.second.end(), conv.bias.data());
  return conv;
}

// Taps of one plane each: OIHW with I = 1, to [tap][channel].
void PackTaps(const std::vector<float>& weight, int first, float* out) {
  for (int tap = 0; tap < 9; ++tap) {
    for (int c = 0; c < kBlock; ++c) out[tap * kBlock + c] = weight[(first + c) * 9 + tap];
  }
}

// Columns of a 1x1 kernel to rows [row, row + inputs) of the tail's matrix.
void PackTailRows(const Layer& layer, int row, DenseBlock& block) {
  const int outs = layer.node.channels;
  for (int i = 0; i < layer.inputs; ++i) {
    for (int o = 0; o < outs; ++o) {
      block.tail.data()[(row + i) * outs + o] = layer.weight[o * layer.inputs + i];
    }
  }
}

DenseBlock PackDenseBlock(const model::TensorArchive& archive, const std::string& name) {
  const Layer conv1(archive, name + ".dense.conv1"), conv2(archive, name + ".dense.conv2");
  const Layer down(archive, name + ".convdown"), up(archive, name + ".convup");
  const Layer gradient(archive, name + ".sobelconv");
  const int c = conv1.inputs, outs = down.node.channels;
  DenseBlock block;
  block.blocks = c / kBlock;
  block.out_blocks = outs / kBlock;

  block.head = MakeConv(c, 2 * c, conv1.node.slope);
  PackKernels(conv1, 0, c, 0, block.head);
  PackKernels(conv2, 0, c, c, block.head);
  std::copy(conv1.second.begin(), conv1.second.end(), block.head.bias.data());
  std::copy(conv2.second.begin(), conv2.second.end(), block.head.bias.data() + c);
  block.rest = MakeConv(c, c, conv2.node.slope);
  PackKernels(conv2, c, c, 0, block.rest);

  block.gradient = FloatBuffer(static_cast<std::size_t>(block.blocks) * 18 * kBlock);
  for (int b = 0; b < block.blocks; ++b) {
    float* taps = block.gradient.data() + b * 18 * kBlock;
    PackTaps(gradient.weight, b * kBlock, taps);
    PackTaps(gradient.second, b * kBlock, taps + 9 * kBlock);
  }

  const int rows = down.inputs + up.inputs;
  block.tail = FloatBuffer(static_cast<std::size_t>(rows + 1) * outs);
  PackTailRows(down, 0, block);
  PackTailRows(up, down.inputs, block);
  for (int o = 0; o < outs; ++o) {
    block.tail.data()[rows * outs + o] = down.second[o] + up.second[o];
  }
  block.tail_slope = up.node.slope;
  return block;
}

}  // namespace

std::array<float, 36> TransformKernel(const float* w) {
  constexpr double kG[6][3] = {{1.0 / 4, 0, 0},
                               {-1.0 / 6, -1.0 / 6, -1.0 / 6},
                               {-1.0 / 6, 1.0 / 6, -1.0 / 6},
                               {1.0 / 24, 1.0 / 12, 1.0 / 6},
                               {1.0 / 24, -1.0 / 12, 1.0 / 6},
                               {0, 0, 1}};
  std::array<float, 36> u{};
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

Weights PackWeights(const model::TensorArchive& archive) {
  Weights weights;
  const char* const prefixes[] = {"vis", "inf"};
  for (int e = 0; e < 2; ++e) {
    const std::string prefix = prefixes[e];
    Encoder& encoder = weights.encoders[e];
    const Layer first(archive, prefix + "_conv");
    encoder.first = FloatBuffer(10 * kBlock);
    PackTaps(first.weight, 0, encoder.first.data());
    std::copy(first.second.begin(), first.second.end(), encoder.first.data() + 9 * kBlock);
    encoder.first_slope = first.node.slope;
    encoder.dense[0] = PackDenseBlock(archive, prefix + "_rgbd1");
    encoder.dense[1] = PackDenseBlock(archive, prefix + "_rgbd2");
  }
  weights.decoder[0] = PackConv(Layer(archive, "decode4"));
  weights.decoder[1] = PackConv(Layer(archive, "decode3"));
  weights.decoder[2] = PackConv(Layer(archive, "decode2"));
  const Layer last(archive, "decode1");
  weights.last = FloatBuffer(9 * kBlock);
  for (int tap = 0; tap < 9; ++tap) {
    for (int c = 0; c < kBlock; ++c) {
      weights.last.data()[tap * kBlock + c] = last.weight[c * 9 + tap];
    }
  }
  weights.last_bias = last.second[0];
  return weights;
}

}  // namespace seafusion::nn::winograd
