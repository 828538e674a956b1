#include "align/place/placed_sources.h"

#include <algorithm>
#include <cstdint>
#include <tuple>
#include <utility>

#include "align/place/on_canvas.h"
#include "align/rig/rig_file.h"
#include "core/status_macros.h"

namespace seafusion::align {
namespace {

// By the maker's numbers in a file that holds both pictures; no warper where it has none.
StatusOr<OpenedRig> EmbeddedRig(const io::SourcePictures& pictures, Canvas canvas) {
  if (!pictures.placement) return OpenedRig{.canvas = canvas};
  const ImageBuffer& ir = pictures.infrared;
  const ImageBuffer& vi = pictures.visible;
  const io::FlirPlacement& placement = *pictures.placement;
  const StatusOr<Rig> rig = RigFromFlir(ir.width(), ir.height(), vi.width(), vi.height(),
                                        placement.real_to_ir, placement.x, placement.y);
  if (!rig.ok()) return rig.status().Annotate(pictures.visible_path);
  return OpenRig(*rig, canvas, pictures.visible_path);
}

// On the canvas; opaque where only the infrared camera sees.
Status PlaceAlpha(const Warper& warper, ImageBuffer& alpha) {
  SEAFUSION_ASSIGN_OR_RETURN(alpha,
                             OnCanvas(warper, Source::kVisible, std::as_const(alpha).view()));
  if (warper.Covers(Source::kVisible)) return OkStatus();
  SEAFUSION_ASSIGN_OR_RETURN(
      ImageBuffer opaque, ImageBuffer::Create(alpha.width(), alpha.height(), PixelFormat::kGray8));
  const MutableImageView view = opaque.view();
  for (int y = 0; y < view.height; ++y) {
    std::fill_n(view.Row<std::uint8_t>(y), view.width, std::uint8_t{255});
  }
  return warper.ShowAlone(Source::kInfrared, view, {0, 1.0f / 255}, alpha.view());
}

}  // namespace

StatusOr<OpenedRig> OpenRig(const RigChoice& choice) {
  if (choice.file.empty()) return OpenedRig{.canvas = choice.canvas};
  SEAFUSION_ASSIGN_OR_RETURN(const Rig rig, ReadRig(choice.file));
  return OpenRig(rig, choice.canvas, choice.file);
}

StatusOr<OpenedRig> OpenRig(const Rig& rig, Canvas canvas, const std::string& name) {
  StatusOr<Warper> warper = Warper::Create(rig, canvas);
  if (!warper.ok()) return warper.status().Annotate(name);
  return OpenedRig{.name = name,
                   .rig = rig,
                   .canvas = canvas,
                   .warper = std::make_shared<const Warper>(*std::move(warper))};
}

StatusOr<PlacedSources> ReadPlacedSources(const std::string& infrared, const std::string& visible,
                                          const io::SourceOptions& options, const OpenedRig& rig) {
  PlacedSources placed{.warper = rig.warper};
  SEAFUSION_ASSIGN_OR_RETURN(placed.pictures, io::ReadSources(infrared, visible, options));
  if (placed.warper == nullptr) {
    SEAFUSION_ASSIGN_OR_RETURN(const OpenedRig embedded, EmbeddedRig(placed.pictures, rig.canvas));
    placed.warper = embedded.warper;
  }
  if (placed.warper == nullptr) {
    SEAFUSION_RETURN_IF_ERROR(io::CheckSameSize(placed.pictures));
    return placed;
  }
  io::SourcePictures& pictures = placed.pictures;
  for (const auto& [source, image, path] :
       {std::tuple{Source::kInfrared, &pictures.infrared, &pictures.infrared_path},
        std::tuple{Source::kVisible, &pictures.visible, &pictures.visible_path}}) {
    StatusOr<ImageBuffer> out = OnCanvas(*placed.warper, source, std::as_const(*image).view());
    if (!out.ok()) return out.status().Annotate(*path);
    *image = *std::move(out);
  }
  if (!pictures.alpha.empty()) {
    const Status alpha = PlaceAlpha(*placed.warper, pictures.alpha);
    if (!alpha.ok()) return alpha.Annotate(pictures.visible_path);
  }
  return placed;
}

}  // namespace seafusion::align
