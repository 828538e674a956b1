#include "fusion/frame_fusion.h"

#include <utility>

#include "align/place/on_canvas.h"
#include "align/rig/rig_file.h"
#include "core/status_macros.h"
#include "fuse/range/gentle_range.h"
#include "fuse/show_visible.h"
#include "fuse/weights/load_fuser.h"
#include "fuse/weights/precision_choice.h"
#include "fusion/video_views.h"

namespace seafusion::gst {
namespace {

// Seconds in which ranges that depend on the picture follow 63 % of a change, as
// `seafusion fuse` has it for streams.
constexpr double kRangeSmoothing = 1.0;

std::string SizeText(int width, int height) {
  return std::to_string(width) + "x" + std::to_string(height);
}
std::string SizeText(const GstVideoInfo& info) {
  return SizeText(GST_VIDEO_INFO_WIDTH(&info), GST_VIDEO_INFO_HEIGHT(&info));
}

Status CheckCamera(const char* name, const GstVideoInfo& info, const align::RigCamera& camera) {
  if (GST_VIDEO_INFO_WIDTH(&info) == camera.width &&
      GST_VIDEO_INFO_HEIGHT(&info) == camera.height) {
    return OkStatus();
  }
  return InvalidArgument(std::string(name) + " is " + SizeText(info) + ", the rig is for " +
                         SizeText(camera.width, camera.height));
}

// Samples in video's range are mapped by it, unless a range is asked for that the picture or the
// user gives.
InfraredRange RangeOf(const InfraredRange& range, LumaRange luma) {
  using Kind = InfraredRange::Kind;
  const bool fixed_by_format = range.kind == Kind::kAuto || range.kind == Kind::kFull;
  if (luma == LumaRange::kFull || !fixed_by_format) return range;
  return {.kind = Kind::kFixed, .lo = 16, .hi = 235, .invert = range.invert};
}

Status MakeRoom(ImageBuffer& buffer, int width, int height, PixelFormat format) {
  if (buffer.width() == width && buffer.height() == height && buffer.format() == format) {
    return OkStatus();
  }
  SEAFUSION_ASSIGN_OR_RETURN(buffer, ImageBuffer::Create(width, height, format));
  return OkStatus();
}

FuseSettings LumaSettings(const GstVideoFrame& visible, const GstVideoFrame& out) {
  return {.visible_luma = LumaRangeOf(visible.info), .output_luma = LumaRangeOf(out.info)};
}

bool SameFormat(const GstVideoFrame& a, const GstVideoFrame& b) {
  return GST_VIDEO_FRAME_FORMAT(&a) == GST_VIDEO_FRAME_FORMAT(&b);
}

}  // namespace

FrameFusion::FrameFusion(FusionOptions options, Fuser fuser, std::optional<align::Rig> rig)
    : options_(std::move(options)),
      fuser_(std::move(fuser)),
      rig_(std::move(rig)),
      steady_(range_, kRangeSmoothing),
      output_(DefaultOutputRange(options_.model), kRangeSmoothing) {}

StatusOr<FrameFusion> FrameFusion::Create(const FusionOptions& options) {
  SEAFUSION_ASSIGN_OR_RETURN(Fuser fuser, LoadFuser(options.model, options.engine));
  if (options.rig.empty()) return FrameFusion(options, std::move(fuser), std::nullopt);
  SEAFUSION_ASSIGN_OR_RETURN(align::Rig rig, align::ReadRig(options.rig));
  const align::RigCamera& camera = rig.visible;
  if (camera.rotation != 0 || camera.flip_horizontal || camera.flip_vertical ||
      camera.crop_width != 0) {
    return Unsupported(options.rig +
                       ": its visible camera is cropped, flipped or turned; do that with videocrop "
                       "and videoflip before this element, and find the rig of what they give");
  }
  StatusOr<align::Warper> warper = align::Warper::Create(rig, align::Canvas::kVisible);
  if (!warper.ok()) return warper.status().Annotate(options.rig);
  FrameFusion fusion(options, std::move(fuser), std::move(rig));
  fusion.warper_ = *std::move(warper);
  return fusion;
}

Status FrameFusion::CheckSizes(const GstVideoInfo* infrared, const GstVideoInfo& visible) const {
  if (rig_) {
    SEAFUSION_RETURN_IF_ERROR(CheckCamera("visible", visible, rig_->visible));
    return infrared == nullptr ? OkStatus() : CheckCamera("infrared", *infrared, rig_->infrared);
  }
  if (infrared == nullptr || SizeText(*infrared) == SizeText(visible)) return OkStatus();
  return InvalidArgument("infrared is " + SizeText(*infrared) + ", visible " + SizeText(visible) +
                         ": scale one of them (videoscale), or name a rig (seafusion align)");
}

std::optional<align::RigCamera> FrameFusion::infrared_camera() const {
  if (!rig_) return std::nullopt;
  return rig_->infrared;
}
std::optional<align::RigCamera> FrameFusion::visible_camera() const {
  if (!rig_) return std::nullopt;
  return rig_->visible;
}

void FrameFusion::SetRange(const InfraredRange& range) {
  range_ = range;
  steady_ = SteadyRange(RangeOf(range_, steady_luma_), kRangeSmoothing);
}

StatusOr<const Fuser*> FrameFusion::FuserFor(int bits) {
  const Precision asked = options_.engine.precision;
  const Precision precision = PrecisionFor(asked, bits, {});
  exactly_ = precision != asked;
  if (!exactly_) return &fuser_;
  if (!exact_) {
    FuserOptions engine = options_.engine;
    engine.precision = precision;
    SEAFUSION_ASSIGN_OR_RETURN(Fuser made, LoadFuser(options_.model, engine));
    exact_ = std::move(made);
  }
  return &*exact_;
}

std::string FrameFusion::engine_name() const {
  return exactly_ && exact_ ? exact_->engine_name() : fuser_.engine_name();
}

StatusOr<ImageView> FrameFusion::Warped(const ImageView& infrared) {
  ImageView source = infrared;
  if (infrared.format == PixelFormat::kYuyv8) {
    SEAFUSION_RETURN_IF_ERROR(
        MakeRoom(luma_, infrared.width, infrared.height, PixelFormat::kGray8));
    SEAFUSION_RETURN_IF_ERROR(ShowVisible(infrared, luma_.view(), {}));
    source = std::as_const(luma_).view();
  }
  SEAFUSION_RETURN_IF_ERROR(MakeRoom(warped_, warper_->width(), warper_->height(), source.format));
  SEAFUSION_RETURN_IF_ERROR(
      align::PutOnCanvas(*warper_, align::Source::kInfrared, source, warped_.view()));
  return std::as_const(warped_).view();
}

Status FrameFusion::Fuse(const GstVideoFrame& infrared, const GstVideoFrame& visible, double time,
                         GstVideoFrame& out) {
  if (const LumaRange luma = LumaRangeOf(infrared.info); luma != steady_luma_) {
    steady_luma_ = luma;
    SetRange(range_);
  }
  const ImageView raw = ViewOf(infrared);
  FuseSettings settings = LumaSettings(visible, out);
  SEAFUSION_ASSIGN_OR_RETURN(settings.infrared_range, steady_.Next(raw, time));
  ImageView placed = raw;
  if (warper_) {
    SEAFUSION_ASSIGN_OR_RETURN(placed, Warped(raw));
  }
  const MutableImageView fused = MutableViewOf(out);
  SEAFUSION_ASSIGN_OR_RETURN(const Fuser* fuser, FuserFor(8 * BytesPerSample(fused.format)));
  output_.Prepare(settings, time);
  SEAFUSION_RETURN_IF_ERROR(fuser->Fuse(placed, ViewOf(visible), fused, settings));
  output_.Followed();
  if (warper_) {
    SEAFUSION_RETURN_IF_ERROR(align::ShowWhatOneSees(*warper_, placed, ViewOf(visible),
                                                     Resolved(settings, output_.asked()),
                                                     MutableViewOf(out)));
  }
  if (SameFormat(visible, out)) CopyChroma(visible, out);
  return OkStatus();
}

Status FrameFusion::Show(const GstVideoFrame& visible, GstVideoFrame& out) {
  SEAFUSION_RETURN_IF_ERROR(
      ShowVisible(ViewOf(visible), MutableViewOf(out), LumaSettings(visible, out)));
  if (SameFormat(visible, out)) CopyChroma(visible, out);
  return OkStatus();
}

}  // namespace seafusion::gst
