#include "compare/folder/run_state.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cmath>
#include <cstring>
#include <limits>
#include <optional>
#include <string_view>
#include <utility>

#include <nlohmann/json.hpp>

#include "core/file.h"
#include "core/status_macros.h"

namespace seafusion::compare {
namespace {

using Json = nlohmann::ordered_json;
using metrics::MetricValue;

constexpr std::uint64_t kMaxStateBytes = std::uint64_t{256} << 20;
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

// JSON has no NaN and no infinity.
Json FromNumber(double v) {
  if (std::isnan(v)) return "NaN";
  if (std::isinf(v)) return v > 0 ? "Inf" : "-Inf";
  return v;
}
double ToNumber(const Json& json) {
  if (json == "NaN") return kNaN;
  if (json == "Inf") return std::numeric_limits<double>::infinity();
  if (json == "-Inf") return -std::numeric_limits<double>::infinity();
  return json.get<double>();
}

// Names of files need not be UTF-8; JSON must be. Byte NN above 127, and %, becomes %NN.
std::string ToText(const std::string& name) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string text;
  for (const char c : name) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80 && c != '%') {
      text += c;
    } else {
      text += '%';
      text += kHex[byte >> 4];
      text += kHex[byte & 15];
    }
  }
  return text;
}

Json ToJson(const RunStamp& stamp) {
  Json json = Json::object();
  for (const auto& [name, value] : stamp) json[name] = ToText(value);
  return {{"compare", 1}, {"stamp", std::move(json)}};
}

Json ToJson(const std::string& pair, const FusedRecord& record) {
  Json values = Json::array();
  for (const MetricValue& v : record.values) {
    values.push_back({metrics::DescribeMetric(v.metric).name, metrics::ConventionName(v.convention),
                      FromNumber(v.value)});
  }
  return {{"pair", pair},
          {"infrared", record.infrared},
          {"visible", record.visible},
          {"fused", record.fused},
          {"width", record.width},
          {"height", record.height},
          {"seconds", record.seconds},
          {"first_call", record.first_call},
          {"values", std::move(values)}};
}

// Throws nlohmann::json::exception for what is no record.
FusedRecord RecordOf(const Json& json) {
  FusedRecord record;
  json.at("infrared").get_to(record.infrared);
  json.at("visible").get_to(record.visible);
  json.at("fused").get_to(record.fused);
  json.at("width").get_to(record.width);
  json.at("height").get_to(record.height);
  json.at("seconds").get_to(record.seconds);
  json.at("first_call").get_to(record.first_call);
  for (const Json& value : json.at("values")) {
    const metrics::MetricInfo* info = metrics::FindMetric(value.at(0).get<std::string>());
    if (info == nullptr) continue;  // of another version: the stamp differs then
    const bool paper = value.at(1) == metrics::ConventionName(metrics::Convention::kPaper);
    record.values.push_back({info->metric,
                             paper ? metrics::Convention::kPaper : metrics::Convention::kF255,
                             ToNumber(value.at(2)), kNaN, kNaN});
  }
  return record;
}

}  // namespace

RunState::RunState(RunState&& other) noexcept {
  *this = std::move(other);
}

RunState& RunState::operator=(RunState&& other) noexcept {
  std::swap(path_, other.path_);
  std::swap(file_, other.file_);
  std::swap(changed_, other.changed_);
  std::swap(matches_, other.matches_);
  std::swap(records_, other.records_);
  return *this;
}

RunState::~RunState() {
  if (file_ >= 0) ::close(file_);
}

StatusOr<RunState> RunState::Open(const std::string& path, const RunStamp& stamp, bool anew) {
  RunState state;
  state.path_ = path;
  auto bytes = ReadFile(path, kMaxStateBytes);
  if (!bytes.ok() && bytes.status().code() != StatusCode::kNotFound) return bytes.status();
  if (bytes.ok() && !anew) state.Load(std::string(bytes->begin(), bytes->end()), stamp);
  const int keep = state.matches_ ? 0 : O_TRUNC;
  state.file_ = ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | keep, 0666);
  if (state.file_ < 0) return IoError(path + ": cannot be written: " + std::strerror(errno));
  if (!state.matches_) {
    SEAFUSION_RETURN_IF_ERROR(state.Append(ToJson(stamp).dump()));
  } else if (!bytes->empty() && bytes->back() != '\n') {
    SEAFUSION_RETURN_IF_ERROR(state.Append(""));  // ends the line that was cut short
  }
  return state;
}

void RunState::Load(const std::string& text, const RunStamp& stamp) {
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const Json json = Json::parse(text.substr(at, end - at), nullptr, false);
    if (at == 0) {
      const Json ours = ToJson(stamp);
      matches_ = json == ours;
      if (!matches_ && json.is_object() && json.contains("stamp")) {
        for (const auto& [name, value] : ours["stamp"].items()) {
          const Json& theirs = json["stamp"];
          if (!theirs.is_object() || !theirs.contains(name) || theirs[name] != value) {
            changed_.push_back(name);
          }
        }
      }
      if (!matches_) return;
    } else if (json.is_object()) {
      try {
        records_[json.at("pair").get<std::string>()] = RecordOf(json);
      } catch (const nlohmann::json::exception&) {  // cut short or not ours: done again
      }
    }
    at = end + 1;
  }
}

const FusedRecord* RunState::Find(const std::string& pair) const {
  const auto it = records_.find(ToText(pair));
  return it == records_.end() ? nullptr : &it->second;
}

Status RunState::Put(const std::string& pair, const FusedRecord& record) {
  SEAFUSION_RETURN_IF_ERROR(Append(ToJson(ToText(pair), record).dump()));
  records_[ToText(pair)] = record;
  return OkStatus();
}

// In one piece: what another process or a crash sees is whole lines, and the last one perhaps cut.
Status RunState::Append(const std::string& line) {
  const std::string text = line + "\n";
  std::size_t written = 0;
  while (written < text.size()) {
    const ssize_t n = ::write(file_, text.data() + written, text.size() - written);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return IoError(path_ + ": cannot write: " + std::strerror(errno));
    written += static_cast<std::size_t>(n);
  }
  return OkStatus();
}

}  // namespace seafusion::compare
