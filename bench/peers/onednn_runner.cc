// onednn_runner WEIGHTS.safetensors WIDTH HEIGHT THREADS: the network's layers in oneDNN, one after
// the other, each in the layout oneDNN likes best. Without the concatenations, additions and
// changes of layout between them, so faster than a whole network in oneDNN would be.
#include <cstdio>
#include <exception>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include <omp.h>
#include <dnnl.hpp>

#include "model/graph/fusion_graph.h"
#include "runner.h"

namespace {

using dnnl::memory;
using seafusion::model::Node;
using seafusion::model::Op;

struct Layer {
  dnnl::convolution_forward convolution;
  std::unordered_map<int, memory> arguments;
};

memory Filled(const memory::desc& desc, const dnnl::engine& engine) {
  memory filled(desc, engine);
  seafusion::peers::Paint(static_cast<float*>(filled.get_data_handle()),
                          desc.get_size() / sizeof(float), 1);
  return filled;
}

// `groups`: 1, or as many as channels for the depthwise gradient.
Layer MakeLayer(const dnnl::engine& engine, int inputs, int outputs, int kernel, int groups,
                const Node& node, int width, int height) {
  using Tag = memory::format_tag;
  const auto any = [](const memory::dims& dims) {
    return memory::desc(dims, memory::data_type::f32, Tag::any);
  };
  const memory::dims weights = groups == 1 ? memory::dims{outputs, inputs, kernel, kernel}
                                           : memory::dims{groups, 1, 1, kernel, kernel};
  const memory::dims pad = {kernel / 2, kernel / 2};
  const dnnl::convolution_forward::desc desc(
      dnnl::prop_kind::forward_inference, dnnl::algorithm::convolution_direct,
      any({1, inputs, height, width}), any(weights), any({outputs}),
      any({1, outputs, height, width}), {1, 1}, pad, pad);
  dnnl::primitive_attr attributes;
  if (node.activation == seafusion::model::Activation::kLeakyRelu) {
    dnnl::post_ops after;
    after.append_eltwise(1.0f, dnnl::algorithm::eltwise_relu, node.slope, 0.0f);
    attributes.set_post_ops(after);
  }
  const dnnl::convolution_forward::primitive_desc primitive(desc, attributes, engine);
  return {dnnl::convolution_forward(primitive),
          {{DNNL_ARG_SRC, Filled(primitive.src_desc(), engine)},
           {DNNL_ARG_WEIGHTS, Filled(primitive.weights_desc(), engine)},
           {DNNL_ARG_BIAS, Filled(primitive.bias_desc(), engine)},
           {DNNL_ARG_DST, memory(primitive.dst_desc(), engine)}}};
}

int Run(const seafusion::peers::Arguments& arguments) {
  omp_set_num_threads(arguments.threads);
  const dnnl::engine engine(dnnl::engine::kind::cpu, 0);
  dnnl::stream stream(engine);
  std::vector<Layer> layers;
  const auto& graph = seafusion::model::FusionGraph();
  for (const Node& node : graph) {
    const auto add = [&](int inputs, int groups) {
      layers.push_back(MakeLayer(engine, inputs, node.channels, node.kernel, groups, node,
                                 arguments.width, arguments.height));
    };
    if (node.op == Op::kConv) add(seafusion::model::InputChannels(graph, node), 1);
    if (node.op == Op::kGradient) {
      // Both directions.
      add(node.channels, node.channels);
      add(node.channels, node.channels);
    }
  }
  return seafusion::peers::Serve([&] {
    for (Layer& layer : layers) layer.convolution.execute(stream, layer.arguments);
    stream.wait();
    return *static_cast<float*>(layers.back().arguments.at(DNNL_ARG_DST).get_data_handle());
  });
}

}  // namespace

int main(int argc, char** argv) {
  const seafusion::peers::Arguments arguments(argc, argv);
  try {
    return Run(arguments);
  } catch (const std::exception& e) {
    std::fprintf(stderr, "onednn_runner: %s\n", e.what());
    return 1;
  }
}
