// Between our pictures and OpenCV's.
#ifndef SEAFUSION_TASKS_NETWORK_OPENCV_PICTURE_H_
#define SEAFUSION_TASKS_NETWORK_OPENCV_PICTURE_H_

#include <seafusion/image.h>
#include <seafusion/status.h>
#include <opencv2/core.hpp>

namespace seafusion::tasks {

/// A gray8 or rgb8 picture in three channels, red first; of rgb8 a view of the same samples, which
/// are only to be read.
cv::Mat AsColour(const ImageView& picture);

/// kUnsupported for other formats than gray8 and rgb8.
Status CheckPictureFormat(const ImageView& picture, const char* who);

}  // namespace seafusion::tasks

#endif  // SEAFUSION_TASKS_NETWORK_OPENCV_PICTURE_H_
