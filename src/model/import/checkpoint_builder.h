// For tests: makes PyTorch checkpoints byte by byte, right and wrong ones, without PyTorch.
#ifndef SEAFUSION_MODEL_IMPORT_CHECKPOINT_BUILDER_H_
#define SEAFUSION_MODEL_IMPORT_CHECKPOINT_BUILDER_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace seafusion::model {

using ByteVector = std::vector<std::uint8_t>;

/// Assembles a pickle from its opcodes. Each call appends one.
class PickleBuilder {
 public:
  explicit PickleBuilder(int protocol = 2) { Byte(0x80).Byte(protocol); }

  PickleBuilder& Byte(int b) {
    bytes_.push_back(static_cast<std::uint8_t>(b));
    return *this;
  }
  PickleBuilder& Op(char c) { return Byte(c); }
  PickleBuilder& U32(std::uint32_t v);
  PickleBuilder& Raw(std::string_view text);
  PickleBuilder& Text(std::string_view text);  ///< BINUNICODE
  PickleBuilder& Int(std::int64_t v);          ///< BININT1 to LONG1, the shortest
  PickleBuilder& Global(std::string_view module, std::string_view name);
  PickleBuilder& IntTuple(const std::vector<std::int64_t>& values);
  PickleBuilder& EmptyOrderedDict();
  const ByteVector& Stop();

 private:
  ByteVector bytes_;
};

struct TestTensor {
  std::string name;
  std::vector<std::int64_t> shape;
  std::vector<std::int64_t> stride;
  std::int64_t offset = 0;
  std::string storage_class = "FloatStorage";
  std::string key = "0";
  std::string location = "cpu";
  std::int64_t count = 0;  ///< Values in the storage.
  ByteVector data;         ///< The storage; empty for a tensor that shares an earlier one's.
  bool parameter = false;  ///< Wrapped by _rebuild_parameter.
};

/// A float32 tensor, contiguous, alone in its storage.
TestTensor FloatTensor(const std::string& name, const std::vector<std::int64_t>& shape,
                       const std::vector<float>& values, const std::string& key);

/// Appends what stands for the tensor inside a pickle.
void AppendTensor(PickleBuilder& p, const TestTensor& tensor);

/// The pickle of an OrderedDict of the tensors, with torch's `_metadata` attribute.
ByteVector StateDictPickle(const std::vector<TestTensor>& tensors);

/// (key, raw bytes, count) of each storage, once.
struct TestStorage {
  std::string key;
  std::int64_t count = 0;
  ByteVector data;
};
std::vector<TestStorage> StoragesOf(const std::vector<TestTensor>& tensors);

/// The legacy form around any object pickle.
ByteVector LegacyFile(const ByteVector& object, const std::vector<TestStorage>& storages,
                      bool little_endian = true);

struct TestZipEntry {
  std::string name;
  ByteVector data;
  int method = 0;
  int flags = 0;
};

/// A zip archive. `zip64`: sizes, offsets and the directory's place in zip64 records.
ByteVector ZipFile(const std::vector<TestZipEntry>& entries, bool zip64 = false);

/// Entries of the zip form around any object pickle, under the folder "archive".
std::vector<TestZipEntry> ZipEntries(const ByteVector& object,
                                     const std::vector<TestStorage>& storages);

/// Both forms of a state_dict.
ByteVector LegacyCheckpoint(const std::vector<TestTensor>& tensors);
ByteVector ZipCheckpoint(const std::vector<TestTensor>& tensors);

}  // namespace seafusion::model

#endif  // SEAFUSION_MODEL_IMPORT_CHECKPOINT_BUILDER_H_
