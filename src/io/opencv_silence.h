// OpenCV reports to standard error by itself; every failure it has reaches our callers as a Status.
#ifndef SEAFUSION_IO_OPENCV_SILENCE_H_
#define SEAFUSION_IO_OPENCV_SILENCE_H_

namespace seafusion::io {

/// For the whole process, once. Thread-safe.
void SilenceOpenCv();

}  // namespace seafusion::io

#endif  // SEAFUSION_IO_OPENCV_SILENCE_H_
