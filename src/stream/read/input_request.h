// What is asked of a camera before it is opened, in FFmpeg's words.
#ifndef SEAFUSION_STREAM_READ_INPUT_REQUEST_H_
#define SEAFUSION_STREAM_READ_INPUT_REQUEST_H_

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <seafusion/status.h>

namespace seafusion::stream {

struct InputRequest {
  std::string format;  ///< Pixel format or codec: gray16le, yuyv422, mjpeg; empty: any.
  std::string size;    ///< "640x512"; empty: any.
  std::string rate;    ///< Frames a second; empty: any.
  /// Further options of FFmpeg's devices and protocols.
  std::vector<std::pair<std::string, std::string>> options;

  bool empty() const { return format.empty() && size.empty() && rate.empty() && options.empty(); }
};

/// "Y16,640x512,9": format, size and rate, of which any but the first may be left out or empty.
/// Formats by FFmpeg's names, or by those of Video4Linux (Y16, YUYV, MJPG, GREY, ...). Errors:
/// kInvalidArgument.
StatusOr<InputRequest> ParseInputRequest(std::string_view text);

/// "key=value". Errors: kInvalidArgument.
StatusOr<std::pair<std::string, std::string>> ParseInputOption(std::string_view text);

/// Names and values for FFmpeg's Video4Linux device, in this order.
std::vector<std::pair<std::string, std::string>> DeviceOptions(const InputRequest& request);

}  // namespace seafusion::stream

#endif  // SEAFUSION_STREAM_READ_INPUT_REQUEST_H_
