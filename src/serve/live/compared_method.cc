#include "serve/live/compared_method.h"

#include <string>
#include <utility>

#include "align/place/on_canvas.h"
#include "core/status_macros.h"
#include "methods/registry.h"

namespace seafusion::serve {

Status CheckComparable(std::string_view name) {
  const methods::MethodRegistry& all = methods::BuiltInMethods();
  const methods::RegisteredMethod* method = all.Find(name);
  if (method == nullptr) return all.Unknown(name);
  const methods::MethodInfo& info = method->info;
  const std::string title(info.title);
  if (info.runs_on_libtorch)
    return Unsupported(title + " needs LibTorch, which is not loaded here");
  if (info.model == methods::ModelUse::kRequired) {
    return Unsupported(title + " needs weights, which no request names");
  }
  if (info.model == methods::ModelUse::kOptional) {
    return InvalidArgument(title + " is what is compared with");
  }
  if (!info.real_time) {
    return Unsupported(title + " is too slow for moving pictures; seafusion compare runs it");
  }
  return OkStatus();
}

StatusOr<std::shared_ptr<const methods::FusionMethod>> MakeCompared(std::string_view name) {
  SEAFUSION_RETURN_IF_ERROR(CheckComparable(name));
  SEAFUSION_ASSIGN_OR_RETURN(std::unique_ptr<methods::FusionMethod> method,
                             methods::BuiltInMethods().Create(name, {.threads = 1}));
  return std::shared_ptr<const methods::FusionMethod>(std::move(method));
}

StatusOr<ImageBuffer> FuseCompared(const Moment& moment) {
  const ImageBuffer* infrared = moment.infrared_on_canvas();
  const ImageBuffer* visible = moment.visible_on_canvas();
  if (infrared == nullptr || visible == nullptr || moment.method == nullptr) return ImageBuffer();
  FuseSettings settings;
  settings.infrared_range = moment.range;
  if (!moment.levels.empty()) {
    infrared = &moment.levels;
    settings.infrared_range = {.kind = InfraredRange::Kind::kFull};
  }
  const PixelFormat format = moment.fused.empty() ? PixelFormat::kRgb8 : moment.fused.format();
  SEAFUSION_ASSIGN_OR_RETURN(ImageBuffer fused,
                             ImageBuffer::Create(visible->width(), visible->height(), format));
  SEAFUSION_RETURN_IF_ERROR(
      moment.method->Fuse(infrared->view(), visible->view(), fused.view(), settings));
  if (moment.warper != nullptr) {
    SEAFUSION_RETURN_IF_ERROR(align::ShowWhatOneSees(*moment.warper, infrared->view(),
                                                     visible->view(), settings, fused.view()));
  }
  return fused;
}

}  // namespace seafusion::serve
