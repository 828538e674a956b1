#include "tasks/detection/detector.h"

#include <exception>
#include <new>
#include <utility>

#include <opencv2/core.hpp>
#include <opencv2/dnn.hpp>
#include <opencv2/imgproc.hpp>

#include "core/out_of_memory.h"
#include "core/status_macros.h"
#include "tasks/detection/suppression.h"
#include "tasks/detection/yolo_output.h"
#include "tasks/opencv_picture.h"

namespace seafusion::tasks {

struct Detector::State {
  DetectorSettings settings;
  cv::dnn::Net net;

  cv::Mat InputOf(const ImageView& picture, const InputPlacement& place) const {
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
};

Detector::Detector(std::unique_ptr<State> state) : state_(std::move(state)) {}
Detector::Detector(Detector&&) noexcept = default;
Detector& Detector::operator=(Detector&&) noexcept = default;
Detector::~Detector() = default;

StatusOr<Detector> Detector::Create(std::span<const std::uint8_t> onnx,
                                    const DetectorSettings& settings) {
  auto state = std::make_unique<State>();
  state->settings = settings;
  SEAFUSION_ASSIGN_OR_RETURN(state->net, ReadOnnx(onnx));
  Detector detector(std::move(state));
  const std::uint8_t black = 0;
  SEAFUSION_RETURN_IF_ERROR(
      detector.Detect({&black, 1, 1, 1, PixelFormat::kGray8}, {.confidence = 2}).status());
  return detector;
}

const DetectorSettings& Detector::settings() const {
  return state_->settings;
}

StatusOr<std::vector<Detection>> Detector::Detect(const ImageView& picture,
                                                  const DetectionLimits& limits) {
  SEAFUSION_RETURN_IF_ERROR(CheckPictureFormat(picture, "detectors"));
  try {
    const DetectorSettings& settings = state_->settings;
    const InputPlacement place = PlaceInInput(picture.width, picture.height, settings);
    state_->net.setInput(state_->InputOf(picture, place));
    const cv::Mat output = state_->net.forward();
    if (output.type() != CV_32F || !output.isContinuous()) {
      return Unsupported("the network's output is not 32-bit floating point");
    }
    const std::vector<std::int64_t> shape(output.size.p, output.size.p + output.dims);
    SEAFUSION_ASSIGN_OR_RETURN(
        std::vector<Detection> detections,
        ReadYoloOutput({output.ptr<float>(), output.total()}, shape, settings, place, picture.width,
                       picture.height, limits.confidence));
    return SuppressNonMaxima(std::move(detections), limits.iou, limits.most);
  } catch (const cv::Exception& e) {
    return Unsupported("OpenCV cannot run the network on an input of " +
                       std::to_string(state_->settings.input_width) + " x " +
                       std::to_string(state_->settings.input_height) + ": " + ReasonOf(e));
  } catch (const std::bad_alloc&) {
    return OutOfMemory("to run the network");
  } catch (const std::exception& e) {
    return Internal(std::string("detection failed: ") + e.what());
  }
}

}  // namespace seafusion::tasks
