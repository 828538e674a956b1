#include "tasks/segmentation/segmenter.h"

#include <algorithm>
#include <exception>
#include <new>
#include <string>
#include <utility>

#include <opencv2/core.hpp>
#include <opencv2/dnn.hpp>
#include <opencv2/imgproc.hpp>

#include "core/out_of_memory.h"
#include "core/status_macros.h"
#include "tasks/opencv_picture.h"

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

}  // namespace

struct Segmenter::State {
  SegmenterSettings settings;
  cv::dnn::Net net;

  cv::Mat InputOf(const ImageView& picture) const {
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

  Status CheckOutput(const cv::Mat& output) const {
    const int d = output.dims;
    const bool planes = d == 4 && output.size[1] == (settings.scores ? settings.classes : 1);
    const bool flat = !settings.scores && d == 3;
    if (output.type() != CV_32F || !output.isContinuous()) {
      return Unsupported("the network's output is not 32-bit floating point");
    }
    if ((!planes && !flat) || output.size[0] != 1) {
      return Unsupported("the network's output is " + ShapeText(output) + ", not " +
                         (settings.scores
                              ? "1 x " + std::to_string(settings.classes) + " x height x width"
                              : std::string("1 x height x width")));
    }
    return OkStatus();
  }

  std::uint8_t LabelOf(int network_class) const {
    const int label = settings.label_of_class[static_cast<std::size_t>(network_class)];
    return static_cast<std::uint8_t>(label < 0 ? settings.labels.size()
                                               : static_cast<std::size_t>(label));
  }

  std::vector<std::uint8_t> FromScores(const cv::Mat& output, cv::Size size) const {
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
    for (const int c : best) labels.push_back(LabelOf(c));
    return labels;
  }

  StatusOr<std::vector<std::uint8_t>> FromClasses(const cv::Mat& output, cv::Size size) const {
    const cv::Mat plane = Plane(output, 0, size, cv::INTER_NEAREST);
    std::vector<std::uint8_t> labels;
    for (const auto* c = plane.ptr<float>(); c != plane.ptr<float>() + size.area(); ++c) {
      if (!(*c >= 0 && *c < static_cast<float>(settings.classes)) ||
          *c != static_cast<float>(static_cast<int>(*c))) {
        return Unsupported("the network gives class " + std::to_string(*c) + " of " +
                           std::to_string(settings.classes));
      }
      labels.push_back(LabelOf(static_cast<int>(*c)));
    }
    return labels;
  }
};

Segmenter::Segmenter(std::unique_ptr<State> state) : state_(std::move(state)) {}
Segmenter::Segmenter(Segmenter&&) noexcept = default;
Segmenter& Segmenter::operator=(Segmenter&&) noexcept = default;
Segmenter::~Segmenter() = default;

StatusOr<Segmenter> Segmenter::Create(std::span<const std::uint8_t> onnx,
                                      const SegmenterSettings& settings) {
  auto state = std::make_unique<State>();
  state->settings = settings;
  SEAFUSION_ASSIGN_OR_RETURN(state->net, ReadOnnx(onnx));
  Segmenter segmenter(std::move(state));
  const std::uint8_t black = 0;
  SEAFUSION_RETURN_IF_ERROR(segmenter.Segment({&black, 1, 1, 1, PixelFormat::kGray8}).status());
  return segmenter;
}

StatusOr<std::vector<std::uint8_t>> Segmenter::Segment(const ImageView& picture) {
  SEAFUSION_RETURN_IF_ERROR(CheckPictureFormat(picture, "segmentation networks"));
  try {
    state_->net.setInput(state_->InputOf(picture));
    const cv::Mat output = state_->net.forward();
    SEAFUSION_RETURN_IF_ERROR(state_->CheckOutput(output));
    const cv::Size size(picture.width, picture.height);
    if (!state_->settings.scores) return state_->FromClasses(output, size);
    if (!cv::checkRange(output.reshape(1, 1))) {
      return Unsupported("the network gives scores that are not finite");
    }
    return state_->FromScores(output, size);
  } catch (const cv::Exception& e) {
    return Unsupported("OpenCV cannot run the network on an input of " +
                       std::to_string(state_->settings.input_width) + " x " +
                       std::to_string(state_->settings.input_height) + ": " + ReasonOf(e));
  } catch (const std::bad_alloc&) {
    return OutOfMemory("to run the network");
  } catch (const std::exception& e) {
    return Internal(std::string("segmentation failed: ") + e.what());
  }
}

}  // namespace seafusion::tasks
