#include "io/measure_files.h"

#include <utility>

#include "core/status_macros.h"
#include "io/image_file.h"

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
                                     std::uint64_t max_pixels) {
  const ReadImageOptions read = {.max_pixels = max_pixels};
  SourcePictures sources = {infrared, visible, {}, {}};
  SEAFUSION_ASSIGN_OR_RETURN(sources.infrared, ReadImage(infrared, read));
  SEAFUSION_ASSIGN_OR_RETURN(sources.visible, ReadImage(visible, read));
  return sources;
}

StatusOr<SourcePictures> ReadPair(const std::string& infrared, const std::string& visible,
                                  std::uint64_t max_pixels) {
  SEAFUSION_ASSIGN_OR_RETURN(SourcePictures pair, ReadSources(infrared, visible, max_pixels));
  if (pair.infrared.width() != pair.visible.width() ||
      pair.infrared.height() != pair.visible.height()) {
    return InvalidArgument(infrared + " is " + SizeText(pair.infrared) + ", " + visible + " is " +
                           SizeText(pair.visible) +
                           "; the pictures of a pair must have the same size");
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
