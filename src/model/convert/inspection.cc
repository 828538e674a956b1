#include "model/convert/inspection.h"

#include <algorithm>
#include <cstdio>

#include <nlohmann/json.hpp>

#include "core/status_macros.h"
#include "core/text/json_file_text.h"
#include "core/text/printable.h"
#include "model/convert/input.h"
#include "model/convert/target.h"
#include "model/import/torch_checkpoint.h"

namespace seafusion::model {
namespace {

TensorSummary Summary(std::string name, std::string dtype, std::vector<std::int64_t> shape,
                      const std::vector<float>& values) {
  TensorSummary summary = {.name = std::move(name),
                           .dtype = std::move(dtype),
                           .shape = std::move(shape),
                           .parameters = values.size()};
  if (!values.empty()) {
    const auto [lo, hi] = std::minmax_element(values.begin(), values.end());
    summary.extent = {*lo, *hi};
  }
  return summary;
}

std::vector<TensorSummary> Summarise(const ConvertInput& input) {
  std::vector<TensorSummary> all;
  if (const auto* torch = input.As<TorchCheckpoint>()) {
    for (const TorchTensor& t : torch->tensors) {
      all.push_back(
          Summary(t.name, std::string(TorchDtypeName(t.dtype)), t.tensor.shape, t.tensor.values));
    }
  } else if (const auto* arrays = input.As<MatArrays>()) {
    for (const MatArray& array : *arrays) {
      all.push_back(Summary(array.name, "double", array.shape, TensorOf(array).values));
    }
  } else if (const auto* tensors = input.As<BundleTensors>()) {
    for (const BundleTensor& t : *tensors) {
      all.push_back(Summary(t.name, std::string(t.dtype), t.tensor.shape, t.tensor.values));
    }
  } else {
    for (const auto& [name, tensor] : input.As<TensorArchive>()->tensors) {
      all.push_back(Summary(name, "float32", tensor.shape, tensor.values));
    }
  }
  return all;
}

// The ranges for int16 alone would fill pages.
std::string Shortened(const std::string& text) {
  constexpr std::size_t kMost = 200;
  if (text.size() <= kMost) return text;
  return text.substr(0, kMost) + "... (" + std::to_string(text.size()) + " characters)";
}

std::string Padded(const std::string& text, std::size_t width, bool right = false) {
  const std::size_t missing = width - std::min(width, text.size());
  return right ? std::string(missing, ' ') + text : text + std::string(missing, ' ');
}

std::string Short(float value) {
  char text[32];
  std::snprintf(text, sizeof(text), "%.6g", double{value});
  return text;
}

}  // namespace

std::size_t Inspection::parameters() const {
  std::size_t sum = 0;
  for (const TensorSummary& t : tensors) sum += t.parameters;
  return sum;
}

StatusOr<Inspection> InspectWeights(const std::string& input, const std::string& method) {
  SEAFUSION_ASSIGN_OR_RETURN(const ConvertInput loaded, LoadConvertInput(input));
  Inspection inspection = {.file = input,
                           .format = loaded.format,
                           .sha256 = loaded.sha256,
                           .bytes = loaded.bytes,
                           .method = method,
                           .tensors = Summarise(loaded)};
  if (const auto* archive = loaded.As<TensorArchive>()) inspection.metadata = archive->metadata;
  if (const auto* torch = loaded.As<TorchCheckpoint>()) {
    inspection.other_entries = torch->other_entries;
  }
  for (const ConvertTarget& target : ConvertTargets()) {
    const Status fits = target.take(loaded).status();
    if (fits.ok()) inspection.weights_of.push_back(target.method);
    if (target.method == method) inspection.why_not = fits.message();
  }
  return inspection;
}

std::string InspectionText(const Inspection& inspection) {
  std::string text = inspection.file + ": " + inspection.format + ", " +
                     std::to_string(inspection.tensors.size()) + " tensors, " +
                     std::to_string(inspection.parameters()) + " parameters, " +
                     std::to_string(inspection.bytes) + " bytes\nsha256: " + inspection.sha256 +
                     "\n";
  for (const auto& [key, value] : inspection.metadata) {
    text += Printable(key) + ": " + Shortened(Printable(value)) + "\n";
  }
  for (const std::string& name : inspection.other_entries) {
    text += "not a tensor: " + Printable(name) + "\n";
  }
  for (const std::string_view method : inspection.weights_of) {
    text += "weights of " + std::string(method) + ": yes\n";
  }
  if (!inspection.why_not.empty()) {
    text += "weights of " + inspection.method + ": no, " + inspection.why_not + "\n";
  }
  std::size_t width = 4;
  for (const TensorSummary& t : inspection.tensors) {
    width = std::max(width, Printable(t.name).size());
  }
  constexpr std::size_t kType = 9, kWide = 12;
  const auto row = [&](const std::string& name, const std::string& type, const std::string& shape) {
    return Padded(name, width) + "  " + Padded(type, kType) + " " + Padded(shape, kWide);
  };
  text += "\n";
  text += row("name", "type", "shape") + Padded("min", kWide + 1, true) +
          Padded("max", kWide + 1, true) + "\n";
  for (const TensorSummary& t : inspection.tensors) {
    text += row(Printable(t.name), t.dtype, ShapeName(t.shape));
    if (t.extent) {
      text += Padded(Short(t.extent->first), kWide + 1, true);
      text += Padded(Short(t.extent->second), kWide + 1, true);
    }
    text += "\n";
  }
  return text;
}

std::string InspectionJson(const Inspection& inspection) {
  nlohmann::ordered_json j;
  j["file"] = inspection.file;
  j["format"] = inspection.format;
  j["bytes"] = inspection.bytes;
  j["sha256"] = inspection.sha256;
  j["metadata"] = inspection.metadata;
  j["other_entries"] = inspection.other_entries;
  j["weights_of"] = inspection.weights_of;
  if (!inspection.why_not.empty()) j["why_not"] = inspection.why_not;
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const TensorSummary& t : inspection.tensors) {
    nlohmann::ordered_json entry = {{"name", t.name}, {"type", t.dtype}, {"shape", t.shape}};
    if (t.extent) {
      entry["min"] = t.extent->first;
      entry["max"] = t.extent->second;
    }
    list.push_back(std::move(entry));
  }
  j["parameters"] = inspection.parameters();
  j["tensors"] = std::move(list);
  // Names in a file need not be UTF-8, which JSON must be.
  return JsonFileText(j);
}

}  // namespace seafusion::model
