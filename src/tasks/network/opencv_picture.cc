#include "tasks/network/opencv_picture.h"

#include <string>

#include <opencv2/imgproc.hpp>

#include "core/status_macros.h"

namespace seafusion::tasks {

cv::Mat AsColour(const ImageView& picture) {
  const bool gray = picture.format == PixelFormat::kGray8;
  // OpenCV has no read-only view.
  const cv::Mat view(picture.height, picture.width, gray ? CV_8UC1 : CV_8UC3,
                     const_cast<void*>(picture.data), static_cast<std::size_t>(picture.stride));
  if (!gray) return view;
  cv::Mat colour;
  cv::cvtColor(view, colour, cv::COLOR_GRAY2RGB);
  return colour;
}

Status CheckPictureFormat(const ImageView& picture, const char* who) {
  SEAFUSION_RETURN_IF_ERROR(ValidateImage(picture, "picture"));
  if (picture.format == PixelFormat::kGray8 || picture.format == PixelFormat::kRgb8) {
    return OkStatus();
  }
  return Unsupported(std::string(who) + " take 8-bit pictures; this one is " +
                     std::string(PixelFormatName(picture.format)));
}

}  // namespace seafusion::tasks
