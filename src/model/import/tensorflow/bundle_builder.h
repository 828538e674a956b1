// For tests: makes TensorFlow checkpoints byte by byte, right and wrong ones, without TensorFlow.
#ifndef SEAFUSION_MODEL_IMPORT_TENSORFLOW_BUNDLE_BUILDER_H_
#define SEAFUSION_MODEL_IMPORT_TENSORFLOW_BUNDLE_BUILDER_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace seafusion::model {

struct TestBundleTensor {
  std::string name;
  std::vector<std::int64_t> shape;
  std::vector<std::uint8_t> data;  ///< Little-endian.
  int dtype = 1;                   ///< float32, as TensorFlow numbers its types.
  int shard = 0;
};

/// A float32 tensor.
TestBundleTensor BundleFloats(const std::string& name, const std::vector<std::int64_t>& shape,
                              const std::vector<float>& values);

using TestTableEntry = std::pair<std::string, std::vector<std::uint8_t>>;

/// A table of the entries, `per_block` in each block. `compression`: the byte that says how.
std::vector<std::uint8_t> TestTable(const std::vector<TestTableEntry>& entries,
                                    std::size_t per_block = 4, std::uint8_t compression = 0);

struct TestBundle {
  std::vector<TestTableEntry> entries;            ///< Of the index, the header first.
  std::vector<std::vector<std::uint8_t>> shards;  ///< The files of data.
};

/// Sorted by name, back to back in the shards that they name.
TestBundle BundleOf(std::vector<TestBundleTensor> tensors, int shards = 1);

/// Writes PREFIX.index and the files of data.
bool WriteBundle(const std::string& prefix, const TestBundle& bundle);

}  // namespace seafusion::model

#endif  // SEAFUSION_MODEL_IMPORT_TENSORFLOW_BUNDLE_BUILDER_H_
