#include "align/embedded_sources.h"

#include <optional>
#include <string>
#include <tuple>
#include <utility>

#include "align/rig.h"
#include "core/status_macros.h"

namespace seafusion::align {

StatusOr<std::shared_ptr<const Warper>> EmbeddedWarper(const io::SourcePictures& pictures,
                                                       Canvas canvas) {
  if (!pictures.placement) return std::shared_ptr<const Warper>();
  const ImageBuffer& ir = pictures.infrared;
  const ImageBuffer& vi = pictures.visible;
  const io::FlirPlacement& placement = *pictures.placement;
  const StatusOr<Rig> rig = RigFromFlir(ir.width(), ir.height(), vi.width(), vi.height(),
                                        placement.real_to_ir, placement.x, placement.y);
  if (!rig.ok()) return rig.status().Annotate(pictures.visible_path);
  StatusOr<Warper> warper = Warper::Create(*rig, canvas);
  if (!warper.ok()) return warper.status().Annotate(pictures.visible_path);
  return std::shared_ptr<const Warper>(std::make_shared<Warper>(*std::move(warper)));
}

StatusOr<io::SourcePictures> OnCanvas(const Warper& warper, io::SourcePictures pictures) {
  for (const auto& [source, image, path] :
       {std::tuple{Source::kInfrared, &pictures.infrared, &pictures.infrared_path},
        std::tuple{Source::kVisible, &pictures.visible, &pictures.visible_path}}) {
    StatusOr<ImageBuffer> out =
        ImageBuffer::Create(warper.width(), warper.height(), image->format());
    if (!out.ok()) return out.status().Annotate(*path);
    SEAFUSION_RETURN_IF_ERROR(warper.Warp(source, image->view(), out->view()).Annotate(*path));
    *image = *std::move(out);
  }
  return pictures;
}

StatusOr<io::SourcePictures> ReadPlacedSources(const std::string& infrared,
                                               const std::string& visible,
                                               const io::SourceOptions& options) {
  SEAFUSION_ASSIGN_OR_RETURN(io::SourcePictures pictures,
                             io::ReadSources(infrared, visible, options));
  SEAFUSION_ASSIGN_OR_RETURN(const std::shared_ptr<const Warper> warper,
                             EmbeddedWarper(pictures, Canvas::kOverlap));
  if (warper == nullptr) return pictures;
  return OnCanvas(*warper, std::move(pictures));
}

}  // namespace seafusion::align
