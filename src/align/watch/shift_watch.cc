#include "align/watch/shift_watch.h"

#include <chrono>

#include <nlohmann/json.hpp>

namespace seafusion::align {

ShiftWatch::~ShiftWatch() {
  stop_ = true;
}

void ShiftWatch::Add(const ImageView& infrared, const ImageView& visible) {
  const std::lock_guard lock(mutex_);
  if (begun_) return;
  check_.Add(infrared, visible).IgnoreError();
  if (check_.full()) Begin();
}

bool ShiftWatch::full() const {
  const std::lock_guard lock(mutex_);
  return begun_;
}

void ShiftWatch::Begin() {
  begun_ = true;
  report_ = std::async(std::launch::async | std::launch::deferred,
                       [this] { return check_.Check({.stop = &stop_}); });
}

std::optional<ShiftReport> ShiftWatch::Take() {
  const std::lock_guard lock(mutex_);
  if (!report_.valid()) return std::nullopt;
  if (report_.wait_for(std::chrono::seconds(0)) == std::future_status::timeout) return std::nullopt;
  StatusOr<ShiftReport> report = report_.get();
  if (!report.ok()) return std::nullopt;
  return *std::move(report);
}

std::optional<ShiftReport> ShiftWatch::Finish() {
  const std::lock_guard lock(mutex_);
  if (!begun_ && check_.pairs() > 0) Begin();
  if (!report_.valid()) return std::nullopt;
  StatusOr<ShiftReport> report = report_.get();
  if (!report.ok()) return std::nullopt;
  return *std::move(report);
}

std::string ShiftJson(const ShiftReport& report) {
  const char* verdict = report.verdict == ShiftVerdict::kShifted      ? "shifted"
                        : report.verdict == ShiftVerdict::kRegistered ? "registered"
                                                                      : "unknown";
  return nlohmann::ordered_json{{"verdict", verdict},
                                {"pairs", report.pairs},
                                {"agreeing", report.agreeing},
                                {"move_px", report.move_px}}
      .dump();
}

}  // namespace seafusion::align
