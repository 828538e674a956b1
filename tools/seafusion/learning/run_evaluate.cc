// seafusion evaluate
#include <cstdio>
#include <string>
#include <utility>
#include <vector>

#include <seafusion/version.h>
#include <nlohmann/json.hpp>

#include "command_status.h"
#include "core/status_macros.h"
#include "interrupt.h"
#include "learn/trainer.h"
#include "model/safetensors.h"
#include "options/train_options.h"
#include "torch_setup.h"

namespace seafusion::tools {
namespace {

StatusOr<learn::FusionNet> LoadNet(const std::string& path) {
  auto archive =
      path.empty() ? model::ParseSafetensors(DefaultWeights()) : model::LoadSafetensors(path);
  if (!archive.ok()) return archive.status();
  auto net = learn::FusionNet::FromArchive(*archive);
  if (!net.ok()) return net.status().Annotate(path.empty() ? "built-in weights" : path);
  return net;
}

Status RunEvaluate(const EvaluateOptions& o) {
  SEAFUSION_ASSIGN_OR_RETURN(const torch::Device device, SetUpTorch(o.threads, o.device));
  std::vector<std::string> files = o.weights;
  if (files.empty()) files.emplace_back();
  std::vector<std::pair<std::string, learn::FusionNet>> nets;
  for (const std::string& file : files) {
    SEAFUSION_ASSIGN_OR_RETURN(learn::FusionNet net, LoadNet(file));
    net.To(device);
    nets.emplace_back(file.empty() ? "built-in" : file, std::move(net));
  }
  SEAFUSION_ASSIGN_OR_RETURN(const learn::PairDataset data,
                             learn::PairDataset::Load(o.data, "test", o.threads));
  const InterruptGuard interrupt;
  nlohmann::ordered_json results = nlohmann::ordered_json::array();
  if (!o.json) {
    std::printf("content loss over %zu pairs (lower is better)\n%10s %10s %10s  weights\n",
                data.size(), "intensity", "texture", "content");
  }
  for (const auto& [name, net] : nets) {
    SEAFUSION_ASSIGN_OR_RETURN(const learn::LossValues loss,
                               learn::Evaluate(net, data, device, &interrupt.Flag()));
    if (o.json) {
      results.push_back({{"weights", name},
                         {"pairs", data.size()},
                         {"intensity", loss.intensity},
                         {"texture", loss.texture},
                         {"content", loss.content}});
    } else {
      std::printf("%10.6f %10.6f %10.6f  %s\n", loss.intensity, loss.texture, loss.content,
                  name.c_str());
      std::fflush(stdout);
    }
  }
  if (o.json) std::printf("%s\n", results.dump(2).c_str());
  return OkStatus();
}

}  // namespace
}  // namespace seafusion::tools

extern "C" __attribute__((visibility("default"))) int seafusion_run_evaluate(const void* options) {
  using namespace seafusion::tools;  // NOLINT: one line
  return ExitStatus("evaluate", RunEvaluate(*static_cast<const EvaluateOptions*>(options)));
}
