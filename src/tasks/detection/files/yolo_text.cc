#include "tasks/detection/files/yolo_text.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

#include "core/status_macros.h"
#include "core/text/printable.h"
#include "core/text/text_value.h"

namespace seafusion::tasks {
namespace {

constexpr std::string_view kBlanks = " \t\r\v\f";
constexpr std::size_t kLabelFields = 5;
constexpr std::size_t kDetectionFields = 6;

std::vector<std::string_view> Fields(std::string_view line) {
  std::vector<std::string_view> fields;
  while (true) {
    const std::size_t begin = line.find_first_not_of(kBlanks);
    if (begin == std::string_view::npos) return fields;
    line.remove_prefix(begin);
    const std::size_t end = std::min(line.find_first_of(kBlanks), line.size());
    fields.push_back(line.substr(0, end));
    line.remove_prefix(end);
  }
}

StatusOr<double> Number(std::string_view field) {
  const auto value = NumberIn<double>(field);
  if (!value) return CorruptData(Quoted(field) + " is not a number");
  if (!std::isfinite(*value)) return CorruptData(Quoted(field) + " is not finite");
  return *value;
}

StatusOr<int> Category(std::string_view field, int categories) {
  const int value = NumberIn<int>(field).value_or(-1);
  if (value < 0) return CorruptData(Quoted(field) + " is not a class number");
  if (value >= categories) {
    return CorruptData("class " + std::to_string(value) + ": there are " +
                       std::to_string(categories) + ", from 0 on");
  }
  return value;
}

StatusOr<Detection> ParseLine(const std::vector<std::string_view>& fields, std::size_t expected,
                              int width, int height, int categories) {
  if (fields.size() != expected) {
    return CorruptData(std::to_string(fields.size()) + " values, not " + std::to_string(expected));
  }
  SEAFUSION_ASSIGN_OR_RETURN(const int category, Category(fields[0], categories));
  std::array<double, kLabelFields> numbers{};
  for (std::size_t i = 1; i < expected; ++i) {
    SEAFUSION_ASSIGN_OR_RETURN(numbers[i - 1], Number(fields[i]));
  }
  const auto [x, y, w, h, score] = numbers;
  if (w <= 0 || h <= 0) return CorruptData("a box of no size");
  if (score < 0 || score > 1) return CorruptData("a score outside of 0..1");
  const Box box{std::max(0.0, (x - w / 2) * width), std::max(0.0, (y - h / 2) * height),
                std::min<double>(width, (x + w / 2) * width),
                std::min<double>(height, (y + h / 2) * height)};
  if (box.area() <= 0) return CorruptData("a box outside of the picture");
  return Detection{box, category, score};
}

StatusOr<std::vector<Detection>> Parse(std::string_view text, std::size_t expected, int width,
                                       int height, int categories) {
  std::vector<Detection> boxes;
  for (int line = 1; !text.empty(); ++line) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::vector<std::string_view> fields = Fields(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (fields.empty()) continue;
    auto box = ParseLine(fields, expected, width, height, categories);
    if (!box.ok()) return box.status().Annotate("line " + std::to_string(line));
    boxes.push_back(*box);
  }
  return boxes;
}

}  // namespace

StatusOr<std::vector<GroundTruth>> ParseYoloLabels(std::string_view text, int width, int height,
                                                   int categories) {
  SEAFUSION_ASSIGN_OR_RETURN(const std::vector<Detection> boxes,
                             Parse(text, kLabelFields, width, height, categories));
  std::vector<GroundTruth> truth;
  truth.reserve(boxes.size());
  for (const Detection& box : boxes) truth.push_back({box.box, box.category, false});
  return truth;
}

StatusOr<std::vector<Detection>> ParseYoloDetections(std::string_view text, int width, int height,
                                                     int categories) {
  return Parse(text, kDetectionFields, width, height, categories);
}

std::string YoloDetectionsText(std::span<const Detection> detections, int width, int height) {
  std::string text;
  for (const Detection& d : detections) {
    std::array<char, 160> line{};
    std::snprintf(line.data(), line.size(), "%d %.6f %.6f %.6f %.6f %.6f\n", d.category,
                  (d.box.left + d.box.right) / 2 / width, (d.box.top + d.box.bottom) / 2 / height,
                  (d.box.right - d.box.left) / width, (d.box.bottom - d.box.top) / height, d.score);
    text += line.data();
  }
  return text;
}

}  // namespace seafusion::tasks
