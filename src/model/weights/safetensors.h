// Tensors in memory, and the safetensors file format: an 8-byte little-endian header length, a JSON
// header, then raw little-endian values (format: huggingface/safetensors, README).
#ifndef SEAFUSION_MODEL_WEIGHTS_SAFETENSORS_H_
#define SEAFUSION_MODEL_WEIGHTS_SAFETENSORS_H_

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <seafusion/status.h>

namespace seafusion::model {

/// A dense float32 tensor, row-major.
struct Tensor {
  std::vector<std::int64_t> shape;
  std::vector<float> values;
};

/// "16x1x3x3"; "scalar" for no dimensions.
std::string ShapeName(std::span<const std::int64_t> shape);

/// Named tensors and the file's free-form metadata. std::map: the order of a written file must not
/// depend on chance.
struct TensorArchive {
  std::map<std::string, Tensor> tensors;
  std::map<std::string, std::string> metadata;
};

/// kCorruptData with the tensor's name and the flat index of the first value that is NaN or
/// infinite.
Status CheckFinite(std::string_view name, const Tensor& tensor);

/// Upper limits for files from elsewhere. The defaults fit every network of this project with room.
struct SafetensorsLimits {
  std::uint64_t max_header_bytes = 1 << 20;
  std::uint64_t max_file_bytes = std::uint64_t{1} << 30;
};

/// Parses a whole file. Accepts F32 (and F16 / BF16, widened). Refused, each with the tensor named:
/// a header that is not exactly one JSON object of the format's shape, a repeated name, sizes that
/// overflow or do not match the shape, gaps or overlaps between tensors, bytes left over, values
/// that are not finite.
StatusOr<TensorArchive> ParseSafetensors(std::span<const std::uint8_t> bytes,
                                         const SafetensorsLimits& limits = {});

/// How values are stored. Half precision is rounded, and takes half the space.
enum class StoredFloat : std::uint8_t { kF32, kF16 };

/// Writes tensors in name order, their data 8-byte aligned as a whole. Fails with kInvalidArgument
/// when a tensor's shape and value count disagree, or a value is not finite, as stored, too.
StatusOr<std::vector<std::uint8_t>> SerializeSafetensors(const TensorArchive& archive,
                                                         StoredFloat stored = StoredFloat::kF32);

/// ReadFile + ParseSafetensors; messages name the file.
StatusOr<TensorArchive> LoadSafetensors(const std::string& path,
                                        const SafetensorsLimits& limits = {});

}  // namespace seafusion::model

#endif  // SEAFUSION_MODEL_WEIGHTS_SAFETENSORS_H_
