// include/seafusion/align.h: nothing but a translation to what is around here.
#include <seafusion/align.h>

#include <memory>
#include <string>
#include <utility>

#include "align/registration.h"
#include "align/rig/rig.h"
#include "align/rig/rig_file.h"
#include "align/warp/warper.h"
#include "core/status_macros.h"

namespace seafusion {

struct Rig::State {
  align::Rig rig;
  align::RigMap map;
};

struct Warper::State {
  align::Warper warper;
};

namespace {

StatusOr<Rig> Checked(align::Rig rig) {
  SEAFUSION_ASSIGN_OR_RETURN(align::RigMap map, align::RigMap::Create(rig));
  return Rig(std::make_shared<const Rig::State>(Rig::State{std::move(rig), std::move(map)}));
}

align::Source SourceOf(Camera camera) {
  return camera == Camera::kInfrared ? align::Source::kInfrared : align::Source::kVisible;
}

align::TransformModel ModelOf(RigModel model) {
  switch (model) {
    case RigModel::kSimilarity:
      return align::TransformModel::kSimilarity;
    case RigModel::kHomography:
      return align::TransformModel::kHomography;
    case RigModel::kHomographyLens:
      break;
  }
  return align::TransformModel::kHomographyLens;
}

align::Canvas CanvasOf(RigCanvas canvas) {
  switch (canvas) {
    case RigCanvas::kVisible:
      return align::Canvas::kVisible;
    case RigCanvas::kInfrared:
      return align::Canvas::kInfrared;
    case RigCanvas::kOverlap:
      break;
  }
  return align::Canvas::kOverlap;
}

EstimateVerdict VerdictOf(align::Verdict verdict) {
  switch (verdict) {
    case align::Verdict::kOk:
      return EstimateVerdict::kOk;
    case align::Verdict::kUnsure:
      return EstimateVerdict::kUnsure;
    case align::Verdict::kRefuse:
      break;
  }
  return EstimateVerdict::kRefused;
}

}  // namespace

Rig::Rig(std::shared_ptr<const State> state) : state_(std::move(state)) {}

StatusOr<Rig> Rig::Read(const std::string& path) {
  SEAFUSION_ASSIGN_OR_RETURN(align::Rig rig, align::ReadRig(path));
  return Checked(std::move(rig));
}

StatusOr<Rig> Rig::Parse(std::string_view text) {
  SEAFUSION_ASSIGN_OR_RETURN(align::Rig rig, align::ParseRig(text));
  return Checked(std::move(rig));
}

StatusOr<Rig> Rig::FromHomography(int infrared_width, int infrared_height, int visible_width,
                                  int visible_height,
                                  const std::array<double, 9>& visible_to_infrared) {
  align::Rig rig;
  rig.infrared.width = infrared_width;
  rig.infrared.height = infrared_height;
  rig.visible.width = visible_width;
  rig.visible.height = visible_height;
  rig.map.map.m = visible_to_infrared;
  rig.origin.method = align::RigMethod::kCalibration;
  return Checked(std::move(rig));
}

std::string Rig::Text() const {
  return align::RigText(state_->rig);
}

Status Rig::Write(const std::string& path, bool overwrite) const {
  return align::WriteRig(path, state_->rig, overwrite ? IfExists::kReplace : IfExists::kFail);
}

int Rig::width(Camera camera) const {
  return camera == Camera::kInfrared ? state_->rig.infrared.width : state_->rig.visible.width;
}

int Rig::height(Camera camera) const {
  return camera == Camera::kInfrared ? state_->rig.infrared.height : state_->rig.visible.height;
}

PixelPoint Rig::Across(Camera from, PixelPoint pixel) const {
  const align::Homography upright_infrared = state_->rig.infrared.ToUpright();
  const align::Homography upright_visible = state_->rig.visible.ToUpright();
  const align::Point p{pixel.x, pixel.y};
  align::Point r;
  if (from == Camera::kVisible) {
    r = upright_infrared.Inverse()
            .value_or(align::Homography{})
            .Apply(state_->map.InfraredFromVisible(upright_visible.Apply(p)));
  } else {
    r = upright_visible.Inverse()
            .value_or(align::Homography{})
            .Apply(state_->map.VisibleFromInfrared(upright_infrared.Apply(p)));
  }
  return {r.x, r.y};
}

StatusOr<Rig> Rig::AtDistance(double metres) const {
  align::Rig rig = state_->rig;
  rig.distance = metres;
  return Checked(std::move(rig));
}

StatusOr<RigEstimate> Estimate(std::span<const CameraPair> pairs, const EstimateOptions& options) {
  align::RegistrationOptions registration{.threads = options.threads,
                                          .seed = options.seed,
                                          .model = ModelOf(options.model),
                                          .field_ratio = {}};
  if (options.least_field_ratio != 0 || options.most_field_ratio != 0) {
    registration.field_ratio =
        align::FieldRatio{options.least_field_ratio, options.most_field_ratio};
  }
  SEAFUSION_ASSIGN_OR_RETURN(align::Registrar registrar, align::Registrar::Create(registration));
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    if (const Status s = registrar.Add(pairs[i].infrared, pairs[i].visible); !s.ok()) {
      return s.Annotate("pair " + std::to_string(i));
    }
  }
  SEAFUSION_ASSIGN_OR_RETURN(
      const align::Registration found,
      registrar.Estimate({.progress = {}, .message = {}, .stop = options.stop}));
  RigEstimate r;
  r.verdict = VerdictOf(found.verdict);
  r.confidence = found.confidence;
  r.expected_error_px = found.expected_error_px;
  r.registered = found.model == align::TransformModel::kIdentity;
  if (r.verdict != EstimateVerdict::kRefused) {
    SEAFUSION_ASSIGN_OR_RETURN(Rig rig, Checked(align::RigFromRegistration(found)));
    r.rig = std::move(rig);
  }
  return r;
}

Warper::Warper(std::unique_ptr<State> state) : state_(std::move(state)) {}
Warper::Warper(Warper&&) noexcept = default;
Warper& Warper::operator=(Warper&&) noexcept = default;
Warper::~Warper() = default;

StatusOr<Warper> Warper::Create(const Rig& rig, RigCanvas canvas) {
  SEAFUSION_ASSIGN_OR_RETURN(align::Warper warper,
                             align::Warper::Create(rig.state().rig, CanvasOf(canvas)));
  return Warper(std::make_unique<State>(State{std::move(warper)}));
}

int Warper::width() const {
  return state_->warper.width();
}

int Warper::height() const {
  return state_->warper.height();
}

Status Warper::Warp(Camera camera, const ImageView& picture, const MutableImageView& out) const {
  return state_->warper.Warp(SourceOf(camera), picture, out);
}

Status Warper::WarpLabels(Camera camera, const ImageView& labels, std::uint8_t outside,
                          const MutableImageView& out) const {
  return state_->warper.WarpLabels(SourceOf(camera), labels, outside, out);
}

bool Warper::Covers(Camera camera) const {
  return state_->warper.Covers(SourceOf(camera));
}

PixelPoint Warper::ToCanvas(Camera camera, PixelPoint pixel) const {
  const align::Point p = state_->warper.ToCanvas(SourceOf(camera), {pixel.x, pixel.y});
  return {p.x, p.y};
}

PixelPoint Warper::FromCanvas(Camera camera, PixelPoint canvas) const {
  const align::Point p = state_->warper.FromCanvas(SourceOf(camera), {canvas.x, canvas.y});
  return {p.x, p.y};
}

}  // namespace seafusion
