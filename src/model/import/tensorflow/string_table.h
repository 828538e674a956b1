// Reads tables of sorted strings: LevelDB's file format (google/leveldb, doc/table_format.md),
// which TensorFlow keeps the index of a checkpoint in.
#ifndef SEAFUSION_MODEL_IMPORT_TENSORFLOW_STRING_TABLE_H_
#define SEAFUSION_MODEL_IMPORT_TENSORFLOW_STRING_TABLE_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include <seafusion/status.h>

namespace seafusion::model {

/// Takes a base-128 number of at most 64 bits off the front of `rest`. False: cut short or too
/// large; `rest` is unspecified then.
bool TakeVarint(std::span<const std::uint8_t>& rest, std::uint64_t& value);

struct TableEntry {
  std::string key;
  std::vector<std::uint8_t> value;
};

/// Upper limits for files from elsewhere: prefix compression lets a small file ask for much.
struct TableLimits {
  std::size_t max_entries = 65536;
  std::size_t max_key_bytes = 1024;
};

/// Whether the bytes end as a table does.
bool IsStringTable(std::span<const std::uint8_t> bytes);

/// All entries; their keys increase strictly. Checksums of all blocks that are read are checked.
/// Fails with kCorruptData, kUnsupported (compressed blocks) or kResourceExhausted.
StatusOr<std::vector<TableEntry>> ParseStringTable(std::span<const std::uint8_t> bytes,
                                                   const TableLimits& limits = {});

}  // namespace seafusion::model

#endif  // SEAFUSION_MODEL_IMPORT_TENSORFLOW_STRING_TABLE_H_
