#include "tasks/network/onnx_network.h"

#include <exception>
#include <new>
#include <string>
#include <utility>

#include <opencv2/core.hpp>
#include <opencv2/dnn.hpp>

#include "core/out_of_memory.h"
#include "core/printable.h"

namespace seafusion::tasks {
namespace {

// OpenCV's reason without its file names and line numbers.
std::string ReasonOf(const cv::Exception& e) {
  return e.err.empty() ? "OpenCV gave no reason" : Printable(e.err);
}

}  // namespace

struct OnnxNetwork::State {
  cv::dnn::Net net;
  int input_width = 0;
  int input_height = 0;
};

OnnxNetwork::OnnxNetwork(std::unique_ptr<State> state) : state_(std::move(state)) {}
OnnxNetwork::OnnxNetwork(OnnxNetwork&&) noexcept = default;
OnnxNetwork& OnnxNetwork::operator=(OnnxNetwork&&) noexcept = default;
OnnxNetwork::~OnnxNetwork() = default;

StatusOr<OnnxNetwork> OnnxNetwork::Read(std::span<const std::uint8_t> onnx, int input_width,
                                        int input_height) {
  try {
    auto state = std::make_unique<State>();
    state->input_width = input_width;
    state->input_height = input_height;
    state->net = cv::dnn::readNetFromONNX(reinterpret_cast<const char*>(onnx.data()), onnx.size());
    if (state->net.empty()) return CorruptData("not an ONNX network");
    state->net.setPreferableBackend(cv::dnn::DNN_BACKEND_OPENCV);
    state->net.setPreferableTarget(cv::dnn::DNN_TARGET_CPU);
    return OnnxNetwork(std::move(state));
  } catch (const cv::Exception& e) {
    return CorruptData("OpenCV cannot read the network: " + ReasonOf(e));
  } catch (const std::bad_alloc&) {
    return OutOfMemory("to read the network");
  } catch (const std::exception& e) {
    return CorruptData(std::string("OpenCV cannot read the network: ") + e.what());
  }
}

Status OnnxNetwork::Run(const std::function<cv::Mat()>& input,
                        const std::function<Status(const cv::Mat& output)>& take) {
  try {
    state_->net.setInput(input());
    const cv::Mat output = state_->net.forward();
    if (output.type() != CV_32F || !output.isContinuous()) {
      return Unsupported("the network's output is not 32-bit floating point");
    }
    return take(output);
  } catch (const cv::Exception& e) {
    return Unsupported("OpenCV cannot run the network on an input of " +
                       std::to_string(state_->input_width) + " x " +
                       std::to_string(state_->input_height) + ": " + ReasonOf(e));
  } catch (const std::bad_alloc&) {
    return OutOfMemory("to run the network");
  } catch (const std::exception& e) {
    return Internal(std::string("the network failed: ") + e.what());
  }
}

ImageView TrialPicture() {
  static constexpr std::uint8_t kBlack = 0;
  return {&kBlack, 1, 1, 1, PixelFormat::kGray8};
}

}  // namespace seafusion::tasks
