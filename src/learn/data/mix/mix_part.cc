#include "learn/data/mix/mix_part.h"

#include <cstdint>
#include <filesystem>
#include <optional>

#include <nlohmann/json.hpp>

#include "core/files/file.h"
#include "core/status_macros.h"
#include "core/text/printable.h"
#include "core/text/text_value.h"
#include "model/json_text.h"

namespace seafusion::learn {
namespace {

constexpr std::uint64_t kMaxMixBytes = 1 << 20;

Status CheckWeight(const MixPart& part) {
  if (part.weight > 0 && part.weight <= 1e6) return OkStatus();
  return InvalidArgument(part.path + ": a weight must be above 0 and at most 1000000");
}

StatusOr<std::vector<MixPart>> ReadMix(const std::string& path) {
  SEAFUSION_ASSIGN_OR_RETURN(const auto bytes, ReadFile(path, kMaxMixBytes));
  const auto json = model::ParseJson<nlohmann::ordered_json>(
      {reinterpret_cast<const char*>(bytes.data()), bytes.size()}, /*with_comments=*/true);
  if (!json.is_object() || json.empty()) {
    return InvalidArgument(path + ": is not a JSON object of PATH: WEIGHT");
  }
  std::vector<MixPart> parts;
  for (const auto& [name, weight] : json.items()) {
    if (!weight.is_number()) {
      return InvalidArgument(path + ": the weight of " + Quoted(name) + " is not a number");
    }
    const std::filesystem::path folder = std::filesystem::path(path).parent_path();
    parts.push_back({(folder / name).string(), weight.get<double>()});
  }
  return parts;
}

}  // namespace

StatusOr<std::vector<MixPart>> ParseMix(const std::vector<std::string>& texts) {
  std::vector<MixPart> mix;
  for (const std::string& text : texts) {
    if (text.ends_with(".json")) {
      SEAFUSION_ASSIGN_OR_RETURN(const auto parts, ReadMix(text));
      mix.insert(mix.end(), parts.begin(), parts.end());
      continue;
    }
    const std::size_t colon = text.rfind(':');
    const auto weight = colon == std::string::npos
                            ? std::nullopt
                            : NumberIn<double>(std::string_view(text).substr(colon + 1));
    mix.push_back(weight ? MixPart{text.substr(0, colon), *weight} : MixPart{text, 1.0});
  }
  for (const MixPart& part : mix) SEAFUSION_RETURN_IF_ERROR(CheckWeight(part));
  return mix;
}

std::string MixToJson(const std::vector<MixPart>& parts) {
  auto json = nlohmann::ordered_json::array();
  for (const MixPart& part : parts) json.push_back({{"path", part.path}, {"weight", part.weight}});
  // Names of files need not be UTF-8, which JSON must.
  return json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

}  // namespace seafusion::learn
