// What a segmentation network sees in a fused picture and in its sources, as a loss.
#ifndef SEAFUSION_LEARN_LOSSES_PERCEPTUAL_LOSS_H_
#define SEAFUSION_LEARN_LOSSES_PERCEPTUAL_LOSS_H_

#include <string>

#include <seafusion/status.h>
#include <torch/types.h>

#include "learn/segmentation/networks/segmentation_net.h"

namespace seafusion::learn {

/// Distance of feature maps (Johnson 2016), here those of a network that was trained on pictures
/// like these, and at each place to the source that excites the map more: the L1 norm over channels
/// in 3 x 3 decides, as it does where DenseFuse (Li 2019) joins maps. A handle; copies share the
/// network. Thread-safe but for To.
class PerceptualLoss {
 public:
  /// Of the file of a segmentation network, ours or ESPNetv2. Fails as LoadSafetensors and
  /// SegmentationNet::FromArchive; messages name the file.
  static StatusOr<PerceptualLoss> Load(const std::string& path);

  void To(torch::Device device);

  /// A scalar with a gradient towards `fused`: over the maps at 1/8 and 1/16, the sum of the mean
  /// |map(F) - map(source)| as a share of the mean |map(source)|, so that it does not depend on the
  /// network's scale. All (N, 1, H, W), pictures 0..1, which the network sees as gray ones;
  /// `counted` as of ComputeScaleLoss: a place counts by its counted pixels.
  torch::Tensor Of(const torch::Tensor& fused, const torch::Tensor& vis, const torch::Tensor& inf,
                   const torch::Tensor& counted) const;

 private:
  explicit PerceptualLoss(SegmentationNet net);

  SegmentationNet net_;
};

}  // namespace seafusion::learn

#endif  // SEAFUSION_LEARN_LOSSES_PERCEPTUAL_LOSS_H_
