// The real-time segmentation network that guides the fusion network: a ResNet-18 backbone, a
// context path and a bilateral attention decoder with a main and an auxiliary head (Tang 2022,
// Section 3.3; the network is that of Peng et al. 2021 as in the authors' public code).
#ifndef SEAFUSION_LEARN_SEGMENTATION_NETWORKS_SEGMENTATION_NET_H_
#define SEAFUSION_LEARN_SEGMENTATION_NETWORKS_SEGMENTATION_NET_H_

#include <cstdint>
#include <memory>
#include <vector>

#include <seafusion/status.h>
#include <torch/types.h>

#include "learn/parallel/process_group.h"
#include "model/weights/safetensors.h"

namespace seafusion::learn {

class SegmentationModules;

/// Class scores before softmax, (N, classes, H, W) each.
struct SegmentationScores {
  torch::Tensor main;
  torch::Tensor auxiliary;  ///< Undefined of a network without such a head (ESPNetv2).
};

/// Decides every shape in the network.
struct SegmentationShape {
  int classes = 9;  ///< MSRS: background and eight kinds of objects.
  /// Channels of the first stage of the backbone; the decoder has twice as many. 64 as published
  /// (52 MB of weights), 16 is the slim network (3.3 MB).
  int width = 64;
};

/// A handle: copies share the network. Not thread-safe while it trains.
class SegmentationNet {
 public:
  /// Fresh weights: normal with variance 1 / fan-in in the decoder, 2 / fan-in in the backbone,
  /// whose ReLUs halve it (published: ImageNet weights). The same seed gives the same weights
  /// everywhere. Fails with kInvalidArgument unless 2 <= classes <= 255 and width is a multiple of
  /// 8 in 8..256.
  static StatusOr<SegmentationNet> Initialized(const SegmentationShape& shape, std::uint64_t seed);

  /// Tensors by the names of the public code (cp.resnet.conv1.weight ...); classes and width follow
  /// from their shapes. Counters of batches are ignored. Or those of ESPNetv2, of any number of
  /// classes (model::WithEspnetv2Head); `width` means nothing there. Fails with kInvalidArgument,
  /// naming the tensor, when one is missing, unknown or of another shape.
  static StatusOr<SegmentationNet> FromArchive(const model::TensorArchive& archive);

  /// Copies of weights and running statistics, on the CPU.
  model::TensorArchive ToArchive() const;

  const SegmentationShape& shape() const { return shape_; }
  void To(torch::Device device);

  /// Whether BatchNorm uses the batch's statistics and updates the running ones, which it does
  /// after Initialized. It then needs two pictures a batch at least: the attention modules see one
  /// value a picture and channel.
  void SetTraining(bool training);
  /// Frozen: weights need no gradients, which then flow through the network to its input alone.
  void SetFrozen(bool frozen);

  /// While it trains, BatchNorm's statistics are those of the batches of all processes, which then
  /// need one picture each, two together. Alone by default.
  void SetGroup(const std::shared_ptr<ProcessGroup>& group);

  /// Copies of BatchNorm's running statistics, which a forward pass in training changes.
  std::vector<torch::Tensor> Statistics() const;
  void RestoreStatistics(const std::vector<torch::Tensor>& statistics);

  /// `rgb`: (N, 3, H, W), 0..1, without mean and deviation taken out; any H and W.
  SegmentationScores Forward(const torch::Tensor& rgb) const;

  /// The encoder's maps at 1/8 and 1/16 of the size of `rgb`, which is as above.
  std::vector<torch::Tensor> Features(const torch::Tensor& rgb) const;

  /// Weights by how they are trained: the public code's two learning rates and its weight decay.
  struct ParameterGroup {
    std::vector<torch::Tensor> tensors;
    bool head = false;         ///< Of the two heads: ten times the learning rate.
    bool convolution = false;  ///< Weight decay; BatchNorm has none.
  };
  std::vector<ParameterGroup> parameter_groups() const;

 private:
  SegmentationNet(const SegmentationShape& shape, std::shared_ptr<SegmentationModules> modules);

  SegmentationShape shape_;
  std::shared_ptr<SegmentationModules> modules_;
};

}  // namespace seafusion::learn

#endif  // SEAFUSION_LEARN_SEGMENTATION_NETWORKS_SEGMENTATION_NET_H_
