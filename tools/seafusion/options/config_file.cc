#include "options/config_file.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>

#include <nlohmann/json.hpp>

#include "core/files/file.h"
#include "model/json_text.h"

namespace seafusion::tools {
namespace {

constexpr std::uint64_t kMostConfigBytes = 1 << 16;
// What the page can change (serve/live/controls.cc): such a file names no other option.
constexpr std::array<std::string_view, 14> kSettings = {
    "model",    "precision", "ir-range",        "ir-invert", "range",   "agc",     "agc-plateau",
    "agc-clip", "gray",      "range-smoothing", "ir-delay",  "ir-hold", "palette", "method"};

void Give(CLI::Option& option, const nlohmann::json& value) {
  option.add_result(value.is_string() ? value.get<std::string>() : value.dump());
  option.run_callback();
}

}  // namespace

void AddConfig(CLI::App& sub, const std::string& group, std::string& path) {
  sub.add_option("--config", path,
                 "Settings saved on the page of seafusion serve;\noptions given here count more")
      ->type_name("FILE")
      ->group(group);
}

void TakeConfig(CLI::App& sub, const std::string& path, const std::vector<std::string>& sections) {
  if (path.empty()) return;
  const auto fail = [](const std::string& what) { throw CLI::ValidationError("--config", what); };
  const auto bytes = ReadFile(path, kMostConfigBytes);
  if (!bytes.ok()) fail(std::string(bytes.status().message()));
  const auto file = model::ParseJson<nlohmann::json>(
      {reinterpret_cast<const char*>(bytes->data()), bytes->size()});
  if (!file.is_object() || file.value("seafusion-settings", nlohmann::json()) != 1) {
    fail(path + ": is no settings file of seafusion serve (\"seafusion-settings\": 1)");
  }
  for (const std::string& section : sections) {
    const nlohmann::json members = file.value(section, nlohmann::json::object());
    if (!members.is_object()) fail(path + ": '" + section + "' is no object");
    for (const auto& [name, value] : members.items()) {
      CLI::Option* option = sub.get_option_no_throw("--" + name);
      const bool known = std::find(kSettings.begin(), kSettings.end(), name) != kSettings.end();
      if (!known || option == nullptr || value.is_structured() || value.is_null()) {
        fail(path + ": there is no setting '" + name + "'");
      }
      if (option->count() != 0) continue;
      try {
        Give(*option, value);
      } catch (const CLI::ParseError& e) {
        fail(path + ": " + e.what());
      }
    }
  }
}

}  // namespace seafusion::tools
