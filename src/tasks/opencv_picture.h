// Between our pictures and OpenCV's.
#ifndef SEAFUSION_TASKS_OPENCV_PICTURE_H_
#define SEAFUSION_TASKS_OPENCV_PICTURE_H_

#include <span>
#include <string>

#include <seafusion/image.h>
#include <seafusion/status.h>
#include <opencv2/core.hpp>
#include <opencv2/dnn.hpp>

namespace seafusion::tasks {

/// OpenCV's reason without its file names and line numbers.
std::string ReasonOf(const cv::Exception& e);

/// A gray8 or rgb8 picture in three channels, red first; of rgb8 a view of the same samples, which
/// are only to be read.
cv::Mat AsColour(const ImageView& picture);

/// kUnsupported for other formats than gray8 and rgb8.
Status CheckPictureFormat(const ImageView& picture, const char* who);

/// kCorruptData, with OpenCV's reason, where it cannot read the bytes.
StatusOr<cv::dnn::Net> ReadOnnx(std::span<const std::uint8_t> onnx);

}  // namespace seafusion::tasks

#endif  // SEAFUSION_TASKS_OPENCV_PICTURE_H_
