// Reads the pictures of a pair and measures what was fused of them.
#ifndef SEAFUSION_IO_MEASURE_FILES_H_
#define SEAFUSION_IO_MEASURE_FILES_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <seafusion/metrics.h>
#include <seafusion/status.h>

#include "core/memory/image_buffer.h"
#include "io/image_file.h"

namespace seafusion::io {

/// How the two sources are read. What is left out is as files of thermal cameras want it.
struct SourceOptions {
  std::uint64_t max_pixels = std::uint64_t{1} << 28;
  /// Of thermal cameras' files the sensor's counts, unless the picture for people is asked for.
  CameraPicture infrared = CameraPicture::kCounts;
  std::optional<int> infrared_page;  ///< Of a TIFF of several pages or a FLIR sequence, from 0.
  std::optional<RawFormat> infrared_format;  ///< The infrared file holds bare samples.
  std::optional<PictureCrop> infrared_crop;  ///< The part of its pictures that is infrared.
  /// Take the pictures as they are, whatever CheckSources would say, and in the byte order that the
  /// infrared file says it has.
  bool force = false;
};

struct SourcePictures {
  std::string infrared_path;
  std::string visible_path;
  ImageBuffer infrared;
  ImageBuffer visible;
  ImageBuffer alpha;                       ///< Opacity of the visible one; empty: it has none.
  std::optional<Thermometer> thermometer;  ///< Of the infrared counts.
  /// Of one file that holds both: how its visible picture lies over the other, where it says so.
  std::optional<FlirPlacement> placement;
  PictureMetadata metadata;          ///< Of the visible file.
  std::vector<std::string> remarks;  ///< As ReadPicture's, of both.
};

struct FusedPicture {
  ImageBuffer image;
  std::vector<metrics::MetricValue> values;
};

/// Every message of the two names the files; fails as ReadPicture and CheckSources. Of one file
/// that holds both, the visible picture is the one inside. Thread-safe.
StatusOr<SourcePictures> ReadSources(const std::string& infrared, const std::string& visible,
                                     const SourceOptions& options);
/// The infrared picture alone, without a look at the other.
StatusOr<ImageBuffer> ReadInfrared(const std::string& path, const SourceOptions& options);
/// kInvalidArgument, naming both files, when the pictures differ in size.
Status CheckSameSize(const SourcePictures& pictures);
/// ReadSources for a pair to fuse: kInvalidArgument when its pictures differ in size.
StatusOr<SourcePictures> ReadPair(const std::string& infrared, const std::string& visible,
                                  const SourceOptions& options);
/// kInvalidArgument when the three pictures differ in size.
StatusOr<FusedPicture> MeasureFused(const SourcePictures& sources, const std::string& fused,
                                    std::uint64_t max_pixels,
                                    const metrics::MetricRequest& request);

}  // namespace seafusion::io

#endif  // SEAFUSION_IO_MEASURE_FILES_H_
