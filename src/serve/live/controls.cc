#include "serve/live/controls.h"

#include <array>
#include <cmath>
#include <functional>
#include <utility>

#include <nlohmann/json.hpp>

#include "core/status_macros.h"
#include "fuse/range/range_text.h"
#include "fuse/weights/precision_choice.h"
#include "model/json_text.h"
#include "serve/live/compared_method.h"

namespace seafusion::serve {
namespace {

using nlohmann::json;

constexpr std::array<std::pair<std::string_view, InfraredGain::Kind>, 3> kGains = {
    {{"linear", InfraredGain::Kind::kLinear},
     {"plateau", InfraredGain::Kind::kPlateau},
     {"clahe", InfraredGain::Kind::kClahe}}};

template <typename Table, typename Value>
std::string NameIn(const Table& table, Value value) {
  for (const auto& [name, v] : table) {
    if (v == value) return std::string(name);
  }
  return {};
}

Status Number(const json& value, double least, double most, double& to) {
  if (!value.is_number()) return InvalidArgument("is not a number");
  const double number = value.get<double>();
  if (!(number >= least && number <= most)) {
    return InvalidArgument("is outside " + json(least).dump() + ".." + json(most).dump());
  }
  to = number;
  return OkStatus();
}
Status Bool(const json& value, bool& to) {
  if (!value.is_boolean()) return InvalidArgument("is neither true nor false");
  to = value.get<bool>();
  return OkStatus();
}
StatusOr<std::string> Text(const json& value) {
  if (!value.is_string()) return InvalidArgument("is not a text");
  return value.get<std::string>();
}

// A text that `parse` takes.
template <typename Parse>
Status ParsedText(const json& value, const Parse& parse, std::string& to) {
  SEAFUSION_ASSIGN_OR_RETURN(const std::string text, Text(value));
  SEAFUSION_RETURN_IF_ERROR(parse(text).status());
  to = text;
  return OkStatus();
}

struct Member {
  const char* name;
  bool view;  // concerns what is seen, not what is fused
  std::function<json(const Controls&)> get;
  std::function<Status(Controls&, const json&)> set;
};

const std::vector<Member>& Members() {
  static const std::vector<Member> members = {
      {"model", false, [](const Controls& c) { return json(c.model); },
       [](Controls& c, const json& v) {
         SEAFUSION_ASSIGN_OR_RETURN(const std::string text, Text(v));
         if (text != "lite" && text != "full" && text != kStartModel) {
           return InvalidArgument("is neither lite nor full");
         }
         c.model = text;
         return OkStatus();
       }},
      {"precision", false, [](const Controls& c) { return json(NameIn(kPrecisions, c.precision)); },
       [](Controls& c, const json& v) {
         SEAFUSION_ASSIGN_OR_RETURN(const std::string text, Text(v));
         SEAFUSION_ASSIGN_OR_RETURN(c.precision, ParsePrecision(text));
         return OkStatus();
       }},
      {"ir-range", false, [](const Controls& c) { return json(c.range); },
       [](Controls& c, const json& v) { return ParsedText(v, ParseInfraredRange, c.range); }},
      {"ir-invert", false, [](const Controls& c) { return json(c.invert); },
       [](Controls& c, const json& v) { return Bool(v, c.invert); }},
      {"range", false, [](const Controls& c) { return json(c.output_range); },
       [](Controls& c, const json& v) { return ParsedText(v, ParseOutputRange, c.output_range); }},
      {"agc", false, [](const Controls& c) { return json(NameIn(kGains, c.gain.kind)); },
       [](Controls& c, const json& v) {
         SEAFUSION_ASSIGN_OR_RETURN(const std::string text, Text(v));
         for (const auto& [name, kind] : kGains) {
           if (text == name) {
             c.gain.kind = kind;
             return OkStatus();
           }
         }
         return InvalidArgument("is none of linear, plateau, clahe");
       }},
      {"agc-plateau", false, [](const Controls& c) { return json(c.gain.plateau); },
       [](Controls& c, const json& v) { return Number(v, 0.0001, 100, c.gain.plateau); }},
      {"agc-clip", false, [](const Controls& c) { return json(c.gain.clip_limit); },
       [](Controls& c, const json& v) { return Number(v, 1, 256, c.gain.clip_limit); }},
      {"gray", false, [](const Controls& c) { return json(c.gray); },
       [](Controls& c, const json& v) { return Bool(v, c.gray); }},
      {"range-smoothing", false, [](const Controls& c) { return json(c.range_smoothing); },
       [](Controls& c, const json& v) { return Number(v, 0, 3600, c.range_smoothing); }},
      {"ir-delay", false, [](const Controls& c) { return json(c.delay); },
       [](Controls& c, const json& v) { return Number(v, -60, 60, c.delay); }},
      {"ir-hold", false, [](const Controls& c) { return json(c.hold); },
       [](Controls& c, const json& v) { return Bool(v, c.hold); }},
      {"palette", true,
       [](const Controls& c) { return json(kPaletteNames[static_cast<std::size_t>(c.palette)]); },
       [](Controls& c, const json& v) {
         SEAFUSION_ASSIGN_OR_RETURN(const std::string text, Text(v));
         const auto palette = PaletteNamed(text);
         if (!palette) return InvalidArgument("is none of gray, iron, rainbow, arctic, lava");
         c.palette = *palette;
         return OkStatus();
       }},
      {"method", true, [](const Controls& c) { return json(c.method); },
       [](Controls& c, const json& v) {
         SEAFUSION_ASSIGN_OR_RETURN(const std::string text, Text(v));
         SEAFUSION_RETURN_IF_ERROR(CheckComparable(text));
         c.method = text;
         return OkStatus();
       }},
  };
  return members;
}

Status Set(Controls& controls, const json& patch, bool start_model) {
  if (!patch.is_object()) return InvalidArgument("settings are a JSON object");
  for (const auto& [name, value] : patch.items()) {
    const Member* member = nullptr;
    for (const Member& m : Members()) {
      if (name == m.name) member = &m;
    }
    if (member == nullptr) return InvalidArgument("there is no setting '" + name + "'");
    SEAFUSION_RETURN_IF_ERROR(member->set(controls, value).Annotate(name));
  }
  if (controls.model == kStartModel && !start_model) {
    return InvalidArgument("model: no weights were named on the command line");
  }
  return OkStatus();
}

}  // namespace

json JsonOf(const Controls& controls) {
  json all;
  for (const Member& member : Members()) all[member.name] = member.get(controls);
  return all;
}

StatusOr<Controls> Patched(const Controls& controls, const json& patch, bool start_model) {
  Controls changed = controls;
  SEAFUSION_RETURN_IF_ERROR(Set(changed, patch, start_model));
  return changed;
}

std::string SettingsFileText(const Controls& controls) {
  json file = {{"seafusion-settings", 1}, {"fuse", json::object()}, {"view", json::object()}};
  for (const Member& member : Members()) {
    const json value = member.get(controls);
    if (value != member.get({})) file[member.view ? "view" : "fuse"][member.name] = value;
  }
  // What this start was given is not what another one is given, and its range is not left out,
  // since that means another one there.
  if (controls.model == kStartModel) {
    file["fuse"].erase("model");
    file["fuse"]["range"] = controls.output_range;
  }
  return file.dump(2) + "\n";
}

StatusOr<Controls> ParseSettingsFile(std::string_view text, bool start_model) {
  const json file = model::ParseJson<json>(text);
  if (!file.is_object()) return InvalidArgument("a settings file is a JSON object");
  Controls controls;
  const json version = file.value("seafusion-settings", json());
  if (version != 1) return InvalidArgument("seafusion-settings is " + version.dump() + ", not 1");
  for (const auto& [name, members] : file.items()) {
    if (name == "seafusion-settings") continue;
    if (name != "fuse" && name != "view") {
      return InvalidArgument("there is no member '" + name + "' in a settings file");
    }
    SEAFUSION_RETURN_IF_ERROR(Set(controls, members, start_model).Annotate(name));
  }
  return controls;
}

stream::FrameSettings FrameSettingsOf(const Controls& controls) {
  stream::FrameSettings settings;
  settings.settings.infrared_range = *ParseInfraredRange(controls.range);
  settings.settings.infrared_range.invert = controls.invert;
  settings.settings.output_range = *ParseOutputRange(controls.output_range);
  settings.settings.infrared_gain = controls.gain;
  settings.range_smoothing = controls.range_smoothing;
  settings.gray = controls.gray;
  return settings;
}

}  // namespace seafusion::serve
