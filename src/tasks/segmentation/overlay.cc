#include "tasks/segmentation/overlay.h"

#include <algorithm>
#include <exception>
#include <set>

#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

#include "core/status_macros.h"
#include "tasks/network/opencv_picture.h"

namespace seafusion::tasks {
namespace {

constexpr int kLegendRow = 18;  // pixels
constexpr int kLegendCell = 110;

}  // namespace

std::array<std::uint8_t, 3> ColourOf(int label) {
  // Of MSRS; its darker ones raised to be seen over pictures.
  constexpr std::array<std::array<std::uint8_t, 3>, 9> kColours = {{{0, 0, 0},
                                                                    {64, 0, 128},
                                                                    {64, 64, 0},
                                                                    {0, 128, 192},
                                                                    {0, 0, 192},
                                                                    {128, 128, 0},
                                                                    {64, 64, 128},
                                                                    {192, 128, 128},
                                                                    {192, 64, 0}}};
  if (label < static_cast<int>(kColours.size())) {
    auto colour = kColours[static_cast<std::size_t>(label)];
    for (std::uint8_t& v : colour) v = static_cast<std::uint8_t>(std::min(255, v * 4 / 3));
    return colour;
  }
  // Far apart for neighbours.
  const auto at = static_cast<unsigned>(label) * 83u;
  return {static_cast<std::uint8_t>(64 + at % 192), static_cast<std::uint8_t>(64 + at * 7 % 192),
          static_cast<std::uint8_t>(64 + at * 13 % 192)};
}

StatusOr<ImageBuffer> DrawSegmentation(const ImageView& picture,
                                       std::span<const std::uint8_t> classes,
                                       const std::vector<std::string>& labels) {
  SEAFUSION_RETURN_IF_ERROR(CheckPictureFormat(picture, "overlays"));
  try {
    const std::set<std::uint8_t> present(classes.begin(), classes.end());
    const int across = std::max(1, picture.width / kLegendCell);
    const int rows = (static_cast<int>(present.size()) + across - 1) / across;
    SEAFUSION_ASSIGN_OR_RETURN(
        ImageBuffer out,
        ImageBuffer::Create(picture.width, picture.height + rows * kLegendRow, PixelFormat::kRgb8));
    const MutableImageView view = out.view();
    cv::Mat canvas(view.height, view.width, CV_8UC3, view.data,
                   static_cast<std::size_t>(view.stride));
    canvas.setTo(cv::Scalar::all(0));
    AsColour(picture).copyTo(canvas.rowRange(0, picture.height));
    for (int y = 0; y < picture.height; ++y) {
      auto* pixel = view.Row<std::uint8_t>(y);
      for (int x = 0; x < picture.width; ++x, pixel += 3) {
        const int label =
            classes[static_cast<std::size_t>(y) * static_cast<std::size_t>(picture.width) +
                    static_cast<std::size_t>(x)];
        if (label == 0) continue;
        const auto colour = ColourOf(label);
        for (std::size_t i = 0; i < 3; ++i) {
          pixel[i] = static_cast<std::uint8_t>((pixel[i] + colour[i]) / 2);
        }
      }
    }
    int cell = 0;
    for (const std::uint8_t label : present) {
      const auto [r, g, b] = ColourOf(label);
      const cv::Point at(cell % across * kLegendCell + 3,
                         picture.height + cell / across * kLegendRow + 3);
      cv::rectangle(canvas, {at, cv::Size(12, 12)}, cv::Scalar(r, g, b), cv::FILLED);
      cv::rectangle(canvas, {at, cv::Size(12, 12)}, cv::Scalar::all(255), 1);
      const std::string name = label < labels.size() ? labels[label] : "other";
      cv::putText(canvas, name, at + cv::Point(16, 10), cv::FONT_HERSHEY_SIMPLEX, 0.4,
                  cv::Scalar::all(255), 1, cv::LINE_AA);
      ++cell;
    }
    return out;
  } catch (const std::exception& e) {
    return Internal(std::string("drawing failed: ") + e.what());
  }
}

}  // namespace seafusion::tasks
