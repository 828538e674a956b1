#include "nn/winograd/weights.h"

#include <algorithm>
#include <iterator>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/fusion_graph.h"
#include "nn/winograd/kernels/kernels.h"
#include "nn/winograd/ranges.h"

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
void PackKernels(const Layer& layer, int first, int count, int column, Conv<float>& conv) {
  const int ins = conv.product.in_blocks * kBlock, outs = conv.product.out_blocks * kBlock;
  for (int o = 0; o < layer.node.channels; ++o) {
    for (int i = 0; i < count; ++i) {
      const auto u = TransformKernel(&layer.weight[(o * layer.inputs + first + i) * 9]);
      for (int f = 0; f < kFrequencies; ++f) {
        conv.product.values.data()[(f * ins + i) * outs + column + o] = u[f];
      }
    }
  }
}

// `matrices`: 36 frequencies, or 1.
ProductWeights<float> MakeProduct(int matrices, int inputs, int outputs) {
  ProductWeights<float> product;
  product.in_blocks = inputs / kBlock;
  product.out_blocks = outputs / kBlock;
  product.values = Buffer<float>(static_cast<std::size_t>(matrices) * inputs * outputs);
  product.rescale = Buffer<float>(static_cast<std::size_t>(matrices) * outputs);
  product.scales = Buffer<float>(static_cast<std::size_t>(matrices) * product.in_blocks);
  return product;
}

int ConvIndex(std::string_view name) {
  return static_cast<int>(std::find(std::begin(kConvNames), std::end(kConvNames), name) -
                          std::begin(kConvNames));
}

Conv<float> MakeConv(const Layer& layer, int inputs, int outputs) {
  Conv<float> conv;
  conv.index = ConvIndex(layer.node.name);
  conv.slope = layer.node.slope;
  conv.product = MakeProduct(kFrequencies, inputs, outputs);
  conv.bias = Buffer<float>(outputs);
  return conv;
}

Conv<float> PackConv(const Layer& layer) {
  Conv<float> conv = MakeConv(layer, layer.inputs, layer.node.channels);
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
void PackTailRows(const Layer& layer, int row, ProductWeights<float>& tail) {
  const int outs = layer.node.channels;
  for (int i = 0; i < layer.inputs; ++i) {
    for (int o = 0; o < outs; ++o) {
      tail.values.data()[(row + i) * outs + o] = layer.weight[o * layer.inputs + i];
    }
  }
}

DenseBlock<float> PackDenseBlock(const model::TensorArchive& archive, const std::string& name) {
  const Layer conv1(archive, name + ".dense.conv1"), conv2(archive, name + ".dense.conv2");
  const Layer down(archive, name + ".convdown"), up(archive, name + ".convup");
  const Layer gradient(archive, name + ".sobelconv");
  const int c = conv1.inputs, outs = down.node.channels;
  DenseBlock<float> block;
  block.blocks = c / kBlock;

  block.head = MakeConv(conv1, c, 2 * c);
  PackKernels(conv1, 0, c, 0, block.head);
  PackKernels(conv2, 0, c, c, block.head);
  std::copy(conv1.second.begin(), conv1.second.end(), block.head.bias.data());
  std::copy(conv2.second.begin(), conv2.second.end(), block.head.bias.data() + c);
  block.rest = MakeConv(conv2, c, c);
  PackKernels(conv2, c, c, 0, block.rest);

  block.gradient = Buffer<float>(static_cast<std::size_t>(block.blocks) * 18 * kBlock);
  for (int b = 0; b < block.blocks; ++b) {
    float* taps = block.gradient.data() + b * 18 * kBlock;
    PackTaps(gradient.weight, b * kBlock, taps);
    PackTaps(gradient.second, b * kBlock, taps + 9 * kBlock);
  }

  block.tail = MakeProduct(1, down.inputs + up.inputs, outs);
  PackTailRows(down, 0, block.tail);
  PackTailRows(up, down.inputs, block.tail);
  block.tail_bias = Buffer<float>(outs);
  for (int o = 0; o < outs; ++o) block.tail_bias.data()[o] = down.second[o] + up.second[o];
  block.tail_slope = up.node.slope;
  return block;
}

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

Weights<float> PackWeights(const model::TensorArchive& archive) {
  Weights<float> weights;
  const char* const prefixes[] = {"vis", "inf"};
  for (int e = 0; e < 2; ++e) {
    const std::string prefix = prefixes[e];
    Encoder<float>& encoder = weights.encoders[e];
    const Layer first(archive, prefix + "_conv");
    encoder.first = Buffer<float>(10 * kBlock);
    PackTaps(first.weight, 0, encoder.first.data());
    std::copy(first.second.begin(), first.second.end(), encoder.first.data() + 9 * kBlock);
    encoder.first_slope = first.node.slope;
    for (int d = 0; d < 2; ++d) {
      encoder.dense[d] = PackDenseBlock(archive, prefix + "_rgbd" + std::to_string(d + 1));
      encoder.dense[d].index = 2 * e + d;
    }
  }
  weights.decoder[0] = PackConv(Layer(archive, "decode4"));
  weights.decoder[1] = PackConv(Layer(archive, "decode3"));
  weights.decoder[2] = PackConv(Layer(archive, "decode2"));
  const Layer last(archive, "decode1");
  weights.last = Buffer<float>(9 * kBlock);
  for (int tap = 0; tap < 9; ++tap) {
    for (int c = 0; c < kBlock; ++c) {
      weights.last.data()[tap * kBlock + c] = last.weight[c * 9 + tap];
    }
  }
  weights.last_bias = last.second[0];
  return weights;
}

}  // namespace seafusion::nn::winograd
