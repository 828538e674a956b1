#include "compare/folder/run_state.h"

#include <cmath>
#include <limits>
#include <optional>
#include <string_view>
#include <utility>

#include <nlohmann/json.hpp>

#include "core/status_macros.h"
#include "model/json_text.h"

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

// Nothing, or nlohmann::json::exception, for what is no record.
std::optional<FusedRecord> RecordOf(const Json& json) {
  FusedRecord record;
  json.at("infrared").get_to(record.infrared);
  json.at("visible").get_to(record.visible);
  json.at("fused").get_to(record.fused);
  if (!model::TakeWhole(json.at("width"), record.width) ||
      !model::TakeWhole(json.at("height"), record.height)) {
    return std::nullopt;
  }
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

StatusOr<RunState> RunState::Open(const std::string& path, const RunStamp& stamp, bool anew) {
  RunState state;
  auto bytes = ReadFile(path, kMaxStateBytes);
  if (!bytes.ok() && bytes.status().code() != StatusCode::kNotFound) return bytes.status();
  if (bytes.ok() && !anew) state.Load(std::string(bytes->begin(), bytes->end()), stamp);
  SEAFUSION_ASSIGN_OR_RETURN(AppendedFile file, AppendedFile::Open(path, /*anew=*/!state.matches_));
  state.file_.emplace(std::move(file));
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
    const Json json = model::ParseJson<Json>(std::string_view(text).substr(at, end - at));
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
        if (auto record = RecordOf(json)) {
          records_[json.at("pair").get<std::string>()] = *std::move(record);
        }
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
  return file_->Append(line + "\n");
}

}  // namespace seafusion::compare
