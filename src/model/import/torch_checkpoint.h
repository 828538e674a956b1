// Tensors from files written by torch.save: the legacy form (PyTorch before 1.6, five pickles and
// raw data) and the zip form (1.6 and later). Nothing in the file is ever executed.
#ifndef SEAFUSION_MODEL_IMPORT_TORCH_CHECKPOINT_H_
#define SEAFUSION_MODEL_IMPORT_TORCH_CHECKPOINT_H_

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include <seafusion/status.h>

#include "model/weights/safetensors.h"

namespace seafusion::model {

enum class TorchDtype : std::uint8_t {
  kFloat64,
  kFloat32,
  kFloat16,
  kBfloat16,
  kInt64,
  kInt32,
  kInt16,
  kInt8,
  kUint8,
  kBool,
};

/// "float32" and so on, as PyTorch calls it.
std::string_view TorchDtypeName(TorchDtype dtype);

struct TorchTensor {
  std::string name;
  TorchDtype dtype = TorchDtype::kFloat32;
  /// Values as float32 (float64 is rounded), in row-major order whatever the strides were. Integer
  /// and truth types have a shape and no values: no network here has such weights.
  Tensor tensor;

  bool has_values() const { return dtype <= TorchDtype::kBfloat16; }
};

struct TorchCheckpoint {
  /// In the order of the file; names are unique. Values are not checked for NaN.
  std::vector<TorchTensor> tensors;
  /// Keys beside the tensors whose values are something else ("epoch").
  std::vector<std::string> other_entries;
};

/// Whether the file begins like one of the two forms.
bool IsTorchCheckpoint(std::span<const std::uint8_t> bytes);

/// Reads a state_dict, or the one found under a usual key ("state_dict", "model", ...) of a
/// training checkpoint. Fails with kCorruptData, kUnsupported (code, TorchScript, compressed
/// entries, other storages), or kResourceExhausted. Memory: at most a small multiple of the file's
/// size.
StatusOr<TorchCheckpoint> ParseTorchCheckpoint(std::span<const std::uint8_t> bytes);

}  // namespace seafusion::model

#endif  // SEAFUSION_MODEL_IMPORT_TORCH_CHECKPOINT_H_
