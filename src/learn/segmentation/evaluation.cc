#include "learn/segmentation/evaluation.h"

#include <algorithm>
#include <exception>
#include <string>

#include "core/status_macros.h"
#include "learn/libtorch.h"

namespace seafusion::learn {
namespace {

torch::Tensor Classes(SegmentationNet& net, const torch::Tensor& rgb, torch::Device device) {
  const torch::NoGradGuard no_grad;
  net.SetTraining(false);
  return net.Forward(rgb.to(device)).main.argmax(1).to(torch::kCPU);
}

}  // namespace

StatusOr<ConfusionMatrix> EvaluateSegmentation(SegmentationNet& net,
                                               const SegmentationSamples& samples,
                                               torch::Device device,
                                               const std::atomic<bool>* stop) {
  try {
    ConfusionMatrix matrix(net.shape().classes);
    for (std::size_t i = 0; i < samples.size(); ++i) {
      if (stop != nullptr && stop->load()) return Cancelled("stopped on request");
      const SegmentationBatch whole = samples.Whole(i);
      AddPixels(matrix, Classes(net, whole.rgb, device), whole.labels);
    }
    return matrix;
  } catch (const std::exception& e) {
    return Internal(std::string("evaluation failed: ") + e.what());
  }
}

StatusOr<ImageBuffer> SegmentedPicture(SegmentationNet& net, const SegmentationSamples& samples,
                                       std::size_t index, torch::Device device) {
  // The palette of the MSRS data set.
  constexpr std::uint8_t kColours[][3] = {{0, 0, 0},     {64, 0, 128},    {64, 64, 0},
                                          {0, 128, 192}, {0, 0, 192},     {128, 128, 0},
                                          {64, 64, 128}, {192, 128, 128}, {192, 64, 0}};
  constexpr std::uint8_t kOther[3] = {128, 128, 128};
  try {
    const torch::Tensor classes = Classes(net, samples.Whole(index).rgb, device).contiguous();
    const ImageView source = samples.picture(index);
    SEAFUSION_ASSIGN_OR_RETURN(
        ImageBuffer out, ImageBuffer::Create(source.width, source.height, PixelFormat::kRgb8));
    const auto* from = classes.data_ptr<std::int64_t>();
    for (int y = 0; y < source.height; ++y) {
      std::uint8_t* to = out.view().Row<std::uint8_t>(y);
      for (int x = 0; x < source.width; ++x, ++from, to += 3) {
        std::copy_n(*from < std::ssize(kColours) ? kColours[*from] : kOther, 3, to);
      }
    }
    return out;
  } catch (const std::exception& e) {
    return Internal(std::string("segmentation failed: ") + e.what());
  }
}

}  // namespace seafusion::learn
