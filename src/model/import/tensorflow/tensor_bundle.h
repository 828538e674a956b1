// Tensors from the checkpoints of TensorFlow 1: a tensor bundle, PREFIX.index and
// PREFIX.data-00000-of-00001 (format: tensorflow/core/protobuf/tensor_bundle.proto). The graph,
// PREFIX.meta, is not needed.
#ifndef SEAFUSION_MODEL_IMPORT_TENSORFLOW_TENSOR_BUNDLE_H_
#define SEAFUSION_MODEL_IMPORT_TENSORFLOW_TENSOR_BUNDLE_H_

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <seafusion/status.h>

#include "model/weights/safetensors.h"

namespace seafusion::model {

struct BundleTensor {
  std::string name;
  std::string_view dtype;  ///< "float", as TensorFlow calls it. Static.
  bool has_values = false;
  /// Values as float32 (double is rounded), row-major; integer types have a shape and no values.
  Tensor tensor;
};

/// An entry of the index: where a tensor stands.
struct BundleEntry {
  std::string name;
  std::uint64_t dtype = 0;  ///< Number of an enumerator of TensorFlow's DataType.
  std::vector<std::int64_t> shape;
  std::uint64_t shard = 0;
  std::uint64_t offset = 0;
  std::uint64_t bytes = 0;
  std::uint32_t checksum = 0;
};

struct BundleIndex {
  std::uint64_t shards = 0;  ///< Files of data, at least 1.
  std::vector<BundleEntry> entries;
};

/// Fails with kCorruptData, kUnsupported (big-endian, tensors in slices, compressed blocks, text
/// and other types that are neither float, double, half, bfloat16 nor 32 or 64-bit integers) or
/// kResourceExhausted.
StatusOr<BundleIndex> ParseBundleIndex(std::span<const std::uint8_t> bytes);

/// All tensors, in the order of the index; checksums are checked. `shards`: the content of the
/// files of data, index.shards of them. Fails with kCorruptData. Memory: at most four times the
/// data.
StatusOr<std::vector<BundleTensor>> ReadBundleTensors(
    const BundleIndex& index, std::span<const std::span<const std::uint8_t>> shards);

struct BundleFiles {
  std::vector<BundleTensor> tensors;
  std::uint64_t bytes = 0;  ///< Of all files.
  std::string sha256;       ///< Of the index and the files of data, one after the other.
};

/// PREFIX for "PREFIX", "PREFIX.index", "PREFIX.data-00000-of-00001" and "PREFIX.meta" if there is
/// a file PREFIX.index; else empty.
std::string BundlePrefix(const std::string& path);

/// Reads the files of a checkpoint. Messages name the file. Fails as ReadFile and the above.
StatusOr<BundleFiles> LoadTensorBundle(const std::string& prefix);

}  // namespace seafusion::model

#endif  // SEAFUSION_MODEL_IMPORT_TENSORFLOW_TENSOR_BUNDLE_H_
