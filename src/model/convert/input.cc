#include "model/convert/input.h"

#include <filesystem>
#include <span>
#include <utility>

#include <seafusion/seafusion.h>

#include "core/files/file.h"
#include "core/files/sha256.h"
#include "core/status_macros.h"

namespace seafusion::model {
namespace {

constexpr std::uint64_t kMaxInputBytes = std::uint64_t{1} << 30;

Status Parse(std::span<const std::uint8_t> bytes, ConvertInput& input) {
  input.bytes = bytes.size();
  input.sha256 = Sha256Hex(bytes);
  if (IsTorchCheckpoint(bytes)) {
    input.format = "PyTorch checkpoint";
    SEAFUSION_ASSIGN_OR_RETURN(input.content, ParseTorchCheckpoint(bytes));
    return OkStatus();
  }
  if (IsMatFile(bytes)) {
    input.format = "MATLAB file";
    SEAFUSION_ASSIGN_OR_RETURN(input.content, ParseMatFile(bytes));
    return OkStatus();
  }
  constexpr std::size_t kLengthBytes = 8;
  if (bytes.size() > kLengthBytes && bytes[kLengthBytes] == '{') {
    input.format = "safetensors file";
    SEAFUSION_ASSIGN_OR_RETURN(input.content, ParseSafetensors(bytes));
    return OkStatus();
  }
  return CorruptData(
      "neither a PyTorch checkpoint (written by torch.save), a TensorFlow checkpoint, a MATLAB "
      "file nor a safetensors file");
}

}  // namespace

StatusOr<ConvertInput> LoadConvertInput(const std::string& path) {
  ConvertInput input;
  if (const auto built_in = BuiltInWeights(path); !built_in.empty()) {
    input.name = path + " weights of seafusion " + std::string(Version());
    SEAFUSION_RETURN_IF_ERROR(Parse(built_in, input).Annotate(path + " weights"));
    return input;
  }
  const std::string prefix = BundlePrefix(path);
  if (!prefix.empty()) {
    SEAFUSION_ASSIGN_OR_RETURN(BundleFiles files, LoadTensorBundle(prefix));
    input.name = std::filesystem::path(prefix).filename().string();
    input.format = "TensorFlow checkpoint";
    input.sha256 = files.sha256;
    input.bytes = files.bytes;
    input.content = std::move(files.tensors);
    return input;
  }
  input.name = std::filesystem::path(path).filename().string();
  SEAFUSION_ASSIGN_OR_RETURN(const std::vector<std::uint8_t> bytes, ReadFile(path, kMaxInputBytes));
  SEAFUSION_RETURN_IF_ERROR(Parse(bytes, input).Annotate(path));
  return input;
}

}  // namespace seafusion::model
