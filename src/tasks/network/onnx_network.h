// A network from an ONNX file, run by OpenCV's network module, which stays hidden behind it.
#ifndef SEAFUSION_TASKS_NETWORK_ONNX_NETWORK_H_
#define SEAFUSION_TASKS_NETWORK_ONNX_NETWORK_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <span>

#include <seafusion/image.h>
#include <seafusion/status.h>

namespace cv {
class Mat;
}

namespace seafusion::tasks {

/// Not thread-safe: one call at a time. OpenCV's threads (cv::setNumThreads) share the work.
class OnnxNetwork {
 public:
  /// `onnx` holds the bytes of a file with one input, pictures of this size, and one output.
  /// kCorruptData, with OpenCV's reason, where it cannot read them.
  static StatusOr<OnnxNetwork> Read(std::span<const std::uint8_t> onnx, int input_width,
                                    int input_height);
  OnnxNetwork(OnnxNetwork&&) noexcept;
  OnnxNetwork& operator=(OnnxNetwork&&) noexcept;
  ~OnnxNetwork();

  /// Runs on what `input` makes, and has `take` read the output, whose samples are 32-bit floats
  /// without gaps. Exceptions of both become errors; kUnsupported, with OpenCV's reason: it cannot
  /// run the network.
  Status Run(const std::function<cv::Mat()>& input,
             const std::function<Status(const cv::Mat& output)>& take);

 private:
  struct State;
  explicit OnnxNetwork(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

/// The picture that a network is tried on once, so that a wrong input size or output shape is found
/// before any work: one black pixel.
ImageView TrialPicture();

}  // namespace seafusion::tasks

#endif  // SEAFUSION_TASKS_NETWORK_ONNX_NETWORK_H_
