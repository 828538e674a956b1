#include "methods/fusion_method.h"

#include <new>
#include <optional>

#include "core/memory/out_of_memory.h"
#include "core/status_macros.h"
#include "fuse/agc/gain_control.h"
#include "fuse/fuse_call.h"
#include "fuse/range/no_data.h"

namespace seafusion::methods {

Status FusionMethod::Fuse(const ImageView& ir, const ImageView& vi, const MutableImageView& out,
                          const FuseSettings& settings, const TraceLine& trace) const {
  try {
    SEAFUSION_RETURN_IF_ERROR(CheckFuseCall(ir, vi, out, settings));
    SEAFUSION_ASSIGN_OR_RETURN(const std::optional<FilledInfrared> filled,
                               FillNoData(ir, vi, settings));
    const InfraredRange range = filled ? filled->range : settings.infrared_range;
    const ImageView complete = filled ? filled->picture.view() : ir;
    FuseSettings plain = settings;
    plain.infrared_range = range;
    plain.infrared_gain = {};
    if (settings.infrared_gain.kind == InfraredGain::Kind::kLinear) {
      SEAFUSION_RETURN_IF_ERROR(FuseComplete(complete, vi, out, plain, trace));
    } else {
      SEAFUSION_ASSIGN_OR_RETURN(const ImageBuffer gained,
                                 GainControl(settings.infrared_gain).Next(complete, range));
      plain.infrared_range = {.kind = InfraredRange::Kind::kFull};
      SEAFUSION_RETURN_IF_ERROR(FuseComplete(gained.view(), vi, out, plain, trace));
    }
    return filled ? ShowVisibleInGaps(*filled, vi, out, settings) : OkStatus();
  } catch (const std::bad_alloc&) {
    return OutOfMemory("to fuse the picture");
  }
}

}  // namespace seafusion::methods
