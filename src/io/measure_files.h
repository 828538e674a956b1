// Reads the pictures of a pair and measures what was fused of them.
#ifndef SEAFUSION_IO_MEASURE_FILES_H_
#define SEAFUSION_IO_MEASURE_FILES_H_

#include <cstdint>
#include <string>
#include <vector>

#include <seafusion/metrics.h>
#include <seafusion/status.h>

#include "core/image_buffer.h"

namespace seafusion::io {

struct SourcePictures {
  std::string infrared_path;
  std::string visible_path;
  ImageBuffer infrared;
  ImageBuffer visible;
};

struct FusedPicture {
  ImageBuffer image;
  std::vector<metrics::MetricValue> values;
};

/// Every message of the two names the files. Thread-safe.
StatusOr<SourcePictures> ReadSources(const std::string& infrared, const std::string& visible,
                                     std::uint64_t max_pixels);
/// The same for a pair to fuse: kInvalidArgument when its pictures differ in size.
StatusOr<SourcePictures> ReadPair(const std::string& infrared, const std::string& visible,
                                  std::uint64_t max_pixels);
/// kInvalidArgument when the three pictures differ in size.
StatusOr<FusedPicture> MeasureFused(const SourcePictures& sources, const std::string& fused,
                                    std::uint64_t max_pixels,
                                    const metrics::MetricRequest& request);

}  // namespace seafusion::io

#endif  // SEAFUSION_IO_MEASURE_FILES_H_
