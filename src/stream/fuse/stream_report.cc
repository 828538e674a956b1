#include "stream/fuse/stream_report.h"

#include <array>
#include <cstdint>
#include <cstdio>

#include <nlohmann/json.hpp>

#include "align/watch/shift_watch.h"
#include "core/text/json_file_text.h"

namespace seafusion::stream {
namespace {

using Json = nlohmann::ordered_json;

bool IsFailure(const Status& status) {
  return !status.ok() && status.code() != StatusCode::kCancelled;
}

std::string Frames(std::uint64_t count) {
  return std::to_string(count) + (count == 1 ? " frame" : " frames");
}

Json ToJson(const std::string& source, const StreamCounts& counts) {
  Json json = {{"source", source},
               {"read", counts.read},
               {"damaged", counts.damaged},
               {"dropped", counts.dropped},
               {"repeated", counts.repeated}};
  const ShutterCounts& shutter = counts.shutter;
  if (shutter.flat != 0 || shutter.stood_still != 0) {
    json["shutter"] = {
        {"flat", shutter.flat}, {"held", shutter.held}, {"stood_still", shutter.stood_still}};
  }
  if (counts.connection.lost != 0) {
    json["connection"] = {{"lost", counts.connection.lost},
                          {"reopened", counts.connection.reopened}};
  }
  if (IsFailure(counts.failure)) json["error"] = counts.failure.message();
  return json;
}

double FramesPerSecond(const StreamReport& report) {
  return report.seconds > 0 ? static_cast<double>(report.result.frames) / report.seconds : 0;
}

}  // namespace

std::vector<std::string> Problems(const StreamReport& report) {
  const FuseStreamsResult& r = report.result;
  std::vector<std::string> problems;
  if (!report.start.ok()) return {report.start.message()};
  const auto add = [&](const Status& status, const std::string& after) {
    if (IsFailure(status)) problems.push_back(status.message() + after);
  };
  const std::string written = "; " + Frames(r.frames) + " written";
  add(r.infrared.failure, written);
  add(r.visible.failure, written);
  add(r.fusing, written);
  // An encoder and a container hold some back.
  add(r.output, "; at most " + Frames(r.frames) + " written");
  // A network loses packets every now and then; a file does not.
  if (!report.live) {
    for (const auto& [name, counts] :
         {std::pair(&report.infrared, &r.infrared), std::pair(&report.visible, &r.visible)}) {
      if (counts->damaged != 0) {
        problems.push_back(*name + ": " + Frames(counts->damaged) + " damaged and left out");
      }
    }
  }
  if (r.interrupted && !report.live) problems.push_back("interrupted" + written);
  if (problems.empty() && r.frames == 0 && !r.interrupted) {
    problems.push_back(report.infrared + " and " + report.visible + ": no frames");
  }
  return problems;
}

std::string JsonText(const StreamReport& report) {
  const FuseStreamsResult& r = report.result;
  Json json;
  const std::vector<std::string> problems = Problems(report);
  if (!problems.empty()) json["error"] = problems[0];
  json["engine"] = report.engine;
  json["output"] = report.output;
  json["frames"] = r.frames;
  json["passed"] = r.passed;
  if (r.infrared_only != 0) json["infrared_only"] = r.infrared_only;
  json["infrared"] = ToJson(report.infrared, r.infrared);
  json["visible"] = ToJson(report.visible, r.visible);
  json["live"] = report.live;
  json["interrupted"] = r.interrupted;
  json["seconds"] = report.seconds;
  json["pixels"] = r.pixels;
  json["frames_per_second"] = FramesPerSecond(report);
  // What it could be if reading and writing took no time.
  const auto fused = static_cast<double>(r.frames - r.passed - r.infrared_only);
  json["engine_frames_per_second"] = r.fusing_seconds > 0 ? fused / r.fusing_seconds : 0;
  if (report.shift) json["shift"] = Json::parse(align::ShiftJson(*report.shift));
  if (report.drift && report.drift->known) {
    const align::DriftReport& drift = *report.drift;
    json["drift"] = {{"moved_px", drift.moved_px}, {"shift_px", {drift.shift_x, drift.shift_y}},
                     {"scale", drift.scale},       {"degrees", drift.degrees},
                     {"start_px", drift.start_px}, {"looked_at", drift.looked_at}};
  }
  if (r.latency.count() != 0) {
    json["latency_ms"] = {{"median", r.latency.Quantile(0.5)},
                          {"of_95_percent", r.latency.Quantile(0.95)},
                          {"most", r.latency.most()}};
  }
  // File names need not be UTF-8.
  return JsonFileText(json);
}

std::string SummaryText(const StreamReport& report) {
  const FuseStreamsResult& r = report.result;
  std::array<char, 64> speed{};
  std::snprintf(speed.data(), speed.size(), " in %.2f s (%.3g frames/s)", report.seconds,
                FramesPerSecond(report));
  std::string text = "fused " + Frames(r.frames) + speed.data();
  if (r.passed != 0) text += ", " + std::to_string(r.passed) + " of them visible only";
  if (r.infrared_only != 0) {
    text += ", " + std::to_string(r.infrared_only) + " of them infrared only";
  }
  const auto add = [&](const char* name, const StreamCounts& counts) {
    if (counts.connection.lost != 0) {
      text += std::string(", ") + name + " lost " + std::to_string(counts.connection.lost) +
              (counts.connection.lost == 1 ? " time" : " times") + ", back " +
              std::to_string(counts.connection.reopened);
    }
    if (counts.dropped != 0) {
      text += ", " + std::to_string(counts.dropped) + " " + name + " dropped";
    }
    if (counts.damaged != 0) {
      text += ", " + std::to_string(counts.damaged) + " " + name + " damaged";
    }
  };
  add("infrared", r.infrared);
  add("visible", r.visible);
  if (r.latency.count() != 0) {
    std::array<char, 96> latency{};
    std::snprintf(latency.data(), latency.size(),
                  ", latency %.3g ms (95 %% within %.3g, most %.3g)", r.latency.Quantile(0.5),
                  r.latency.Quantile(0.95), r.latency.most());
    text += latency.data();
  }
  const ShutterCounts& shutter = r.infrared.shutter;
  if (shutter.flat != 0) {
    text += "; the infrared camera's shutter spoiled " + Frames(shutter.flat) +
            (shutter.held != 0 ? ", bridged by the last good one" : "; --ir-hold bridges them");
  }
  if (!report.drift_text.empty()) text += "; " + report.drift_text;
  if (shutter.stood_still != 0) {
    text += "; the infrared picture stood still " + std::to_string(shutter.stood_still) +
            (shutter.stood_still == 1 ? " time" : " times");
  }
  return text;
}

}  // namespace seafusion::stream
