#include "io/measure_files.h"

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <limits>
#include <system_error>
#include <utility>

#include "core/files/file.h"
#include "core/status_macros.h"
#include "io/camera/radiometric_file.h"
#include "io/image_file.h"
#include "io/probe/image_probe.h"
#include "io/sources/source_checks.h"

namespace seafusion::io {
namespace {

std::string SizeText(const ImageBuffer& image) {
  return std::to_string(image.width()) + "x" + std::to_string(image.height());
}

Status SizesDiffer(const std::string& source, const ImageBuffer& source_image,
                   const std::string& fused, const ImageBuffer& fused_image) {
  return InvalidArgument(source + " is " + SizeText(source_image) + ", " + fused + " is " +
                         SizeText(fused_image) + "; the three pictures must have the same size");
}

// What else may be tried with an infrared file that cannot be read as it was asked for; empty:
// nothing.
std::string Advice(const std::string& path, const SourceOptions& options) {
  if (options.infrared_format) return {};
  const auto bytes = ReadFile(path, std::numeric_limits<int>::max());
  if (!bytes.ok() || bytes->empty()) return {};
  if (!FindRadiometry(*bytes)) {
    return FindImageFormat(*bytes) ? "" : "; of bare samples --ir-format says how they lie";
  }
  const ReadImageOptions shown = {.max_pixels = options.max_pixels};
  const bool other =
      options.infrared == CameraPicture::kCounts && DecodePicture(*bytes, shown).ok();
  return other ? "; --ir-source shown takes its picture for people" : "";
}

StatusOr<ReadPictureResult> ReadInfraredFile(const std::string& path,
                                             const SourceOptions& options) {
  StatusOr<ReadPictureResult> read = ReadPicture(path, {.max_pixels = options.max_pixels,
                                                        .camera_picture = options.infrared,
                                                        .page = options.infrared_page,
                                                        .trust_byte_order = options.force,
                                                        .raw_format = options.infrared_format});
  if (read.status().code() == StatusCode::kCorruptData) {
    return CorruptData(read.status().message() + Advice(path, options));
  }
  if (!read.ok()) return read.status();
  ReadPictureResult result = *std::move(read);
  if (options.infrared_crop) {
    StatusOr<ImageBuffer> part = Crop(std::as_const(result.image).view(), *options.infrared_crop);
    if (!part.ok()) return part.status().Annotate(path);
    result.image = *std::move(part);
  }
  return result;
}

}  // namespace

StatusOr<ImageBuffer> ReadInfrared(const std::string& path, const SourceOptions& options) {
  SEAFUSION_ASSIGN_OR_RETURN(ReadPictureResult result, ReadInfraredFile(path, options));
  return std::move(result.image);
}

StatusOr<SourcePictures> ReadSources(const std::string& infrared, const std::string& visible,
                                     const SourceOptions& options) {
  SourcePictures sources = {.infrared_path = infrared, .visible_path = visible};
  SEAFUSION_ASSIGN_OR_RETURN(ReadPictureResult ir, ReadInfraredFile(infrared, options));
  SEAFUSION_ASSIGN_OR_RETURN(ReadPictureResult vi,
                             ReadPicture(visible, {.max_pixels = options.max_pixels,
                                                   .camera_picture = CameraPicture::kVisible}));
  if (!options.force) {
    if (!vi.embedded) SEAFUSION_RETURN_IF_ERROR(CheckDifferentFiles(infrared, visible));
    SEAFUSION_RETURN_IF_ERROR(CheckSources(infrared, ir.image.view(), visible, vi.image.view(),
                                           options.infrared, ir.remarks));
  }
  sources.infrared = std::move(ir.image);
  sources.visible = std::move(vi.image);
  sources.alpha = std::move(vi.alpha);
  sources.thermometer = ir.thermometer;
  std::error_code ec;
  if (vi.embedded && std::filesystem::equivalent(infrared, visible, ec)) {
    sources.placement = ir.placement;
  }
  sources.metadata = std::move(vi.metadata);
  sources.remarks = std::move(ir.remarks);
  std::move(vi.remarks.begin(), vi.remarks.end(), std::back_inserter(sources.remarks));
  return sources;
}

Status CheckSameSize(const SourcePictures& pictures) {
  const ImageBuffer& ir = pictures.infrared;
  const ImageBuffer& vi = pictures.visible;
  if (ir.width() == vi.width() && ir.height() == vi.height()) return OkStatus();
  return InvalidArgument(pictures.infrared_path + " is " + SizeText(ir) + ", " +
                         pictures.visible_path + " is " + SizeText(vi) +
                         "; the pictures of a pair must have the same size (seafusion align "
                         "finds how the cameras map onto each other, --rig uses it)");
}

StatusOr<SourcePictures> ReadPair(const std::string& infrared, const std::string& visible,
                                  const SourceOptions& options) {
  SEAFUSION_ASSIGN_OR_RETURN(SourcePictures pair, ReadSources(infrared, visible, options));
  SEAFUSION_RETURN_IF_ERROR(CheckSameSize(pair));
  return pair;
}

StatusOr<FusedPicture> MeasureFused(const SourcePictures& sources, const std::string& fused,
                                    std::uint64_t max_pixels,
                                    const metrics::MetricRequest& request) {
  FusedPicture result;
  SEAFUSION_ASSIGN_OR_RETURN(result.image, ReadImage(fused, {.max_pixels = max_pixels}));
  for (const auto& [path, image] :
       {std::pair<const std::string&, const ImageBuffer&>{sources.infrared_path, sources.infrared},
        {sources.visible_path, sources.visible}}) {
    if (image.width() != result.image.width() || image.height() != result.image.height()) {
      return SizesDiffer(path, image, fused, result.image);
    }
  }
  auto values = metrics::EvaluateMetrics(sources.infrared.view(), sources.visible.view(),
                                         result.image.view(), request);
  if (!values.ok()) {
    return values.status().Annotate(sources.infrared_path + ", " + sources.visible_path + ", " +
                                    fused);
  }
  result.values = *std::move(values);
  return result;
}

}  // namespace seafusion::io
