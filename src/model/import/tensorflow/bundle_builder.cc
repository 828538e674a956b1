#include "model/import/tensorflow/bundle_builder.h"

#include <algorithm>
#include <bit>
#include <cstdio>

#include "core/files/crc32c.h"
#include "core/files/file.h"
#include "model/onnx/protobuf_message.h"

namespace seafusion::model {
namespace {

using Bytes = std::vector<std::uint8_t>;

void AppendLittleEndian(Bytes& bytes, std::uint64_t value, int count) {
  for (int i = 0; i < count; ++i) bytes.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
}

void AppendVarint(Bytes& bytes, std::uint64_t value) {
  for (; value >= 0x80; value >>= 7) {
    bytes.push_back(static_cast<std::uint8_t>((value & 0x7f) | 0x80));
  }
  bytes.push_back(static_cast<std::uint8_t>(value));
}

void Append(Bytes& bytes, const Bytes& more) {
  bytes.insert(bytes.end(), more.begin(), more.end());
}

// Appends a block with its trailer; returns its handle.
Bytes AppendBlock(Bytes& file, const std::vector<TestTableEntry>& entries,
                  std::uint8_t compression) {
  Bytes block;
  std::string last;
  for (const auto& [key, value] : entries) {
    std::size_t shared = 0;
    while (shared < std::min(last.size(), key.size()) && last[shared] == key[shared]) ++shared;
    AppendVarint(block, shared);
    AppendVarint(block, key.size() - shared);
    AppendVarint(block, value.size());
    block.insert(block.end(), key.begin() + static_cast<std::ptrdiff_t>(shared), key.end());
    Append(block, value);
    last = key;
  }
  AppendLittleEndian(block, 0, 4);  // the only restart point
  AppendLittleEndian(block, 1, 4);  // how many there are
  Bytes handle;
  AppendVarint(handle, file.size());
  AppendVarint(handle, block.size());
  block.push_back(compression);
  const std::uint32_t checksum = MaskedCrc32c(block);
  AppendLittleEndian(block, checksum, 4);
  Append(file, block);
  return handle;
}

}  // namespace

TestBundleTensor BundleFloats(const std::string& name, const std::vector<std::int64_t>& shape,
                              const std::vector<float>& values) {
  TestBundleTensor tensor{.name = name, .shape = shape, .data = {}};
  for (const float v : values) AppendLittleEndian(tensor.data, std::bit_cast<std::uint32_t>(v), 4);
  return tensor;
}

Bytes TestTable(const std::vector<TestTableEntry>& entries, std::size_t per_block,
                std::uint8_t compression) {
  Bytes file;
  std::vector<TestTableEntry> blocks;
  for (std::size_t i = 0; i < entries.size(); i += per_block) {
    const auto begin = entries.begin() + static_cast<std::ptrdiff_t>(i);
    const auto end =
        entries.begin() + static_cast<std::ptrdiff_t>(std::min(i + per_block, entries.size()));
    const Bytes handle = AppendBlock(file, {begin, end}, compression);
    blocks.emplace_back(std::prev(end)->first, handle);
  }
  Bytes footer = AppendBlock(file, {}, 0);
  Append(footer, AppendBlock(file, blocks, 0));
  constexpr std::size_t kHandles = 40;
  footer.resize(kHandles);
  AppendLittleEndian(footer, 0xdb4775248b80fb57u, 8);
  Append(file, footer);
  return file;
}

TestBundle BundleOf(std::vector<TestBundleTensor> tensors, int shards) {
  std::sort(tensors.begin(), tensors.end(),
            [](const auto& a, const auto& b) { return a.name < b.name; });
  TestBundle bundle;
  bundle.shards.resize(static_cast<std::size_t>(shards));
  bundle.entries.emplace_back("", ProtobufMessage()
                                      .Int(1, static_cast<std::uint64_t>(shards))
                                      .Bytes(3, ProtobufMessage().Int(1, 1).bytes())
                                      .bytes());
  for (const TestBundleTensor& tensor : tensors) {
    ProtobufMessage shape;
    for (const std::int64_t side : tensor.shape) {
      shape.Bytes(2, ProtobufMessage().Int(1, static_cast<std::uint64_t>(side)).bytes());
    }
    Bytes& shard = bundle.shards[static_cast<std::size_t>(tensor.shard)];
    ProtobufMessage entry;
    entry.Int(1, static_cast<std::uint64_t>(tensor.dtype)).Bytes(2, shape.bytes());
    if (tensor.shard > 0) entry.Int(3, static_cast<std::uint64_t>(tensor.shard));
    if (!shard.empty()) entry.Int(4, shard.size());
    entry.Int(5, tensor.data.size()).Fixed32(6, MaskedCrc32c(tensor.data));
    bundle.entries.emplace_back(tensor.name, entry.bytes());
    Append(shard, tensor.data);
  }
  return bundle;
}

bool WriteBundle(const std::string& prefix, const TestBundle& bundle) {
  bool ok =
      WriteFileAtomically(prefix + ".index", TestTable(bundle.entries), IfExists::kReplace).ok();
  for (std::size_t i = 0; i < bundle.shards.size(); ++i) {
    char suffix[40];
    std::snprintf(suffix, sizeof(suffix), ".data-%05zu-of-%05zu", i, bundle.shards.size());
    ok = WriteFileAtomically(prefix + suffix, bundle.shards[i], IfExists::kReplace).ok() && ok;
  }
  return ok;
}

}  // namespace seafusion::model
