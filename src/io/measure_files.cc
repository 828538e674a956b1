#include "io/measure_files.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "core/status_macros.h"
#include "io/image_file.h"
#include "io/source_checks.h"

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

}  // namespace

StatusOr<SourcePictures> ReadSources(const std::string& infrared, const std::string& visible,
                                     const SourceOptions& options) {
  SourcePictures sources = {.infrared_path = infrared, .visible_path = visible};
  SEAFUSION_ASSIGN_OR_RETURN(ReadPictureResult ir,
                             ReadPicture(infrared, {.max_pixels = options.max_pixels,
                                                    .camera_picture = options.infrared,
                                                    .page = options.infrared_page,
                                                    .trust_byte_order = options.force}));
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
  sources.thermometer = ir.thermometer;
  if (vi.embedded && infrared == visible) sources.placement = ir.placement;
  sources.remarks = std::move(ir.remarks);
  std::move(vi.remarks.begin(), vi.remarks.end(), std::back_inserter(sources.remarks));
  return sources;
}

StatusOr<SourcePictures> ReadPair(const std::string& infrared, const std::string& visible,
                                  const SourceOptions& options) {
  SEAFUSION_ASSIGN_OR_RETURN(SourcePictures pair, ReadSources(infrared, visible, options));
  if (pair.infrared.width() != pair.visible.width() ||
      pair.infrared.height() != pair.visible.height()) {
    return InvalidArgument(infrared + " is " + SizeText(pair.infrared) + ", " + visible + " is " +
                           SizeText(pair.visible) +
                           "; the pictures of a pair must have the same size (seafusion align "
                           "finds how the cameras map onto each other, --rig uses it)");
  }
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
