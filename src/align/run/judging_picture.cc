#include "align/run/judging_picture.h"

#include <algorithm>
#include <new>

#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

#include "align/search/features/gray_pyramid.h"
#include "align/warp/warper.h"
#include "core/memory/out_of_memory.h"
#include "core/status_macros.h"

namespace seafusion::align {
namespace {

constexpr int kPanelWidth = 640, kGap = 8, kFields = 8;

// Contrast stretched, gray, 8 bits, of the panel's size.
cv::Mat Panel(const ImageView& picture, cv::Size size) {
  cv::Mat gray = GrayPyramid(picture).ToWidth(size.width).samples, panel;
  cv::resize(gray, gray, size, 0, 0, cv::INTER_LINEAR);
  gray.convertTo(panel, CV_8U, 1, -GrayPyramid::kOffset);
  return panel;
}

cv::Mat EdgesOver(const cv::Mat& infrared, const cv::Mat& visible) {
  cv::Mat smooth, edges, panel;
  cv::GaussianBlur(infrared, smooth, {0, 0}, 1.2);
  cv::Canny(smooth, edges, 30, 80);
  cv::cvtColor(visible, panel, cv::COLOR_GRAY2RGB);
  panel *= 0.7;
  panel.setTo(cv::Scalar(255, 120, 0), edges);
  return panel;
}

cv::Mat Checkerboard(const cv::Mat& infrared, const cv::Mat& visible) {
  cv::Mat panel = visible.clone();
  const int side = std::max(1, panel.cols / kFields);
  for (int y = 0; y < panel.rows; y += side) {
    for (int x = 0; x < panel.cols; x += side) {
      if ((x / side + y / side) % 2 != 0) continue;
      const cv::Rect field(x, y, std::min(side, panel.cols - x), std::min(side, panel.rows - y));
      infrared(field).copyTo(panel(field));
    }
  }
  cv::cvtColor(panel, panel, cv::COLOR_GRAY2RGB);
  return panel;
}

cv::Size PanelSize(int width, int height) {
  return {kPanelWidth, std::clamp(kPanelWidth * height / width, 16, 4 * kPanelWidth)};
}

StatusOr<ImageBuffer> Draw(const Rig& rig, const ImageView& infrared, const ImageView& visible) {
  SEAFUSION_ASSIGN_OR_RETURN(const Warper warper, Warper::Create(rig));
  SEAFUSION_ASSIGN_OR_RETURN(ImageBuffer warped_infrared,
                             ImageBuffer::Create(warper.width(), warper.height(), infrared.format));
  SEAFUSION_ASSIGN_OR_RETURN(ImageBuffer warped_visible,
                             ImageBuffer::Create(warper.width(), warper.height(), visible.format));
  SEAFUSION_RETURN_IF_ERROR(warper.Warp(Source::kInfrared, infrared, warped_infrared.view()));
  SEAFUSION_RETURN_IF_ERROR(warper.Warp(Source::kVisible, visible, warped_visible.view()));

  const cv::Size before = PanelSize(visible.width, visible.height);
  const cv::Size after = PanelSize(warper.width(), warper.height());
  const int height = std::max(before.height, after.height);
  SEAFUSION_ASSIGN_OR_RETURN(
      ImageBuffer sheet,
      ImageBuffer::Create(2 * kPanelWidth + kGap, 2 * height + kGap, PixelFormat::kRgb8));
  const MutableImageView view = sheet.view();
  cv::Mat canvas(view.height, view.width, CV_8UC3, view.data,
                 static_cast<std::size_t>(view.stride));
  canvas.setTo(cv::Scalar(255, 255, 255));
  const auto put = [&](const cv::Mat& panel, int column, int row) {
    panel.copyTo(
        canvas({column * (kPanelWidth + kGap), row * (height + kGap), panel.cols, panel.rows}));
  };
  const cv::Mat i0 = Panel(infrared, before), v0 = Panel(visible, before);
  const cv::Mat i1 = Panel(warped_infrared.view(), after), v1 = Panel(warped_visible.view(), after);
  put(EdgesOver(i0, v0), 0, 0);
  put(EdgesOver(i1, v1), 1, 0);
  put(Checkerboard(i0, v0), 0, 1);
  put(Checkerboard(i1, v1), 1, 1);
  return sheet;
}

}  // namespace

StatusOr<ImageBuffer> JudgingPicture(const Rig& rig, const ImageView& infrared,
                                     const ImageView& visible) {
  try {
    return Draw(rig, infrared, visible);
  } catch (const std::bad_alloc&) {
    return OutOfMemory("for a picture to judge by");
  } catch (const cv::Exception& e) {
    return Internal("a picture to judge by: " + e.err);
  }
}

}  // namespace seafusion::align
