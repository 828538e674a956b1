#include "align/rig/rig_file.h"

#include <array>
#include <cmath>
#include <initializer_list>
#include <new>
#include <optional>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "core/memory/out_of_memory.h"
#include "core/status_macros.h"
#include "core/text/json_file_text.h"
#include "core/text/printable.h"

namespace seafusion::align {
namespace {

using Json = nlohmann::json;
using OrderedJson = nlohmann::ordered_json;

constexpr std::uint64_t kMostBytes = std::uint64_t{1} << 20;
constexpr const char* kVersionMember = "seafusion_rig";

// A JSON object being read: what is asked for must be there, and nothing else.
class Members {
 public:
  Members(const Json& object, std::string name) : object_(object), name_(std::move(name)) {}

  static StatusOr<Members> Of(const Json& value, const std::string& name,
                              std::initializer_list<std::string_view> known) {
    if (!value.is_object()) return CorruptData(name + " must be an object");
    for (const auto& [key, unused] : value.items()) {
      bool found = false;
      for (std::string_view k : known) found = found || key == k;
      if (!found) return CorruptData(name + " has an unknown member " + Quoted(key));
    }
    return Members(value, name);
  }

  const Json* Find(const char* key) const {
    const auto it = object_.find(key);
    return it == object_.end() ? nullptr : &*it;
  }
  std::string NameOf(const char* key) const { return name_ == "the rig" ? key : name_ + "." + key; }

  StatusOr<const Json*> Need(const char* key) const {
    const Json* v = Find(key);
    if (v == nullptr) return CorruptData(NameOf(key) + " is missing");
    return v;
  }
  StatusOr<double> Number(const char* key) const {
    SEAFUSION_ASSIGN_OR_RETURN(const Json* v, Need(key));
    if (!v->is_number()) return CorruptData(NameOf(key) + " must be a number");
    return v->get<double>();
  }
  StatusOr<int> Integer(const char* key, int otherwise) const {
    const Json* v = Find(key);
    if (v == nullptr) return otherwise;
    return AsInteger(*v, key);
  }
  StatusOr<int> Integer(const char* key) const {
    SEAFUSION_ASSIGN_OR_RETURN(const Json* v, Need(key));
    return AsInteger(*v, key);
  }
  StatusOr<std::string> Text(const char* key, const char* otherwise) const {
    const Json* v = Find(key);
    if (v == nullptr) return std::string(otherwise);
    if (!v->is_string()) return CorruptData(NameOf(key) + " must be a text");
    return v->get<std::string>();
  }
  StatusOr<std::vector<double>> Numbers(const char* key, std::size_t least,
                                        std::size_t most) const {
    SEAFUSION_ASSIGN_OR_RETURN(const Json* v, Need(key));
    const std::string wanted =
        least == most ? std::to_string(least) + " numbers"
                      : std::to_string(least) + " to " + std::to_string(most) + " numbers";
    if (!v->is_array() || v->size() < least || v->size() > most) {
      return CorruptData(NameOf(key) + " must be a list of " + wanted);
    }
    std::vector<double> numbers;
    for (const Json& n : *v) {
      if (!n.is_number()) return CorruptData(NameOf(key) + " must be a list of " + wanted);
      numbers.push_back(n.get<double>());
    }
    return numbers;
  }

 private:
  StatusOr<int> AsInteger(const Json& v, const char* key) const {
    if (!v.is_number_integer() || v.get<double>() < -1e9 || v.get<double>() > 1e9) {
      return CorruptData(NameOf(key) + " must be a whole number");
    }
    return static_cast<int>(v.get<std::int64_t>());
  }

  const Json& object_;
  std::string name_;
};

StatusOr<CameraCalibration> ParseCalibration(const Json& json, const std::string& name) {
  SEAFUSION_ASSIGN_OR_RETURN(const Members m,
                             Members::Of(json, name, {"focal", "centre", "distortion"}));
  CameraCalibration c;
  SEAFUSION_ASSIGN_OR_RETURN(const auto focal, m.Numbers("focal", 2, 2));
  SEAFUSION_ASSIGN_OR_RETURN(const auto centre, m.Numbers("centre", 2, 2));
  c.focal_x = focal[0];
  c.focal_y = focal[1];
  c.centre_x = centre[0];
  c.centre_y = centre[1];
  if (m.Find("distortion") != nullptr) {
    SEAFUSION_ASSIGN_OR_RETURN(c.distortion, m.Numbers("distortion", 0, 8));
  }
  return c;
}

StatusOr<RigCamera> ParseCamera(const Json& json, const std::string& name) {
  SEAFUSION_ASSIGN_OR_RETURN(
      const Members m,
      Members::Of(json, name, {"width", "height", "crop", "flip", "rotation", "calibration"}));
  RigCamera c;
  SEAFUSION_ASSIGN_OR_RETURN(c.width, m.Integer("width"));
  SEAFUSION_ASSIGN_OR_RETURN(c.height, m.Integer("height"));
  if (m.Find("crop") != nullptr) {
    SEAFUSION_ASSIGN_OR_RETURN(const auto crop, m.Numbers("crop", 4, 4));
    const std::array<int*, 4> to{&c.crop_x, &c.crop_y, &c.crop_width, &c.crop_height};
    for (std::size_t i = 0; i < 4; ++i) {
      if (crop[i] != std::floor(crop[i]) || std::abs(crop[i]) > 1e6) {
        return CorruptData(m.NameOf("crop") + " must be four whole numbers");
      }
      *to[i] = static_cast<int>(crop[i]);
    }
  }
  SEAFUSION_ASSIGN_OR_RETURN(const std::string flip, m.Text("flip", "none"));
  if (flip != "none" && flip != "horizontal" && flip != "vertical" && flip != "both") {
    return CorruptData(m.NameOf("flip") + " must be none, horizontal, vertical or both");
  }
  c.flip_horizontal = flip == "horizontal" || flip == "both";
  c.flip_vertical = flip == "vertical" || flip == "both";
  SEAFUSION_ASSIGN_OR_RETURN(c.rotation, m.Integer("rotation", 0));
  if (const Json* calibration = m.Find("calibration")) {
    SEAFUSION_ASSIGN_OR_RETURN(c.calibration,
                               ParseCalibration(*calibration, m.NameOf("calibration")));
  }
  return c;
}

Status ParseTransform(const Json& json, Rig& rig) {
  SEAFUSION_ASSIGN_OR_RETURN(const Members m, Members::Of(json, "transform",
                                                          {"model", "visible_to_infrared", "lens",
                                                           "parallax", "distance", "extrinsics"}));
  if (m.Find("distance") != nullptr) {
    SEAFUSION_ASSIGN_OR_RETURN(rig.distance, m.Number("distance"));
  }
  if (const Json* json_extrinsics = m.Find("extrinsics")) {
    SEAFUSION_ASSIGN_OR_RETURN(
        const Members e,
        Members::Of(*json_extrinsics, "transform.extrinsics", {"rotation", "translation"}));
    SEAFUSION_ASSIGN_OR_RETURN(const auto rotation, e.Numbers("rotation", 9, 9));
    SEAFUSION_ASSIGN_OR_RETURN(const auto translation, e.Numbers("translation", 3, 3));
    Extrinsics extrinsics;
    std::copy(rotation.begin(), rotation.end(), extrinsics.rotation.begin());
    std::copy(translation.begin(), translation.end(), extrinsics.translation.begin());
    rig.visible_to_infrared = extrinsics;
    if (m.Find("visible_to_infrared") == nullptr) return OkStatus();
  }
  SEAFUSION_ASSIGN_OR_RETURN(const std::string model, m.Text("model", "homography"));
  const std::optional<TransformModel> known = TransformModelNamed(model);
  if (!known) return CorruptData("transform.model " + Quoted(model) + " is not known");
  rig.model = *known;
  SEAFUSION_ASSIGN_OR_RETURN(const auto numbers, m.Numbers("visible_to_infrared", 9, 9));
  std::copy(numbers.begin(), numbers.end(), rig.map.map.m.begin());
  if (m.Find("lens") != nullptr) {
    SEAFUSION_ASSIGN_OR_RETURN(const auto lens, m.Numbers("lens", 2, 2));
    rig.map.lens = {lens[0], lens[1]};
  }
  if (m.Find("parallax") != nullptr) {
    SEAFUSION_ASSIGN_OR_RETURN(const auto parallax, m.Numbers("parallax", 2, 2));
    rig.parallax = Parallax{parallax[0], parallax[1]};
  }
  return OkStatus();
}

StatusOr<RigOrigin> ParseOrigin(const Json& json) {
  SEAFUSION_ASSIGN_OR_RETURN(const Members m, Members::Of(json, "found",
                                                          {"method", "when", "frames", "confidence",
                                                           "expected_error_px", "note"}));
  RigOrigin o;
  SEAFUSION_ASSIGN_OR_RETURN(const std::string method, m.Text("method", "registration"));
  bool known = false;
  for (const RigMethod r :
       {RigMethod::kRegistration, RigMethod::kPoints, RigMethod::kCalibration, RigMethod::kMaker}) {
    if (method == RigMethodName(r)) {
      o.method = r;
      known = true;
    }
  }
  if (!known) return CorruptData("found.method " + Quoted(method) + " is not known");
  SEAFUSION_ASSIGN_OR_RETURN(o.when, m.Text("when", ""));
  SEAFUSION_ASSIGN_OR_RETURN(o.note, m.Text("note", ""));
  SEAFUSION_ASSIGN_OR_RETURN(o.frames, m.Integer("frames", 0));
  if (m.Find("confidence") != nullptr) {
    SEAFUSION_ASSIGN_OR_RETURN(o.confidence, m.Number("confidence"));
  }
  if (m.Find("expected_error_px") != nullptr) {
    SEAFUSION_ASSIGN_OR_RETURN(o.expected_error_px, m.Number("expected_error_px"));
  }
  return o;
}

StatusOr<Rig> ParseDocument(const Json& json) {
  SEAFUSION_ASSIGN_OR_RETURN(
      const Members m,
      Members::Of(json, "the rig", {kVersionMember, "infrared", "visible", "transform", "found"}));
  SEAFUSION_ASSIGN_OR_RETURN(const int version, m.Integer(kVersionMember));
  if (version > kRigFileVersion) {
    return Unsupported("is of version " + std::to_string(version) + ", this program knows up to " +
                       std::to_string(kRigFileVersion));
  }
  if (version < 1) return CorruptData(std::string(kVersionMember) + " must be at least 1");
  Rig rig;
  SEAFUSION_ASSIGN_OR_RETURN(const Json* infrared, m.Need("infrared"));
  SEAFUSION_ASSIGN_OR_RETURN(rig.infrared, ParseCamera(*infrared, "infrared"));
  SEAFUSION_ASSIGN_OR_RETURN(const Json* visible, m.Need("visible"));
  SEAFUSION_ASSIGN_OR_RETURN(rig.visible, ParseCamera(*visible, "visible"));
  SEAFUSION_ASSIGN_OR_RETURN(const Json* transform, m.Need("transform"));
  SEAFUSION_RETURN_IF_ERROR(ParseTransform(*transform, rig));
  if (const Json* found = m.Find("found")) {
    SEAFUSION_ASSIGN_OR_RETURN(rig.origin, ParseOrigin(*found));
  }
  if (Status s = rig.Validate(); !s.ok()) return CorruptData(s.message());
  return rig;
}

OrderedJson CameraJson(const RigCamera& c) {
  OrderedJson j = {{"width", c.width}, {"height", c.height}};
  if (c.crop_width > 0) j["crop"] = {c.crop_x, c.crop_y, c.crop_width, c.crop_height};
  if (c.flip_horizontal || c.flip_vertical) {
    j["flip"] = c.flip_horizontal && c.flip_vertical ? "both"
                : c.flip_horizontal                  ? "horizontal"
                                                     : "vertical";
  }
  if (c.rotation != 0) j["rotation"] = c.rotation;
  if (c.calibration) {
    const CameraCalibration& k = *c.calibration;
    j["calibration"] = {{"focal", {k.focal_x, k.focal_y}},
                        {"centre", {k.centre_x, k.centre_y}},
                        {"distortion", k.distortion}};
  }
  return j;
}

}  // namespace

std::string RigText(const Rig& rig) {
  OrderedJson transform;
  if (rig.visible_to_infrared) {
    transform["extrinsics"] = {{"rotation", rig.visible_to_infrared->rotation},
                               {"translation", rig.visible_to_infrared->translation}};
  } else {
    transform["model"] = TransformModelName(rig.model);
    transform["visible_to_infrared"] = rig.map.map.m;
    if (!rig.map.lens.empty()) transform["lens"] = {rig.map.lens.k1, rig.map.lens.k2};
    if (rig.parallax) transform["parallax"] = {rig.parallax->x, rig.parallax->y};
  }
  if (rig.distance > 0) transform["distance"] = rig.distance;
  OrderedJson found = {{"method", RigMethodName(rig.origin.method)}};
  if (!rig.origin.when.empty()) found["when"] = rig.origin.when;
  if (rig.origin.frames > 0) found["frames"] = rig.origin.frames;
  if (rig.origin.confidence) found["confidence"] = *rig.origin.confidence;
  if (rig.origin.expected_error_px) found["expected_error_px"] = *rig.origin.expected_error_px;
  if (!rig.origin.note.empty()) found["note"] = rig.origin.note;
  const OrderedJson document = {{kVersionMember, kRigFileVersion},
                                {"infrared", CameraJson(rig.infrared)},
                                {"visible", CameraJson(rig.visible)},
                                {"transform", transform},
                                {"found", found}};
  // A note may hold any bytes; what is no UTF-8 is replaced.
  return JsonFileText(document);
}

StatusOr<Rig> ParseRig(std::string_view text) {
  try {
    const Json json = Json::parse(text.begin(), text.end());
    return ParseDocument(json);
  } catch (const std::bad_alloc&) {
    return OutOfMemory("for a rig file");
  } catch (const Json::parse_error& e) {
    return CorruptData("is no JSON: error at byte " + std::to_string(e.byte));
  } catch (const Json::out_of_range&) {
    return CorruptData("holds a number that is too large");
  } catch (const Json::exception& e) {
    return CorruptData("is no rig: JSON error " + std::to_string(e.id));
  }
}

StatusOr<Rig> ReadRig(const std::string& path) {
  SEAFUSION_ASSIGN_OR_RETURN(const auto bytes, ReadFile(path, kMostBytes));
  StatusOr<Rig> rig = ParseRig({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  if (!rig.ok()) return rig.status().Annotate(path);
  return rig;
}

Status WriteRig(const std::string& path, const Rig& rig, IfExists if_exists) {
  SEAFUSION_RETURN_IF_ERROR(rig.Validate().Annotate(path));
  const std::string text = RigText(rig);
  return WriteFileAtomically(
      path, {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}, if_exists);
}

}  // namespace seafusion::align
