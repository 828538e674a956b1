#include "tasks/detection/detector/detector.h"

#include <utility>

#include <opencv2/core.hpp>
#include <opencv2/dnn.hpp>
#include <opencv2/imgproc.hpp>

#include "core/status_macros.h"
#include "tasks/detection/detector/suppression.h"
#include "tasks/detection/detector/yolo_output.h"
#include "tasks/network/opencv_picture.h"

namespace seafusion::tasks {
namespace {

cv::Mat InputOf(const ImageView& picture, const InputPlacement& place,
                const DetectorSettings& settings) {
  cv::Mat input(settings.input_height, settings.input_width, CV_8UC3,
                cv::Scalar::all(settings.fill));
  cv::Mat inside = input(cv::Rect(place.left, place.top, place.width, place.height));
  const cv::Mat colour = AsColour(picture);
  if (colour.size() == inside.size()) {
    colour.copyTo(inside);
  } else {
    cv::resize(colour, inside, inside.size(), 0, 0, cv::INTER_LINEAR);
  }
  return cv::dnn::blobFromImage(input, settings.scale, {}, {}, /*swapRB=*/!settings.rgb);
}

}  // namespace

Detector::Detector(OnnxNetwork network, DetectorSettings settings)
    : network_(std::move(network)), settings_(std::move(settings)) {}

StatusOr<Detector> Detector::Create(std::span<const std::uint8_t> onnx,
                                    const DetectorSettings& settings) {
  SEAFUSION_ASSIGN_OR_RETURN(OnnxNetwork network,
                             OnnxNetwork::Read(onnx, settings.input_width, settings.input_height));
  Detector detector(std::move(network), settings);
  SEAFUSION_RETURN_IF_ERROR(detector.Detect(TrialPicture(), {.confidence = 2}).status());
  return detector;
}

StatusOr<std::vector<Detection>> Detector::Detect(const ImageView& picture,
                                                  const DetectionLimits& limits) {
  SEAFUSION_RETURN_IF_ERROR(CheckPictureFormat(picture, "detectors"));
  const InputPlacement place = PlaceInInput(picture.width, picture.height, settings_);
  std::vector<Detection> detections;
  const auto take = [&](const cv::Mat& output) -> Status {
    const std::vector<std::int64_t> shape(output.size.p, output.size.p + output.dims);
    SEAFUSION_ASSIGN_OR_RETURN(
        std::vector<Detection> found,
        ReadYoloOutput({output.ptr<float>(), output.total()}, shape, settings_, place,
                       picture.width, picture.height, limits.confidence));
    detections = SuppressNonMaxima(std::move(found), limits.iou, limits.most);
    return OkStatus();
  };
  SEAFUSION_RETURN_IF_ERROR(network_.Run([&] { return InputOf(picture, place, settings_); }, take));
  return detections;
}

}  // namespace seafusion::tasks
