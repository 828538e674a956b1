#include "batch/fuse/fuse_report.h"

#include <array>
#include <cstdio>

#include <nlohmann/json.hpp>

#include "align/watch/shift_watch.h"
#include "core/text/json_file_text.h"

namespace seafusion::batch {
namespace {

using Json = nlohmann::ordered_json;

Json ToJson(const FuseJob& job) {
  return {{"infrared", job.infrared}, {"visible", job.visible}, {"output", job.output}};
}

Json ToJson(const std::vector<FuseJob>& jobs) {
  Json list = Json::array();
  for (const FuseJob& job : jobs) list.push_back(ToJson(job));
  return list;
}

double PixelsPerSecond(const FuseReport& report) {
  return report.seconds > 0 ? static_cast<double>(report.pixels) / report.seconds : 0;
}

std::string Count(std::size_t count, const char* one) {
  return std::to_string(count) + " " + one + (count == 1 ? "" : "s");
}

}  // namespace

std::string JsonText(const FuseReport& report) {
  Json json;
  if (!report.status.ok()) json["error"] = report.status.message();
  json["method"] = report.method;
  json["engine"] = report.engine;
  json["done"] = ToJson(report.done);
  json["failed"] = Json::array();
  for (const FuseFailure& failure : report.failed) {
    Json entry = ToJson(failure.job);
    entry["reason"] = failure.reason;
    json["failed"].push_back(std::move(entry));
  }
  json["skipped"] = ToJson(report.skipped);
  json["unpaired"] = report.unpaired;
  json["not_begun"] = ToJson(report.not_begun);
  if (report.shard.count > 1) {
    json["shard"] = {{"index", report.shard.index},
                     {"count", report.shard.count},
                     {"pairs_of_others", report.elsewhere}};
  }
  json["interrupted"] = report.interrupted;
  if (report.shift) json["shift"] = Json::parse(align::ShiftJson(*report.shift));
  json["seconds"] = report.seconds;
  json["pixels"] = report.pixels;
  json["pixels_per_second"] = PixelsPerSecond(report);
  // File names need not be UTF-8.
  return JsonFileText(json);
}

std::string SummaryText(const FuseReport& report) {
  std::array<char, 64> speed{};
  std::snprintf(speed.data(), speed.size(), " in %.2f s (%.3g megapixels/s)", report.seconds,
                PixelsPerSecond(report) / 1e6);
  std::string text = "fused " + Count(report.done.size(), "pair");
  if (!report.done.empty()) text += speed.data();
  if (report.shard.count > 1) {
    text += ", " + std::to_string(report.elsewhere) + " of other shards";
  }
  if (!report.failed.empty()) text += ", " + std::to_string(report.failed.size()) + " failed";
  if (!report.skipped.empty()) text += ", " + std::to_string(report.skipped.size()) + " left out";
  if (!report.unpaired.empty())
    text += ", " + Count(report.unpaired.size(), "picture") + " unpaired";
  if (!report.not_begun.empty())
    text += ", " + std::to_string(report.not_begun.size()) + " not begun";
  return text;
}

}  // namespace seafusion::batch
