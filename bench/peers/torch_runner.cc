// torch_runner WEIGHTS.safetensors WIDTH HEIGHT THREADS: the network in LibTorch, eager mode.
#include <cstdio>

#include <torch/torch.h>

#include "learn/networks/fusion_net.h"
#include "model/weights/safetensors.h"
#include "runner.h"

int main(int argc, char** argv) {
  const seafusion::peers::Arguments arguments(argc, argv);
  at::set_num_threads(arguments.threads);
  const auto archive = seafusion::model::LoadSafetensors(arguments.model);
  if (!archive.ok()) {
    std::fprintf(stderr, "torch_runner: %s\n", archive.status().message().c_str());
    return 1;
  }
  const auto net = seafusion::learn::FusionNet::FromArchive(*archive);
  if (!net.ok()) return 1;
  torch::Tensor vis = torch::empty({1, 1, arguments.height, arguments.width});
  torch::Tensor inf = torch::empty_like(vis);
  seafusion::peers::Paint(vis.data_ptr<float>(), vis.numel(), 1);
  seafusion::peers::Paint(inf.data_ptr<float>(), inf.numel(), 3);
  const c10::InferenceMode inference;
  return seafusion::peers::Serve([&] { return net->Forward(vis, inf).data_ptr<float>()[0]; });
}
