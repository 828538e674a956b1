#include "learn/run/evaluation_run.h"

#include <cstdio>
#include <memory>
#include <utility>

#include <nlohmann/json.hpp>

#include "core/status_macros.h"
#include "core/text/json_file_text.h"
#include "fuse/weights/load_fuser.h"
#include "learn/losses/content_evaluation.h"
#include "learn/networks/fusion_model.h"
#include "learn/run/torch_setup.h"
#include "model/weights/safetensors.h"

namespace seafusion::learn {
namespace {

// `path` empty: those of SeAFusion's network.
StatusOr<std::unique_ptr<FusionModel>> LoadNet(const std::string& path) {
  SEAFUSION_ASSIGN_OR_RETURN(const model::TensorArchive archive,
                             LoadWeights(path.empty() ? "full" : path));
  auto net = FusionModelOf(archive);
  if (!net.ok()) return net.status().Annotate(path.empty() ? "built-in weights" : path);
  return net;
}

}  // namespace

StatusOr<std::vector<WeightsLoss>> EvaluateWeights(
    const EvaluationSettings& s, const RunMonitor& monitor,
    const std::function<void(const WeightsLoss&)>& each) {
  SEAFUSION_ASSIGN_OR_RETURN(const torch::Device device, SetUpTorch(s.threads, s.device));
  std::vector<std::string> files = s.weights;
  if (files.empty()) files.emplace_back();
  std::vector<std::pair<std::string, std::unique_ptr<FusionModel>>> nets;
  for (const std::string& file : files) {
    SEAFUSION_ASSIGN_OR_RETURN(std::unique_ptr<FusionModel> net, LoadNet(file));
    net->To(device);
    nets.emplace_back(file.empty() ? "built-in" : file, std::move(net));
  }
  SEAFUSION_ASSIGN_OR_RETURN(const PairDataset data,
                             PairDataset::Load(s.data, "test", s.threads, {.placing = s.placing}));
  std::vector<WeightsLoss> losses;
  for (const auto& [name, net] : nets) {
    SEAFUSION_ASSIGN_OR_RETURN(const LossValues loss, Evaluate(*net, data, device, monitor.stop));
    losses.push_back({name, data.size(), loss.intensity, loss.texture, loss.content});
    if (each) each(losses.back());
  }
  return losses;
}

std::string EvaluationHeading(std::size_t pairs) {
  char text[160];
  std::snprintf(text, sizeof(text),
                "content loss over %zu pairs (lower is better)\n%10s %10s %10s  weights\n", pairs,
                "intensity", "texture", "content");
  return text;
}

std::string EvaluationLine(const WeightsLoss& loss) {
  char text[96];
  std::snprintf(text, sizeof(text), "%10.6f %10.6f %10.6f  ", loss.intensity, loss.texture,
                loss.content);
  return text + loss.weights + "\n";
}

std::string EvaluationJson(const std::vector<WeightsLoss>& losses) {
  nlohmann::ordered_json json = nlohmann::ordered_json::array();
  for (const WeightsLoss& loss : losses) {
    json.push_back({{"weights", loss.weights},
                    {"pairs", loss.pairs},
                    {"intensity", loss.intensity},
                    {"texture", loss.texture},
                    {"content", loss.content}});
  }
  return JsonFileText(json);
}

}  // namespace seafusion::learn
