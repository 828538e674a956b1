#include "stream/read/input_request.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>

#include "core/text/text_value.h"

namespace seafusion::stream {
namespace {

// Names of linux/videodev2.h and FFmpeg's for the same.
constexpr std::array<std::pair<std::string_view, std::string_view>, 10> kNames = {{
    {"Y16", "gray16le"},
    {"Y16_BE", "gray16be"},
    {"Y10", "gray10le"},
    {"Y12", "gray12le"},
    {"Y14", "gray14le"},
    {"GREY", "gray"},
    {"YUYV", "yuyv422"},
    {"UYVY", "uyvy422"},
    {"MJPG", "mjpeg"},
    {"H264", "h264"},
}};

bool IsSize(std::string_view text) {
  const std::size_t x = text.find('x');
  if (x == std::string_view::npos) return false;
  for (const std::string_view side : {text.substr(0, x), text.substr(x + 1)}) {
    if (NumberIn<int>(side).value_or(0) < 1) return false;
  }
  return true;
}

bool IsRate(std::string_view text) {
  const double value = NumberIn<double>(text).value_or(0);
  return std::isfinite(value) && value > 0;
}

}  // namespace

StatusOr<InputRequest> ParseInputRequest(std::string_view text) {
  constexpr std::string_view kForm = "FORMAT,WIDTHxHEIGHT,RATE, as Y16,640x512,9";
  InputRequest request;
  std::string_view rest = text;
  int field = 0;
  for (bool more = true; more; ++field) {
    const std::size_t comma = rest.find(',');
    more = comma != std::string_view::npos;
    const std::string_view part = rest.substr(0, comma);
    rest = more ? rest.substr(comma + 1) : std::string_view();
    if (field == 0) {
      request.format = part;
    } else if (part.empty()) {
      continue;
    } else if (field == 1 && IsSize(part)) {
      request.size = part;
    } else if (field == 2 && IsRate(part)) {
      request.rate = part;
    } else {
      return IsNot(text, kForm);
    }
  }
  if (request.empty()) return IsNot(text, kForm);
  for (const auto& [name, ours] : kNames) {
    if (request.format == name) request.format = ours;
  }
  return request;
}

StatusOr<std::pair<std::string, std::string>> ParseInputOption(std::string_view text) {
  const std::size_t equals = text.find('=');
  if (equals == std::string_view::npos || equals == 0) return IsNot(text, "KEY=VALUE");
  return std::pair(std::string(text.substr(0, equals)), std::string(text.substr(equals + 1)));
}

std::vector<std::pair<std::string, std::string>> DeviceOptions(const InputRequest& request) {
  std::vector<std::pair<std::string, std::string>> options;
  if (!request.format.empty()) options.emplace_back("input_format", request.format);
  if (!request.size.empty()) options.emplace_back("video_size", request.size);
  if (!request.rate.empty()) options.emplace_back("framerate", request.rate);
  options.insert(options.end(), request.options.begin(), request.options.end());
  return options;
}

}  // namespace seafusion::stream
