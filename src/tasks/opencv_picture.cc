#include "tasks/opencv_picture.h"

#include <exception>
#include <new>

#include <opencv2/imgproc.hpp>

#include "core/out_of_memory.h"
#include "core/printable.h"
#include "core/status_macros.h"

namespace seafusion::tasks {

std::string ReasonOf(const cv::Exception& e) {
  return e.err.empty() ? "OpenCV gave no reason" : Printable(e.err);
}

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

StatusOr<cv::dnn::Net> ReadOnnx(std::span<const std::uint8_t> onnx) {
  try {
    cv::dnn::Net net =
        cv::dnn::readNetFromONNX(reinterpret_cast<const char*>(onnx.data()), onnx.size());
    if (net.empty()) return CorruptData("not an ONNX network");
    net.setPreferableBackend(cv::dnn::DNN_BACKEND_OPENCV);
    net.setPreferableTarget(cv::dnn::DNN_TARGET_CPU);
    return net;
  } catch (const cv::Exception& e) {
    return CorruptData("OpenCV cannot read the network: " + ReasonOf(e));
  } catch (const std::bad_alloc&) {
    return OutOfMemory("to read the network");
  } catch (const std::exception& e) {
    return CorruptData(std::string("OpenCV cannot read the network: ") + e.what());
  }
}

}  // namespace seafusion::tasks
