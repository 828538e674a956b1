#include "learn/losses/content_evaluation.h"

#include <exception>
#include <string>

#include "learn/libtorch.h"
#include "learn/losses/content_loss.h"

namespace seafusion::learn {

StatusOr<LossValues> Evaluate(const FusionModel& net, const PairDataset& data, torch::Device device,
                              const std::atomic<bool>* stop) {
  try {
    const torch::NoGradGuard no_grad;
    LossValues mean;
    const auto count = static_cast<double>(data.size());
    for (std::size_t i = 0; i < data.size(); ++i) {
      if (stop != nullptr && stop->load()) return Cancelled("stopped on request");
      const PairBatch pair = data.Whole(i);
      const torch::Tensor vis = pair.vis.to(device), inf = pair.inf.to(device);
      const ContentLoss loss = ComputeContentLoss(net.Forward(vis, inf), vis, inf);
      mean.intensity += loss.intensity.item<double>() / count;
      mean.texture += loss.texture.item<double>() / count;
      mean.content += loss.content.item<double>() / count;
    }
    return mean;
  } catch (const std::exception& e) {
    return Internal(std::string("evaluation failed: ") + e.what());
  }
}

}  // namespace seafusion::learn
