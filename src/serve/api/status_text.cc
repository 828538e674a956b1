#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "align/rig/rig_file.h"
#include "core/status_macros.h"
#include "fuse/range/infrared_range.h"
#include "fuse/range/scene_samples.h"
#include "methods/registry.h"
#include "serve/api/api.h"
#include "serve/live/clock.h"
#include "serve/live/compared_method.h"

namespace seafusion::serve {
namespace {

using nlohmann::json;

// The hottest of the system's sensors that say they are the processor's, degrees Celsius.
std::optional<double> ProcessorTemperature() {
  std::optional<double> hottest;
  for (int zone = 0; zone < 16; ++zone) {
    const std::string folder = "/sys/class/thermal/thermal_zone" + std::to_string(zone);
    std::ifstream type_file(folder + "/type"), value_file(folder + "/temp");
    std::string type;
    double value = 0;
    if (!(type_file >> type) || !(value_file >> value)) continue;
    const bool processor = type.find("cpu") != std::string::npos ||
                           type.find("x86_pkg") != std::string::npos ||
                           type.find("soc") != std::string::npos;
    if (processor) hottest = std::max(hottest.value_or(-300), value / 1000);
  }
  for (int device = 0; device < 16; ++device) {
    const std::string folder = "/sys/class/hwmon/hwmon" + std::to_string(device);
    std::ifstream name_file(folder + "/name"), value_file(folder + "/temp1_input");
    std::string name;
    double value = 0;
    if (!(name_file >> name) || !(value_file >> value)) continue;
    if (name == "coretemp" || name == "k10temp" || name == "cpu_thermal") {
      hottest = std::max(hottest.value_or(-300), value / 1000);
    }
  }
  return hottest;
}

// Resident memory of this process in bytes; 0 where the system does not say.
std::uint64_t MemoryInUse() {
  std::ifstream file("/proc/self/statm");
  std::uint64_t all = 0, resident = 0;
  file >> all >> resident;
  return file ? resident * 4096 : 0;
}

// Every method there is, and why one cannot be chosen.
json ComparedMethods() {
  json list = json::array();
  for (const methods::RegisteredMethod& method : methods::BuiltInMethods().all()) {
    const Status fits = CheckComparable(method.info.name);
    if (fits.code() == StatusCode::kInvalidArgument) continue;
    list.push_back({{"name", method.info.name},
                    {"title", method.info.title},
                    {"refusal", fits.ok() ? "" : std::string(fits.message())}});
  }
  return list;
}

// Addresses without the name and password that they may hold: whoever sees the page need not know.
std::string WithoutPasswords(std::string text) {
  for (std::size_t at = 0; (at = text.find("://", at)) != std::string::npos;) {
    at += 3;
    const std::size_t end = std::min(text.find_first_of("/ \"'", at), text.size());
    const std::size_t sign = text.rfind('@', end);
    if (sign != std::string::npos && sign > at && sign < end) text.erase(at, sign + 1 - at);
  }
  return text;
}

json SourceJson(const SourceState& source) {
  return {{"name", WithoutPasswords(source.name)},
          {"connected", source.connected},
          {"problem", WithoutPasswords(source.problem)},
          {"width", source.width},
          {"height", source.height},
          {"per-second", source.per_second},
          {"frames", source.frames},
          {"damaged", source.damaged},
          {"dropped", source.dropped},
          {"reconnects", source.reconnects},
          {"shutter-frames", source.shutter.flat}};
}

double Seconds(std::int64_t microseconds) {
  return static_cast<double>(microseconds) / stream::kMicroseconds;
}

std::string Line(const char* name, const std::string& labels, double value) {
  std::array<char, 40> number{};
  std::snprintf(number.data(), number.size(), "%.10g", value);
  return std::string("seafusion_") + name + labels + " " + number.data() + "\n";
}

class Metrics {
 public:
  void Add(const char* name, const char* type, const char* help, double value) {
    Head(name, type, help);
    text_ += Line(name, "", value);
  }
  void Add(const char* name, const char* type, const char* help, double infrared, double visible) {
    Head(name, type, help);
    text_ += Line(name, "{source=\"infrared\"}", infrared);
    text_ += Line(name, "{source=\"visible\"}", visible);
  }
  std::string Take() { return std::move(text_); }

 private:
  void Head(const char* name, const char* type, const char* help) {
    text_ += std::string("# HELP seafusion_") + name + " " + help + "\n# TYPE seafusion_" + name +
             " " + type + "\n";
  }
  std::string text_;
};

}  // namespace

std::string StatusText(const Parts& parts) {
  const SessionState session = parts.session->state();
  const RecorderState recorder = parts.recordings->state();
  const ServerCounts server = parts.server_counts();
  const MomentPtr moment = parts.session->newest();
  const std::optional<double> temperature = ProcessorTemperature();
  json status = {{"now", SystemMicroseconds()},
                 {"live", session.live},
                 {"infrared", SourceJson(session.infrared)},
                 {"visible", SourceJson(session.visible)},
                 {"engine", session.engine},
                 {"problem", WithoutPasswords(session.problem)},
                 {"fused",
                  {{"per-second", session.per_second},
                   {"frames", session.fused},
                   {"alone", session.alone},
                   {"failed", session.failed},
                   {"milliseconds", session.fuse_ms},
                   {"latency-median", session.latency_median_ms},
                   {"latency-95", session.latency_95_ms},
                   {"number", moment == nullptr ? 0 : moment->number},
                   {"width", moment == nullptr ? 0 : moment->fused.width()},
                   {"height", moment == nullptr ? 0 : moment->fused.height()}}},
                 {"timeline",
                  {{"there", session.timeline.there},
                   {"position", Seconds(session.timeline.position)},
                   {"length", Seconds(session.timeline.length)},
                   {"frame", Seconds(session.timeline.frame)},
                   {"paused", session.timeline.paused},
                   {"loop", session.timeline.loop},
                   {"speed", session.timeline.speed}}},
                 {"recorder",
                  {{"possible", recorder.possible},
                   {"recording", recorder.recording},
                   {"id", recorder.id},
                   {"problem", recorder.problem},
                   {"seconds", recorder.seconds},
                   {"frames", recorder.frames},
                   {"missed", recorder.missed},
                   {"bytes", recorder.bytes},
                   {"quota", recorder.quota},
                   {"free", recorder.free}}},
                 {"server",
                  {{"clients", server.clients},
                   {"streams", server.streams},
                   {"skipped", server.skipped + parts.broadcast->skipped()},
                   {"encode-milliseconds", parts.broadcast->encode_ms()}}},
                 {"memory", MemoryInUse()},
                 {"start-model", parts.session->has_start_model()},
                 {"methods", ComparedMethods()},
                 {"temperature", temperature ? json(*temperature) : json()}};
  return status.dump(-1, ' ', true, json::error_handler_t::replace) + "\n";
}

std::string MetricsText(const Parts& parts) {
  const SessionState session = parts.session->state();
  const RecorderState recorder = parts.recordings->state();
  const ServerCounts server = parts.server_counts();
  const auto n = [](std::uint64_t count) { return static_cast<double>(count); };
  Metrics m;
  m.Add("source_up", "gauge", "Whether a source delivers frames.", session.infrared.connected,
        session.visible.connected);
  m.Add("source_frames_total", "counter", "Frames read.", n(session.infrared.frames),
        n(session.visible.frames));
  m.Add("source_frames_damaged_total", "counter", "Frames that could not be decoded.",
        n(session.infrared.damaged), n(session.visible.damaged));
  m.Add("source_reconnects_total", "counter", "Times a source was lost.",
        n(session.infrared.reconnects), n(session.visible.reconnects));
  m.Add("source_frames_per_second", "gauge", "Over the last two seconds.",
        session.infrared.per_second, session.visible.per_second);
  m.Add("fused_frames_total", "counter", "Frames fused.", n(session.fused));
  m.Add("passed_frames_total", "counter", "Visible frames shown without infrared.",
        n(session.alone));
  m.Add("failed_frames_total", "counter", "Frames that could not be fused.", n(session.failed));
  m.Add("fused_frames_per_second", "gauge", "Over the last two seconds.", session.per_second);
  m.Add("fuse_seconds", "gauge", "Time to fuse a frame, smoothed.", session.fuse_ms / 1000);
  m.Add("latency_median_seconds", "gauge", "From a frame's coming until it was fused.",
        session.latency_median_ms / 1000);
  m.Add("latency_95_seconds", "gauge", "The same, that 95 of 100 stay below.",
        session.latency_95_ms / 1000);
  m.Add("clients", "gauge", "Connections.", server.clients);
  m.Add("streams", "gauge", "Connections that get pictures.", server.streams);
  m.Add("requests_total", "counter", "Requests.", n(server.requests));
  m.Add("requests_refused_total", "counter", "Requests refused for their number.",
        n(server.refused_rate));
  m.Add("clients_refused_total", "counter", "Connections refused for their number.",
        n(server.refused_clients));
  m.Add("clients_not_taken_total", "counter", "Times that a connection could not be taken.",
        n(server.failed_accepts));
  m.Add("requests_broken_total", "counter", "Requests that were none.", n(server.broken));
  m.Add("clients_too_slow_total", "counter", "Connections ended for their slowness.",
        n(server.timeouts));
  m.Add("pictures_sent_total", "counter", "Moments sent to clients.", n(server.pictures));
  m.Add("pictures_skipped_total", "counter", "Moments that newer ones replaced.",
        n(server.skipped + parts.broadcast->skipped()));
  m.Add("sent_bytes_total", "counter", "Bytes sent.", n(server.bytes));
  m.Add("recording", "gauge", "Whether a recording runs.", recorder.recording ? 1 : 0);
  m.Add("recorded_bytes", "gauge", "Bytes of all recordings.", n(recorder.bytes));
  m.Add("memory_bytes", "gauge", "Resident memory.", n(MemoryInUse()));
  if (const auto temperature = ProcessorTemperature()) {
    m.Add("processor_celsius", "gauge", "Of the hottest sensor.", *temperature);
  }
  return m.Take();
}

StatusOr<std::string> HistogramText(const Session& session) {
  const MomentPtr moment = session.newest();
  // No error: the page asks as soon as it is open, and browsers write down what is refused.
  if (moment == nullptr || moment->infrared == nullptr) return std::string("null\n");
  const ImageView picture = moment->infrared->image.view();
  std::vector<float> row;
  float lo = 0, hi = 255;
  const bool whole = BytesPerSample(picture.format) == 1;
  const auto for_samples = [&](const auto& use) {
    // Every second row and column say as much.
    for (int y = 0; y < picture.height; y += 2) {
      ReadInfraredRow(picture, y, row);
      for (std::size_t x = 0; x < row.size(); x += 2) {
        if (std::isfinite(row[x])) use(row[x]);
      }
    }
  };
  if (!whole) {
    lo = INFINITY;
    hi = -INFINITY;
    for_samples([&](float v) {
      lo = std::min(lo, v);
      hi = std::max(hi, v);
    });
    if (!(hi > lo)) hi = lo + 1;
  }
  std::array<std::uint32_t, 256> counts{};
  // As doubles, in which neither the difference of two floats nor its inverse is infinite.
  const double span = double{hi} - lo;
  const double scale = span > 0 ? 255 / span : 0;
  for_samples([&](float v) {
    ++counts[static_cast<std::size_t>(std::clamp((double{v} - lo) * scale, 0.0, 255.0))];
  });
  SEAFUSION_ASSIGN_OR_RETURN(const LinearMap map, FindInfraredMap(picture, moment->range));
  const double end = map.scale == 0 ? map.lo : map.lo + 1.0 / map.scale;
  return json{{"low", lo},       {"high", hi},   {"counts", counts},
              {"black", map.lo}, {"white", end}, {"bits", 8 * BytesPerSample(picture.format)}}
             .dump() +
         "\n";
}

StatusOr<std::string> AlignmentText(const Session& session) {
  json text;
  SEAFUSION_RETURN_IF_ERROR(session.ReadAlignment([&](const Alignment& alignment) -> Status {
    SEAFUSION_ASSIGN_OR_RETURN(const align::Rig rig, alignment.rig());
    text = {{"given", alignment.given()},
            {"undoes", alignment.undoes()},
            {"canvas", align::CanvasName(alignment.canvas())},
            {"rig", json::parse(align::RigText(rig))}};
    return OkStatus();
  }));
  return text.dump() + "\n";
}

}  // namespace seafusion::serve
