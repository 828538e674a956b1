#include "model/convert/conversion.h"

#include <cstdint>
#include <filesystem>
#include <utility>
#include <vector>

#include <seafusion/seafusion.h>
#include <nlohmann/json.hpp>

#include "core/files/file.h"
#include "core/files/sha256.h"
#include "core/status_macros.h"
#include "core/text/json_file_text.h"
#include "core/text/printable.h"
#include "model/convert/input.h"
#include "model/convert/target.h"
#include "model/onnx/onnx_export.h"

namespace seafusion::model {
namespace {

// Where tensors came from, kept through further conversions.
void RecordSource(const ConvertInput& input, TensorArchive& archive) {
  if (archive.metadata.contains("source")) return;
  // Metadata is UTF-8; a file name need not be.
  archive.metadata["source"] = Printable(input.name);
  archive.metadata["source_sha256"] = input.sha256;
  archive.metadata["converted_by"] = "seafusion " + std::string(Version());
}

StatusOr<Converted> Take(const ConversionSettings& settings, const ConvertInput& input) {
  if (settings.raw) return TakeAllTensors(input);
  const ConvertTarget* target = FindConvertTarget(settings.method);
  if (target == nullptr) return InvalidArgument("there is no method called " + settings.method);
  StatusOr<Converted> taken = target->take(input);
  if (taken.ok()) return taken;
  std::string hint;
  for (const ConvertTarget& other : ConvertTargets()) {
    if (!hint.empty() || !other.take(input).ok()) continue;
    hint = "it holds " + other.what + ": --method " + std::string(other.method);
  }
  if (!settings.output.ends_with(".onnx") && input.As<MatArrays>() == nullptr) {
    hint += (hint.empty() ? "" : "; ") + std::string("--raw takes the tensors of any network");
  }
  if (!hint.empty()) hint = " (" + hint + ")";
  return Status(taken.status().code(),
                settings.input + ": not " + target->what + ": " + taken.status().message() + hint);
}

// Null for what is no segmentation network.
const SegmentationForm* SegmentationOf(const ConversionSettings& settings) {
  const ConvertTarget* target = FindConvertTarget(settings.method);
  return target != nullptr && target->segmentation ? &*target->segmentation : nullptr;
}

StatusOr<std::vector<std::uint8_t>> Serialize(const ConversionSettings& settings,
                                              const TensorArchive& archive) {
  if (!settings.output.ends_with(".onnx")) {
    return SerializeSafetensors(archive, settings.half ? StoredFloat::kF16 : StoredFloat::kF32);
  }
  if (const SegmentationForm* segmentation = SegmentationOf(settings)) {
    const auto [width, height] = settings.size.value_or(segmentation->size);
    return segmentation->onnx(archive, width, height);
  }
  if (!settings.size) return ExportOnnx(archive);
  return ExportOnnx(archive, {.width = settings.size->at(0), .height = settings.size->at(1)});
}

Status Write(const ConversionSettings& settings, const TensorArchive& archive,
             const std::vector<std::uint8_t>& bytes) {
  const IfExists if_exists = settings.overwrite ? IfExists::kReplace : IfExists::kFail;
  const Status written = WriteFileAtomically(settings.output, bytes, if_exists);
  if (written.code() == StatusCode::kAlreadyExists) {
    return AlreadyExists(written.message() + " (--overwrite replaces it)");
  }
  SEAFUSION_RETURN_IF_ERROR(written);
  const SegmentationForm* segmentation = SegmentationOf(settings);
  if (!settings.output.ends_with(".onnx") || segmentation == nullptr) return OkStatus();
  // What segmentation reads beside the network.
  const auto [width, height] = settings.size.value_or(segmentation->size);
  const std::string text = segmentation->settings(archive, width, height);
  return WriteFileAtomically(
      std::filesystem::path(settings.output).replace_extension(".json").string(),
      {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}, if_exists);
}

}  // namespace

StatusOr<Conversion> ConvertWeights(const ConversionSettings& settings) {
  SEAFUSION_ASSIGN_OR_RETURN(const ConvertInput input, LoadConvertInput(settings.input));
  SEAFUSION_ASSIGN_OR_RETURN(Converted converted, Take(settings, input));
  RecordSource(input, converted.archive);
  const auto bytes = Serialize(settings, converted.archive);
  if (!bytes.ok()) return bytes.status().Annotate(settings.input);
  SEAFUSION_RETURN_IF_ERROR(Write(settings, converted.archive, *bytes));
  Conversion conversion = {.input = settings.input,
                           .output = settings.output,
                           .input_format = input.format,
                           .input_sha256 = input.sha256,
                           .output_sha256 = Sha256Hex(*bytes),
                           .tensors = converted.archive.tensors.size(),
                           .dropped = converted.dropped,
                           .raw = settings.raw};
  for (const auto& [name, tensor] : converted.archive.tensors) {
    conversion.parameters += tensor.values.size();
  }
  return conversion;
}

std::string ConversionText(const Conversion& conversion) {
  std::string text = conversion.output + ": " + std::to_string(conversion.tensors) + " tensors, " +
                     std::to_string(conversion.parameters) + " parameters, from a " +
                     conversion.input_format + "\n";
  if (conversion.dropped > 0) {
    text += "left out: " + std::to_string(conversion.dropped) +
            (conversion.raw ? " integer tensors\n" : " tensors that the network does not need\n");
  }
  return text;
}

std::string ConversionJson(const Conversion& conversion) {
  nlohmann::ordered_json j;
  j["input"] = conversion.input;
  j["input_format"] = conversion.input_format;
  j["input_sha256"] = conversion.input_sha256;
  j["output"] = conversion.output;
  j["output_sha256"] = conversion.output_sha256;
  j["tensors"] = conversion.tensors;
  j["parameters"] = conversion.parameters;
  j["dropped_tensors"] = conversion.dropped;
  // File names need not be UTF-8, which JSON must be.
  return JsonFileText(j);
}

}  // namespace seafusion::model
