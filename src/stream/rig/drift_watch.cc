#include "stream/rig/drift_watch.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <utility>

#include "core/status_macros.h"

namespace seafusion::stream {
namespace {

// Moves that show, and that the meter tells from none: in shares of the infrared picture's width.
constexpr double kToldShare = 0.01;
constexpr double kMisfitShare = 0.03;
constexpr double kLeastTold = 2;  // infrared pixels

std::string MoveText(const align::DriftReport& r) {
  std::array<char, 200> text{};
  std::snprintf(text.data(), text.size(), "%.1f infrared pixels (%.1f %s, %.1f %s", r.moved_px,
                std::abs(r.shift_x), r.shift_x < 0 ? "left" : "right", std::abs(r.shift_y),
                r.shift_y < 0 ? "up" : "down");
  std::string move = text.data();
  if (std::abs(r.degrees) >= 0.1) {
    std::snprintf(text.data(), text.size(), ", turned by %.1f degrees", r.degrees);
    move += text.data();
  }
  return move + ")";
}

}  // namespace

DriftWatch::DriftWatch(const align::OpenedRig& rig, const DriftSettings& settings,
                       align::DriftMeter meter)
    : settings_(settings),
      rig_name_(rig.name),
      rig_(rig.warper),
      infrared_width_(rig.rig.infrared.upright_width()),
      meter_(std::move(meter)),
      placing_{.warper = rig.warper, .correction = {}} {}

StatusOr<std::unique_ptr<DriftWatch>> DriftWatch::Create(const align::OpenedRig& rig,
                                                         const DriftSettings& settings) {
  align::DriftOptions options;
  options.infrared_scale = rig.warper->infrared_scale();
  if (settings.follow_px > 0) options.most_px = settings.follow_px;
  SEAFUSION_ASSIGN_OR_RETURN(align::DriftMeter meter, align::DriftMeter::Create(options));
  return std::unique_ptr<DriftWatch>(new DriftWatch(rig, settings, std::move(meter)));
}

DriftWatch::Placing DriftWatch::placing() const {
  const std::lock_guard lock(mutex_);
  return placing_;
}

align::DriftReport DriftWatch::report() const {
  const std::lock_guard lock(mutex_);
  return report_;
}

void DriftWatch::Look(const FramePtr& infrared, const FramePtr& visible, double seconds,
                      const Placing& placed_by) {
  const auto look = [this, infrared, visible, seconds, placed_by] {
    LookNow(*infrared, *visible, seconds, placed_by).IgnoreError();
  };
  if (!settings_.beside) return look();
  const bool free =
      !look_.valid() || look_.wait_for(std::chrono::seconds(0)) == std::future_status::ready;
  if (free) look_ = std::async(std::launch::async, look);
}

Status DriftWatch::LookNow(const Frame& infrared, const Frame& visible, double seconds,
                           const Placing& placed_by) {
  SEAFUSION_ASSIGN_OR_RETURN(
      const bool looked,
      meter_.Add(infrared.image.view(), visible.image.view(), seconds, placed_by.correction));
  if (!looked) return OkStatus();
  Placing next = placed_by;
  const align::Homography& wanted = meter_.correction();
  if (settings_.follow_px > 0 && wanted.m != placed_by.correction.m) {
    SEAFUSION_ASSIGN_OR_RETURN(align::Warper corrected, rig_->Corrected(wanted));
    next = {std::make_shared<const align::Warper>(std::move(corrected)), wanted};
  }
  const std::lock_guard lock(mutex_);
  placing_ = std::move(next);
  report_ = meter_.report();
  return OkStatus();
}

double DriftWatch::ToldFrom() const {
  return std::max(kLeastTold, kToldShare * infrared_width_);
}

std::optional<std::string> DriftWatch::TakeMessage() {
  const std::lock_guard lock(mutex_);
  if (!report_.known) return std::nullopt;
  if (!misfit_told_ && report_.start_px > kMisfitShare * infrared_width_) {
    misfit_told_ = true;
    std::array<char, 160> text{};
    std::snprintf(text.data(), text.size(),
                  " does not fit these streams: they lie %.0f infrared pixels off each other; see "
                  "seafusion align",
                  report_.start_px);
    return rig_name_ + text.data();
  }
  if (report_.moved_px < std::max(ToldFrom(), 2 * last_told_px_)) return std::nullopt;
  last_told_px_ = report_.moved_px;
  std::string text = "the cameras have moved against each other by about " + MoveText(report_);
  if (settings_.follow_px == 0) return text + "; find the rig again (seafusion align)";
  std::array<char, 80> limit{};
  std::snprintf(limit.data(), limit.size(), "; followed up to %.3g pixels", settings_.follow_px);
  return text + limit.data();
}

std::string DriftWatch::Summary() const {
  const std::lock_guard lock(mutex_);
  if (!report_.known || report_.moved_px < ToldFrom()) return {};
  return "the cameras moved by " + MoveText(report_);
}

}  // namespace seafusion::stream
