// seafusion convert: weights from other programs into this one's form, out to ONNX, and a look
// inside.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <seafusion/seafusion.h>
#include <nlohmann/json.hpp>

#include "command.h"
#include "command_status.h"
#include "convert/input.h"
#include "convert/target.h"
#include "core/file.h"
#include "core/printable.h"
#include "core/sha256.h"
#include "core/status_macros.h"
#include "model/import/torch_checkpoint.h"
#include "model/onnx_export.h"
#include "model/safetensors.h"
#include "model/segmentation_onnx.h"

namespace seafusion::tools {
namespace {

using nlohmann::ordered_json;

constexpr char kSegmentation[] = "segmentation";

// Whose weights a file holds.
struct Fitting {
  std::vector<std::string_view> methods;
  std::string why_not;  // those of --method; empty: they are
};

// One line of --inspect.
struct TensorSummary {
  std::string name;
  std::string dtype;
  std::vector<std::int64_t> shape;
  std::vector<float> values;  // none for integer types
};

// Where tensors came from, kept through further conversions.
void RecordSource(const ConvertInput& input, model::TensorArchive& archive) {
  if (archive.metadata.contains("source")) return;
  // Metadata is UTF-8; a file name need not be.
  archive.metadata["source"] = Printable(input.name);
  archive.metadata["source_sha256"] = input.sha256;
  archive.metadata["converted_by"] = "seafusion " + std::string(Version());
}

// The ranges for int16 alone would fill pages.
std::string Shortened(const std::string& text) {
  constexpr std::size_t kMost = 200;
  if (text.size() <= kMost) return text;
  return text.substr(0, kMost) + "... (" + std::to_string(text.size()) + " characters)";
}

std::size_t CountParameters(const model::TensorArchive& archive) {
  std::size_t n = 0;
  for (const auto& [name, tensor] : archive.tensors) n += tensor.values.size();
  return n;
}

std::vector<TensorSummary> Summarise(const ConvertInput& input) {
  std::vector<TensorSummary> all;
  if (const auto* torch = input.As<model::TorchCheckpoint>()) {
    for (const model::TorchTensor& t : torch->tensors) {
      all.push_back(
          {t.name, std::string(model::TorchDtypeName(t.dtype)), t.tensor.shape, t.tensor.values});
    }
  } else if (const auto* arrays = input.As<MatArrays>()) {
    for (const model::MatArray& array : *arrays) {
      model::Tensor tensor = TensorOf(array);
      all.push_back({array.name, "double", array.shape, std::move(tensor.values)});
    }
  } else if (const auto* tensors = input.As<BundleTensors>()) {
    for (const model::BundleTensor& t : *tensors) {
      all.push_back({t.name, std::string(t.dtype), t.tensor.shape, t.tensor.values});
    }
  } else {
    for (const auto& [name, tensor] : input.As<model::TensorArchive>()->tensors) {
      all.push_back({name, "float32", tensor.shape, tensor.values});
    }
  }
  return all;
}

// Names of entries that are no tensors.
std::vector<std::string> OtherEntries(const ConvertInput& input) {
  const auto* torch = input.As<model::TorchCheckpoint>();
  return torch == nullptr ? std::vector<std::string>() : torch->other_entries;
}

std::map<std::string, std::string> MetadataOf(const ConvertInput& input) {
  const auto* archive = input.As<model::TensorArchive>();
  return archive == nullptr ? std::map<std::string, std::string>() : archive->metadata;
}

// "NAME  file" for each method, below one another.
std::string TargetList() {
  std::string list = "Whose weights IN must hold, as their authors publish them:";
  constexpr std::size_t kNameWidth = 11;
  for (const ConvertTarget& target : ConvertTargets()) {
    std::string name(target.method);
    name.resize(std::max(name.size() + 1, kNameWidth), ' ');
    list += "\n" + name + target.from;
  }
  return list;
}

std::vector<std::string> TargetNames() {
  std::vector<std::string> names;
  for (const ConvertTarget& target : ConvertTargets()) names.emplace_back(target.method);
  return names;
}

class ConvertCommand : public Command {
 public:
  CLI::App* Register(CLI::App& app) override {
    CLI::App* sub = app.add_subcommand(
        "convert", "Import weights from other programs, export ONNX, or show what a file holds");
    sub->add_option("IN", input_,
                    "PyTorch checkpoint (.pth, .pt), TensorFlow checkpoint\n"
                    "(its prefix or its .index), MATLAB file (.mat) or\n"
                    "safetensors file;\n"
                    "`default` means the weights this program ships with")
        ->required();
    sub->add_option("-o,--out", output_,
                    "What to write; its extension says the form:\n"
                    ".safetensors or .onnx");
    sub->add_option("--method", method_, TargetList())
        ->check(CLI::Validator(CLI::IsMember(TargetNames())).description(""))
        ->type_name("NAME");
    sub->add_flag("--inspect", inspect_, "List the tensors of IN instead of writing");
    sub->add_flag("--raw", raw_,
                  "Take any network's tensors as they are;\n"
                  "without it they must be the method's");
    sub->add_option("--size", size_,
                    "Width and height of the segmentation network's input\n"
                    "in ONNX, multiples of 32")
        ->expected(2)
        ->type_name("W H");
    sub->add_flag("--half", half_, "Write 16-bit floats: half the size, rounded");
    sub->add_flag("--overwrite", overwrite_, "Replace the output if it exists");
    sub->add_flag("--json", json_, "Report as JSON");
    sub->add_flag("-q,--quiet", quiet_, "Report nothing when all is well");
    sub->final_callback([this] { CheckArguments(); });
    return sub;
  }

  int Run() override { return ExitStatus("convert", inspect_ ? Inspect() : Convert()); }

 private:
  void CheckArguments() const {
    if (inspect_ != output_.empty()) {
      throw CLI::ValidationError("give either -o OUT or --inspect");
    }
    if (inspect_) return;
    const std::string extension = std::filesystem::path(output_).extension().string();
    if (extension != ".safetensors" && extension != ".onnx") {
      throw CLI::ValidationError("-o " + output_ + ": the name must end in .safetensors or .onnx");
    }
    if (half_ && extension == ".onnx") {
      throw CLI::ValidationError("--half writes .safetensors only");
    }
    if (raw_ && extension == ".onnx") {
      throw CLI::ValidationError("--raw writes .safetensors only: ONNX needs the fusion network");
    }
    if (method_ != "seafusion" && method_ != kSegmentation && extension == ".onnx") {
      throw CLI::ValidationError("--method " + method_ +
                                 " writes .safetensors only: ONNX needs the fusion network");
    }
  }

  Status Convert() const {
    SEAFUSION_ASSIGN_OR_RETURN(const ConvertInput input, LoadConvertInput(input_));
    Converted converted;
    if (raw_) {
      converted = TakeAllTensors(input);
    } else {
      const ConvertTarget& target = *FindConvertTarget(method_);
      StatusOr<Converted> taken = target.take(input);
      if (!taken.ok()) {
        const std::string hint = output_.ends_with(".onnx") || input.As<MatArrays>() != nullptr
                                     ? ""
                                     : " (--raw takes the tensors of any network)";
        return Status(taken.status().code(),
                      input_ + ": not " + target.what + ": " + taken.status().message() + hint);
      }
      converted = *std::move(taken);
    }
    RecordSource(input, converted.archive);
    const bool onnx = output_.ends_with(".onnx");
    const StatusOr<std::vector<std::uint8_t>> bytes =
        onnx ? Onnx(converted.archive)
             : model::SerializeSafetensors(
                   converted.archive, half_ ? model::StoredFloat::kF16 : model::StoredFloat::kF32);
    if (!bytes.ok()) return bytes.status().Annotate(input_);
    const Status written =
        WriteFileAtomically(output_, *bytes, overwrite_ ? IfExists::kReplace : IfExists::kFail);
    if (written.code() == StatusCode::kAlreadyExists) {
      return AlreadyExists(written.message() + " (--overwrite replaces it)");
    }
    SEAFUSION_RETURN_IF_ERROR(written);
    if (onnx && method_ == kSegmentation) {
      SEAFUSION_RETURN_IF_ERROR(WriteSettings(converted.archive));
    }
    if (!quiet_) ReportConversion(input, converted, *bytes);
    return OkStatus();
  }

  StatusOr<std::vector<std::uint8_t>> Onnx(const model::TensorArchive& archive) const {
    if (method_ != kSegmentation) return model::ExportOnnx(archive);
    return model::ExportSegmentationOnnx(archive, size_[0], size_[1]);
  }

  // What `seafusion segment` reads beside the network.
  Status WriteSettings(const model::TensorArchive& archive) const {
    const std::string path = std::filesystem::path(output_).replace_extension(".json").string();
    const std::string text = model::SegmentationOnnxSettings(archive, size_[0], size_[1]);
    return WriteFileAtomically(path,
                               {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()},
                               overwrite_ ? IfExists::kReplace : IfExists::kFail);
  }

  void ReportConversion(const ConvertInput& input, const Converted& converted,
                        std::span<const std::uint8_t> bytes) const {
    const std::size_t tensors = converted.archive.tensors.size();
    const std::size_t parameters = CountParameters(converted.archive);
    if (json_) {
      ordered_json j;
      j["input"] = input_;
      j["input_format"] = input.format;
      j["input_sha256"] = input.sha256;
      j["output"] = output_;
      j["output_sha256"] = Sha256Hex(bytes);
      j["tensors"] = tensors;
      j["parameters"] = parameters;
      j["dropped_tensors"] = converted.dropped;
      Print(j);
      return;
    }
    std::printf("%s: %zu tensors, %zu parameters, from a %s\n", output_.c_str(), tensors,
                parameters, input.format.c_str());
    if (converted.dropped > 0) {
      std::printf(raw_ ? "left out: %d integer tensors\n"
                       : "left out: %d tensors that fusing does not need\n",
                  converted.dropped);
    }
  }

  Status Inspect() const {
    SEAFUSION_ASSIGN_OR_RETURN(const ConvertInput input, LoadConvertInput(input_));
    Fitting fitting;
    for (const ConvertTarget& target : ConvertTargets()) {
      const Status fits = target.take(input).status();
      if (fits.ok()) fitting.methods.push_back(target.method);
      if (target.method == method_) fitting.why_not = fits.message();
    }
    const std::vector<TensorSummary> tensors = Summarise(input);
    if (json_) {
      PrintInspectionAsJson(input, tensors, fitting);
    } else {
      PrintInspection(input, tensors, fitting);
    }
    return OkStatus();
  }

  void PrintInspection(const ConvertInput& input, const std::vector<TensorSummary>& tensors,
                       const Fitting& fitting) const {
    std::size_t width = 4;
    std::size_t parameters = 0;
    for (const TensorSummary& t : tensors) {
      width = std::max(width, Printable(t.name).size());
      parameters += t.values.size();
    }
    std::printf("%s: %s, %zu tensors, %zu parameters, %llu bytes\n", input_.c_str(),
                input.format.c_str(), tensors.size(), parameters,
                static_cast<unsigned long long>(input.bytes));
    std::printf("sha256: %s\n", input.sha256.c_str());
    for (const auto& [key, value] : MetadataOf(input)) {
      std::printf("%s: %s\n", Printable(key).c_str(), Shortened(Printable(value)).c_str());
    }
    for (const std::string& name : OtherEntries(input)) {
      std::printf("not a tensor: %s\n", Printable(name).c_str());
    }
    for (const std::string_view method : fitting.methods) {
      std::printf("weights of %s: yes\n", std::string(method).c_str());
    }
    if (!fitting.why_not.empty()) {
      std::printf("weights of %s: no, %s\n", method_.c_str(), fitting.why_not.c_str());
    }
    const int w = static_cast<int>(width);
    std::printf("\n%-*s  %-9s %-12s %12s %12s\n", w, "name", "type", "shape", "min", "max");
    for (const TensorSummary& t : tensors) {
      std::printf("%-*s  %-9s %-12s", w, Printable(t.name).c_str(), t.dtype.c_str(),
                  model::ShapeName(t.shape).c_str());
      if (!t.values.empty()) {
        const auto [lo, hi] = std::minmax_element(t.values.begin(), t.values.end());
        std::printf(" %12.6g %12.6g", double{*lo}, double{*hi});
      }
      std::printf("\n");
    }
  }

  void PrintInspectionAsJson(const ConvertInput& input, const std::vector<TensorSummary>& tensors,
                             const Fitting& fitting) const {
    ordered_json j;
    j["file"] = input_;
    j["format"] = input.format;
    j["bytes"] = input.bytes;
    j["sha256"] = input.sha256;
    j["metadata"] = MetadataOf(input);
    j["other_entries"] = OtherEntries(input);
    j["weights_of"] = fitting.methods;
    if (!fitting.why_not.empty()) j["why_not"] = fitting.why_not;
    std::size_t parameters = 0;
    ordered_json list = ordered_json::array();
    for (const TensorSummary& t : tensors) {
      ordered_json entry = {{"name", t.name}, {"type", t.dtype}, {"shape", t.shape}};
      if (!t.values.empty()) {
        const auto [lo, hi] = std::minmax_element(t.values.begin(), t.values.end());
        entry["min"] = *lo;
        entry["max"] = *hi;
      }
      parameters += t.values.size();
      list.push_back(std::move(entry));
    }
    j["parameters"] = parameters;
    j["tensors"] = std::move(list);
    Print(j);
  }

  // Names in a file need not be UTF-8, which JSON must be.
  static void Print(const ordered_json& j) {
    std::printf("%s\n", j.dump(2, ' ', false, ordered_json::error_handler_t::replace).c_str());
  }

  std::string input_;
  std::string output_;
  std::string method_ = "seafusion";
  bool inspect_ = false;
  bool raw_ = false;
  bool half_ = false;
  std::vector<int> size_ = {640, 480};
  bool overwrite_ = false;
  bool json_ = false;
  bool quiet_ = false;
};

}  // namespace

std::unique_ptr<Command> MakeConvertCommand() {
  return std::make_unique<ConvertCommand>();
}

}  // namespace seafusion::tools
