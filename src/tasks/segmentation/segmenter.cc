#include "tasks/segmentation/segmenter.h"

#include <algorithm>
#include <string>
#include <utility>

#include <opencv2/core.hpp>
#include <opencv2/dnn.hpp>
#include <opencv2/imgproc.hpp>

#include "core/status_macros.h"
#include "tasks/network/opencv_picture.h"

namespace seafusion::tasks {
namespace {

std::string ShapeText(const cv::Mat& output) {
  std::string text;
  for (int i = 0; i < output.dims; ++i) {
    text += (i == 0 ? "" : " x ") + std::to_string(output.size[i]);
  }
  return text;
}

// One plane of the output, at the picture's size.
cv::Mat Plane(const cv::Mat& output, int index, cv::Size size, int interpolation) {
  const int height = output.size[output.dims - 2], width = output.size[output.dims - 1];
  const std::size_t pixels = static_cast<std::size_t>(height) * static_cast<std::size_t>(width);
  const cv::Mat plane(
      height, width, CV_32F,
      const_cast<float*>(output.ptr<float>()) + static_cast<std::size_t>(index) * pixels);
  if (plane.size() == size) return plane;
  cv::Mat resized;
  cv::resize(plane, resized, size, 0, 0, interpolation);
  return resized;
}

cv::Mat InputOf(const ImageView& picture, const SegmenterSettings& settings) {
  cv::Mat input = AsColour(picture);
  const cv::Size size(settings.input_width, settings.input_height);
  if (input.size() != size) {
    const bool smaller = size.area() < input.size().area();
    cv::Mat resized;
    cv::resize(input, resized, size, 0, 0, smaller ? cv::INTER_AREA : cv::INTER_LINEAR);
    input = resized;
  }
  cv::Mat values;
  input.convertTo(values, CV_32FC3, settings.scale);
  const auto& m = settings.mean;
  const auto& d = settings.deviation;
  cv::subtract(values, cv::Scalar(m[0], m[1], m[2]), values);
  cv::divide(values, cv::Scalar(d[0], d[1], d[2]), values);
  return cv::dnn::blobFromImage(values, 1.0, {}, {}, /*swapRB=*/!settings.rgb);
}

Status CheckShape(const cv::Mat& output, const SegmenterSettings& settings) {
  const int d = output.dims;
  const bool planes = d == 4 && output.size[1] == (settings.scores ? settings.classes : 1);
  const bool flat = !settings.scores && d == 3;
  if ((!planes && !flat) || output.size[0] != 1) {
    return Unsupported("the network's output is " + ShapeText(output) + ", not " +
                       (settings.scores
                            ? "1 x " + std::to_string(settings.classes) + " x height x width"
                            : std::string("1 x height x width")));
  }
  return OkStatus();
}

std::uint8_t LabelOf(int network_class, const SegmenterSettings& settings) {
  const int label = settings.label_of_class[static_cast<std::size_t>(network_class)];
  return static_cast<std::uint8_t>(label < 0 ? settings.labels.size()
                                             : static_cast<std::size_t>(label));
}

std::vector<std::uint8_t> FromScores(const cv::Mat& output, cv::Size size,
                                     const SegmenterSettings& settings) {
  std::vector<int> best(static_cast<std::size_t>(size.area()));
  cv::Mat highest = Plane(output, 0, size, cv::INTER_LINEAR).clone();
  for (int c = 1; c < settings.classes; ++c) {
    const cv::Mat plane = Plane(output, c, size, cv::INTER_LINEAR);
    const auto* score = plane.ptr<float>();
    auto* top = highest.ptr<float>();
    for (std::size_t i = 0; i < best.size(); ++i) {
      if (!(score[i] > top[i])) continue;
      top[i] = score[i];
      best[i] = c;
    }
  }
  std::vector<std::uint8_t> labels;
  labels.reserve(best.size());
  for (const int c : best) labels.push_back(LabelOf(c, settings));
  return labels;
}

StatusOr<std::vector<std::uint8_t>> FromClasses(const cv::Mat& output, cv::Size size,
                                                const SegmenterSettings& settings) {
  const cv::Mat plane = Plane(output, 0, size, cv::INTER_NEAREST);
  std::vector<std::uint8_t> labels;
  for (const auto* c = plane.ptr<float>(); c != plane.ptr<float>() + size.area(); ++c) {
    if (!(*c >= 0 && *c < static_cast<float>(settings.classes)) ||
        *c != static_cast<float>(static_cast<int>(*c))) {
      return Unsupported("the network gives class " + std::to_string(*c) + " of " +
                         std::to_string(settings.classes));
    }
    labels.push_back(LabelOf(static_cast<int>(*c), settings));
  }
  return labels;
}

}  // namespace

Segmenter::Segmenter(OnnxNetwork network, SegmenterSettings settings)
    : network_(std::move(network)), settings_(std::move(settings)) {}

StatusOr<Segmenter> Segmenter::Create(std::span<const std::uint8_t> onnx,
                                      const SegmenterSettings& settings) {
  SEAFUSION_ASSIGN_OR_RETURN(OnnxNetwork network,
                             OnnxNetwork::Read(onnx, settings.input_width, settings.input_height));
  Segmenter segmenter(std::move(network), settings);
  SEAFUSION_RETURN_IF_ERROR(segmenter.Segment(TrialPicture()).status());
  return segmenter;
}

StatusOr<std::vector<std::uint8_t>> Segmenter::Segment(const ImageView& picture) {
  SEAFUSION_RETURN_IF_ERROR(CheckPictureFormat(picture, "segmentation networks"));
  std::vector<std::uint8_t> labels;
  const auto take = [&](const cv::Mat& output) -> Status {
    SEAFUSION_RETURN_IF_ERROR(CheckShape(output, settings_));
    const cv::Size size(picture.width, picture.height);
    if (!settings_.scores) {
      SEAFUSION_ASSIGN_OR_RETURN(labels, FromClasses(output, size, settings_));
      return OkStatus();
    }
    if (!cv::checkRange(output.reshape(1, 1))) {
      return Unsupported("the network gives scores that are not finite");
    }
    labels = FromScores(output, size, settings_);
    return OkStatus();
  };
  SEAFUSION_RETURN_IF_ERROR(network_.Run([&] { return InputOf(picture, settings_); }, take));
  return labels;
}

}  // namespace seafusion::tasks
