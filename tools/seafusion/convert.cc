// seafusion convert: weights from other programs into this one's form, out to ONNX, and a look
// inside.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <iterator>
#include <limits>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <seafusion/seafusion.h>
#include <nlohmann/json.hpp>

#include "command.h"
#include "command_status.h"
#include "core/file.h"
#include "core/printable.h"
#include "core/sha256.h"
#include "core/status_macros.h"
#include "model/fusion_graph.h"
#include "model/import/fusion_checkpoint.h"
#include "model/import/mat/mat_dictionary.h"
#include "model/import/mat/mat_file.h"
#include "model/import/torch_checkpoint.h"
#include "model/onnx_export.h"
#include "model/safetensors.h"
#include "model/sparse_dictionary.h"

namespace seafusion::tools {
namespace {

using nlohmann::ordered_json;

constexpr std::uint64_t kMaxInputBytes = std::uint64_t{1} << 30;
constexpr char kDefaultWord[] = "default";

// One line of --inspect.
struct TensorSummary {
  std::string name;
  std::string dtype;
  std::vector<std::int64_t> shape;
  std::vector<float> values;  // none for integer types
};

// What was read, before it is known what it is for.
struct Input {
  std::string name;  // without folders, for metadata
  std::string format;
  std::string sha256;
  std::uint64_t bytes = 0;
  bool is_torch = false;
  model::TorchCheckpoint torch;  // is_torch
  bool is_mat = false;
  std::vector<model::MatArray> mat;  // is_mat
  model::TensorArchive archive;      // otherwise
};

Status Parse(std::span<const std::uint8_t> bytes, Input& input) {
  input.bytes = bytes.size();
  input.sha256 = Sha256Hex(bytes);
  // The content decides, not the name.
  if (model::IsTorchCheckpoint(bytes)) {
    input.format = "PyTorch checkpoint";
    input.is_torch = true;
    SEAFUSION_ASSIGN_OR_RETURN(input.torch, model::ParseTorchCheckpoint(bytes));
    return OkStatus();
  }
  if (model::IsMatFile(bytes)) {
    input.format = "MATLAB file";
    input.is_mat = true;
    SEAFUSION_ASSIGN_OR_RETURN(input.mat, model::ParseMatFile(bytes));
    return OkStatus();
  }
  constexpr std::size_t kLengthBytes = 8;
  if (bytes.size() > kLengthBytes && bytes[kLengthBytes] == '{') {
    input.format = "safetensors file";
    SEAFUSION_ASSIGN_OR_RETURN(input.archive, model::ParseSafetensors(bytes));
    return OkStatus();
  }
  return CorruptData(
      "neither a PyTorch checkpoint (written by torch.save), a MATLAB file nor a safetensors file");
}

StatusOr<Input> Load(const std::string& path) {
  Input input;
  if (path == kDefaultWord) {
    input.name = "default weights of seafusion " + std::string(Version());
    SEAFUSION_RETURN_IF_ERROR(Parse(DefaultWeights(), input).Annotate("default weights"));
    return input;
  }
  input.name = std::filesystem::path(path).filename().string();
  SEAFUSION_ASSIGN_OR_RETURN(const std::vector<std::uint8_t> bytes, ReadFile(path, kMaxInputBytes));
  SEAFUSION_RETURN_IF_ERROR(Parse(bytes, input).Annotate(path));
  return input;
}

// Where tensors came from, kept through further conversions.
void RecordSource(const Input& input, model::TensorArchive& archive) {
  if (archive.metadata.contains("source")) return;
  // Metadata is UTF-8; a file name need not be.
  archive.metadata["source"] = Printable(input.name);
  archive.metadata["source_sha256"] = input.sha256;
  archive.metadata["converted_by"] = "seafusion " + std::string(Version());
}

struct Converted {
  model::TensorArchive archive;
  int dropped = 0;  // tensors that are not in the result
};

// Row-major: MATLAB's first index, which runs fastest, comes last.
model::Tensor TensorOf(const model::MatArray& array) {
  return {.shape = {array.shape.rbegin(), array.shape.rend()},
          .values = {array.values.begin(), array.values.end()}};
}

// Every tensor under its own name; integer types have no place in our files.
Converted TakeAll(const Input& input) {
  Converted result;
  if (input.is_mat) {
    for (const model::MatArray& array : input.mat) {
      result.archive.tensors[array.name] = TensorOf(array);
    }
    return result;
  }
  if (!input.is_torch) {
    result.archive = input.archive;
    return result;
  }
  for (const model::TorchTensor& t : input.torch.tensors) {
    if (t.has_values()) {
      result.archive.tensors[t.name] = t.tensor;
    } else {
      ++result.dropped;
    }
  }
  return result;
}

// The ranges for int16 alone would fill pages.
std::string Shortened(const std::string& text) {
  constexpr std::size_t kMost = 200;
  if (text.size() <= kMost) return text;
  return text.substr(0, kMost) + "... (" + std::to_string(text.size()) + " characters)";
}

// The tensors of the fusion network, checked.
StatusOr<Converted> TakeFusionNetwork(const Input& input) {
  Converted result;
  if (input.is_mat) {
    return InvalidArgument("a MATLAB file holds a dictionary at best; --method mst-sr imports it");
  }
  if (input.is_torch) {
    SEAFUSION_ASSIGN_OR_RETURN(model::FusionCheckpoint checkpoint,
                               model::ImportFusionCheckpoint(input.torch));
    result.archive = std::move(checkpoint.archive);
    result.dropped = checkpoint.dropped;
    return result;
  }
  SEAFUSION_RETURN_IF_ERROR(model::CheckFusionWeights(input.archive));
  result.archive = input.archive;
  return result;
}

// The dictionary of mst-sr, checked.
StatusOr<Converted> TakeDictionary(const Input& input) {
  Converted result;
  if (input.is_torch) {
    return InvalidArgument("a dictionary is a MATLAB file or a safetensors file");
  }
  if (input.is_mat) {
    SEAFUSION_ASSIGN_OR_RETURN(result.archive, model::ImportMatDictionary(input.mat));
    return result;
  }
  SEAFUSION_RETURN_IF_ERROR(model::CheckSparseDictionary(input.archive));
  result.archive = input.archive;
  return result;
}

// What `convert` can make the weights of.
struct Target {
  const char* method;
  const char* what;
  StatusOr<Converted> (*take)(const Input& input);
};
constexpr Target kTargets[] = {
    {"seafusion", "the weights of the fusion network", TakeFusionNetwork},
    {"mst-sr", "a dictionary of mst-sr", TakeDictionary}};

// Precondition: `method` is one of those.
const Target& TargetFor(const std::string& method) {
  return *std::find_if(std::begin(kTargets), std::end(kTargets),
                       [&](const Target& target) { return method == target.method; });
}

std::size_t CountParameters(const model::TensorArchive& archive) {
  std::size_t n = 0;
  for (const auto& [name, tensor] : archive.tensors) n += tensor.values.size();
  return n;
}

std::vector<TensorSummary> Summarise(const Input& input) {
  std::vector<TensorSummary> all;
  if (input.is_torch) {
    for (const model::TorchTensor& t : input.torch.tensors) {
      all.push_back(
          {t.name, std::string(model::TorchDtypeName(t.dtype)), t.tensor.shape, t.tensor.values});
    }
  } else if (input.is_mat) {
    for (const model::MatArray& array : input.mat) {
      model::Tensor tensor = TensorOf(array);
      all.push_back({array.name, "double", array.shape, std::move(tensor.values)});
    }
  } else {
    for (const auto& [name, tensor] : input.archive.tensors) {
      all.push_back({name, "float32", tensor.shape, tensor.values});
    }
  }
  return all;
}

class ConvertCommand : public Command {
 public:
  CLI::App* Register(CLI::App& app) override {
    CLI::App* sub = app.add_subcommand(
        "convert", "Import weights from other programs, export ONNX, or show what a file holds");
    sub->add_option("IN", input_,
                    "PyTorch checkpoint (.pth, .pt), MATLAB file (.mat)\n"
                    "or safetensors file;\n"
                    "`default` means the weights this program ships with")
        ->required();
    sub->add_option("-o,--out", output_,
                    "What to write; its extension says the form:\n"
                    ".safetensors or .onnx");
    sub->add_option("--method", method_,
                    "Whose weights IN must hold:\n"
                    "seafusion  the fusion network's\n"
                    "mst-sr     a dictionary: one MATLAB variable, D,\n"
                    "           with an atom of 8x8 in each column")
        ->check(CLI::Validator(CLI::IsMember({"seafusion", "mst-sr"})).description(""))
        ->type_name("NAME");
    sub->add_flag("--inspect", inspect_, "List the tensors of IN instead of writing");
    sub->add_flag("--raw", raw_,
                  "Take any network's tensors as they are;\n"
                  "without it they must be the method's");
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
    if (raw_ && extension == ".onnx") {
      throw CLI::ValidationError("--raw writes .safetensors only: ONNX needs the fusion network");
    }
    if (method_ != "seafusion" && extension == ".onnx") {
      throw CLI::ValidationError("--method " + method_ +
                                 " writes .safetensors only: ONNX needs the fusion network");
    }
  }

  Status Convert() const {
    SEAFUSION_ASSIGN_OR_RETURN(const Input input, Load(input_));
    Converted converted;
    if (raw_) {
      converted = TakeAll(input);
    } else {
      const Target& target = TargetFor(method_);
      StatusOr<Converted> taken = target.take(input);
      if (!taken.ok()) {
        const std::string hint = output_.ends_with(".onnx") || input.is_mat
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
        onnx ? model::ExportOnnx(converted.archive)
             : model::SerializeSafetensors(converted.archive);
    if (!bytes.ok()) return bytes.status().Annotate(input_);
    const Status written =
        WriteFileAtomically(output_, *bytes, overwrite_ ? IfExists::kReplace : IfExists::kFail);
    if (written.code() == StatusCode::kAlreadyExists) {
      return AlreadyExists(written.message() + " (--overwrite replaces it)");
    }
    SEAFUSION_RETURN_IF_ERROR(written);
    if (!quiet_) ReportConversion(input, converted, *bytes);
    return OkStatus();
  }

  void ReportConversion(const Input& input, const Converted& converted,
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
                       : "left out: %d batch-norm tensors that the network never applies\n",
                  converted.dropped);
    }
  }

  Status Inspect() const {
    SEAFUSION_ASSIGN_OR_RETURN(const Input input, Load(input_));
    const Status fits = TakeFusionNetwork(input).status();
    const Status dictionary = TakeDictionary(input).status();
    const std::vector<TensorSummary> tensors = Summarise(input);
    if (json_) {
      PrintInspectionAsJson(input, tensors, fits, dictionary);
    } else {
      PrintInspection(input, tensors, fits, dictionary);
    }
    return OkStatus();
  }

  void PrintInspection(const Input& input, const std::vector<TensorSummary>& tensors,
                       const Status& fits, const Status& dictionary) const {
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
    for (const auto& [key, value] : input.archive.metadata) {
      std::printf("%s: %s\n", Printable(key).c_str(), Shortened(Printable(value)).c_str());
    }
    for (const std::string& name : input.torch.other_entries) {
      std::printf("not a tensor: %s\n", Printable(name).c_str());
    }
    std::printf("fusion network: %s\n", fits.ok() ? "yes" : ("no, " + fits.message()).c_str());
    if (dictionary.ok() || input.is_mat) {
      std::printf("dictionary of mst-sr: %s\n",
                  dictionary.ok() ? "yes" : ("no, " + dictionary.message()).c_str());
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

  void PrintInspectionAsJson(const Input& input, const std::vector<TensorSummary>& tensors,
                             const Status& fits, const Status& dictionary) const {
    ordered_json j;
    j["file"] = input_;
    j["format"] = input.format;
    j["bytes"] = input.bytes;
    j["sha256"] = input.sha256;
    j["metadata"] = input.archive.metadata;
    j["other_entries"] = input.torch.other_entries;
    j["fusion_network"] = fits.ok();
    if (!fits.ok()) j["why_not"] = fits.message();
    j["mst_sr_dictionary"] = dictionary.ok();
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
  bool overwrite_ = false;
  bool json_ = false;
  bool quiet_ = false;
};

}  // namespace

std::unique_ptr<Command> MakeConvertCommand() {
  return std::make_unique<ConvertCommand>();
}

}  // namespace seafusion::tools
