#include "tasks/network/onnx_network.h"

#include <exception>
#include <new>
#include <string>
#include <string_view>
#include <utility>

#include <opencv2/core.hpp>
#include <opencv2/dnn.hpp>

#include "core/memory/out_of_memory.h"
#include "core/text/printable.h"
#include "io/opencv_silence.h"

namespace seafusion::tasks {
namespace {

// OpenCV's reasons are lines of its own sources. What says something of the file is the operation
// that it names: "Node [Conv@ai.onnx]:(name) parse error: ...".
std::string AtItsOperation(const cv::Exception& e) {
  constexpr std::string_view kBegin = "Node [";
  const std::size_t at = e.err.find(kBegin);
  if (at == std::string::npos) return "";
  const std::string name = e.err.substr(at + kBegin.size(), 64);
  return ": it does not understand its operation " +
         Printable(name.substr(0, name.find_first_of("@]")));
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
  io::SilenceOpenCv();
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
    return CorruptData("OpenCV cannot read the network" + AtItsOperation(e));
  } catch (const std::bad_alloc&) {
    return OutOfMemory("to read the network");
  } catch (const std::exception&) {
    // Protobuf's, of its own inside: of no use to anybody.
    return CorruptData("OpenCV cannot read the network");
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
  } catch (const cv::Exception&) {
    return Unsupported("OpenCV cannot run the network on an input of " +
                       std::to_string(state_->input_width) + " x " +
                       std::to_string(state_->input_height) +
                       "; it may be made for pictures of another size");
  } catch (const std::bad_alloc&) {
    return OutOfMemory("to run the network");
  } catch (const std::exception&) {
    return Internal("OpenCV failed to run the network");
  }
}

ImageView TrialPicture() {
  static constexpr std::uint8_t kBlack = 0;
  return {&kBlack, 1, 1, 1, PixelFormat::kGray8};
}

}  // namespace seafusion::tasks
