#include "io/opencv_silence.h"

#include <mutex>

#include <opencv2/core/utils/logger.hpp>

namespace seafusion::io {

void SilenceOpenCv() {
  static std::once_flag once;
  std::call_once(once,
                 [] { cv::utils::logging::setLogLevel(cv::utils::logging::LOG_LEVEL_SILENT); });
}

}  // namespace seafusion::io
