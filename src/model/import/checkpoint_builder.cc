#include "model/import/checkpoint_builder.h"

#include <cstddef>

#include "core/files/little_endian.h"
#include "model/import/zip_archive.h"

namespace seafusion::model {
namespace {

void Append(const ByteVector& more, ByteVector& out) {
  out.insert(out.end(), more.begin(), more.end());
}
void Append(std::string_view more, ByteVector& out) {
  out.insert(out.end(), more.begin(), more.end());
}
void U16(std::uint64_t v, ByteVector& out) {
  AppendLittleEndian(static_cast<std::uint16_t>(v), out);
}
void U32(std::uint64_t v, ByteVector& out) {
  AppendLittleEndian(static_cast<std::uint32_t>(v), out);
}
void U64(std::uint64_t v, ByteVector& out) {
  AppendLittleEndian(v, out);
}

}  // namespace

PickleBuilder& PickleBuilder::U32(std::uint32_t v) {
  AppendLittleEndian(v, bytes_);
  return *this;
}

PickleBuilder& PickleBuilder::Raw(std::string_view text) {
  Append(text, bytes_);
  return *this;
}

PickleBuilder& PickleBuilder::Text(std::string_view text) {
  return Op('X').U32(static_cast<std::uint32_t>(text.size())).Raw(text);
}

PickleBuilder& PickleBuilder::Int(std::int64_t v) {
  if (v >= 0 && v < 0x100) return Op('K').Byte(static_cast<int>(v));
  if (v >= 0 && v < 0x10000) {
    return Op('M').Byte(static_cast<int>(v & 0xff)).Byte(static_cast<int>(v >> 8));
  }
  if (v == static_cast<std::int32_t>(v)) return Op('J').U32(static_cast<std::uint32_t>(v));
  Byte(0x8a).Byte(8);
  AppendLittleEndian(static_cast<std::uint64_t>(v), bytes_);
  return *this;
}

PickleBuilder& PickleBuilder::Global(std::string_view module, std::string_view name) {
  return Op('c').Raw(module).Op('\n').Raw(name).Op('\n');
}

PickleBuilder& PickleBuilder::IntTuple(const std::vector<std::int64_t>& values) {
  Op('(');
  for (const std::int64_t v : values) Int(v);
  return Op('t');
}

PickleBuilder& PickleBuilder::EmptyOrderedDict() {
  return Global("collections", "OrderedDict").Op(')').Op('R');
}

const ByteVector& PickleBuilder::Stop() {
  Op('.');
  return bytes_;
}

TestTensor FloatTensor(const std::string& name, const std::vector<std::int64_t>& shape,
                       const std::vector<float>& values, const std::string& key) {
  TestTensor t = {.name = name, .shape = shape, .key = key};
  t.stride.resize(shape.size());
  std::int64_t step = 1;
  for (std::size_t d = shape.size(); d-- > 0;) {
    t.stride[d] = step;
    step *= shape[d];
  }
  t.count = static_cast<std::int64_t>(values.size());
  for (const float v : values) AppendFloat32(v, t.data);
  return t;
}

void AppendTensor(PickleBuilder& p, const TestTensor& tensor) {
  if (tensor.parameter) p.Global("torch._utils", "_rebuild_parameter").Op('(');
  p.Global("torch._utils", "_rebuild_tensor_v2").Op('(');
  p.Op('(').Text("storage").Global("torch", tensor.storage_class);
  p.Text(tensor.key).Text(tensor.location).Int(tensor.count).Op('N').Op('t').Op('Q');
  p.Int(tensor.offset).IntTuple(tensor.shape).IntTuple(tensor.stride).Byte(0x89);
  p.EmptyOrderedDict().Op('t').Op('R');
  if (tensor.parameter) p.Byte(0x88).EmptyOrderedDict().Op('t').Op('R');
}

ByteVector StateDictPickle(const std::vector<TestTensor>& tensors) {
  PickleBuilder p;
  p.EmptyOrderedDict().Op('q').Byte(0).Op('(');
  for (const TestTensor& t : tensors) {
    p.Text(t.name);
    AppendTensor(p, t);
  }
  p.Op('u');
  // BUILD with {"_metadata": OrderedDict()}.
  p.Op('}').Text("_metadata").EmptyOrderedDict().Op('s').Op('b');
  return p.Stop();
}

std::vector<TestStorage> StoragesOf(const std::vector<TestTensor>& tensors) {
  std::vector<TestStorage> storages;
  for (const TestTensor& t : tensors) {
    bool known = false;
    for (const TestStorage& s : storages) known = known || s.key == t.key;
    if (!known) storages.push_back({t.key, t.count, t.data});
  }
  return storages;
}

ByteVector LegacyFile(const ByteVector& object, const std::vector<TestStorage>& storages,
                      bool little_endian) {
  ByteVector out = {0x80, 0x02, 0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46,
                    0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, 0x2e};
  Append(PickleBuilder().Int(1001).Stop(), out);
  PickleBuilder system;
  system.Op('}').Op('(').Text("protocol_version").Int(1001).Text("little_endian");
  system.Byte(little_endian ? 0x88 : 0x89).Text("type_sizes").Op('}').Op('u');
  Append(system.Stop(), out);
  Append(object, out);
  PickleBuilder keys;
  keys.Op(']').Op('(');
  for (const TestStorage& s : storages) keys.Text(s.key);
  Append(keys.Op('e').Stop(), out);
  for (const TestStorage& s : storages) {
    AppendLittleEndian(static_cast<std::uint64_t>(s.count), out);
    Append(s.data, out);
  }
  return out;
}

ByteVector ZipFile(const std::vector<TestZipEntry>& entries, bool zip64) {
  constexpr std::uint64_t kElsewhere32 = 0xffffffff;
  ByteVector out;
  ByteVector directory;
  for (const TestZipEntry& e : entries) {
    const std::size_t local_at = out.size();
    const std::uint32_t crc = Crc32(e.data);
    U32(0x04034b50, out);
    for (const int v : {20, e.flags, e.method, 0, 0}) U16(static_cast<std::uint64_t>(v), out);
    U32(crc, out);
    U32(e.data.size(), out);
    U32(e.data.size(), out);
    U16(e.name.size(), out);
    // Padding in the extra field, as PyTorch does to align the data to 64 bytes.
    const std::size_t data_at = out.size() + 2 + e.name.size() + 4;
    const std::size_t padding = (64 - data_at % 64) % 64;
    U16(4 + padding, out);
    Append(e.name, out);
    U16(0x4246, out);
    U16(padding, out);
    out.insert(out.end(), padding, 'Z');
    Append(e.data, out);

    U32(0x02014b50, directory);
    for (const int v : {0, 20, e.flags, e.method, 0, 0}) {
      U16(static_cast<std::uint64_t>(v), directory);
    }
    U32(crc, directory);
    U32(zip64 ? kElsewhere32 : e.data.size(), directory);
    U32(zip64 ? kElsewhere32 : e.data.size(), directory);
    U16(e.name.size(), directory);
    U16(zip64 ? 28 : 0, directory);
    for (int i = 0; i < 3; ++i) U16(0, directory);
    U32(0, directory);
    U32(zip64 ? kElsewhere32 : local_at, directory);
    Append(e.name, directory);
    if (zip64) {
      U16(1, directory);
      U16(24, directory);
      U64(e.data.size(), directory);
      U64(e.data.size(), directory);
      U64(local_at, directory);
    }
  }
  const std::size_t directory_at = out.size();
  Append(directory, out);
  if (zip64) {
    const std::size_t record_at = out.size();
    U32(0x06064b50, out);
    U64(44, out);
    U16(45, out);
    U16(45, out);
    U32(0, out);
    U32(0, out);
    U64(entries.size(), out);
    U64(entries.size(), out);
    U64(directory.size(), out);
    U64(directory_at, out);
    U32(0x07064b50, out);
    U32(0, out);
    U64(record_at, out);
    U32(1, out);
  }
  U32(0x06054b50, out);
  U16(0, out);
  U16(0, out);
  U16(zip64 ? 0xffff : entries.size(), out);
  U16(zip64 ? 0xffff : entries.size(), out);
  U32(zip64 ? kElsewhere32 : directory.size(), out);
  U32(zip64 ? kElsewhere32 : directory_at, out);
  U16(0, out);
  return out;
}

std::vector<TestZipEntry> ZipEntries(const ByteVector& object,
                                     const std::vector<TestStorage>& storages) {
  std::vector<TestZipEntry> entries = {
      {.name = "archive/data.pkl", .data = object},
      {.name = "archive/byteorder", .data = {'l', 'i', 't', 't', 'l', 'e'}}};
  for (const TestStorage& s : storages) {
    entries.push_back({.name = "archive/data/" + s.key, .data = s.data});
  }
  entries.push_back({.name = "archive/version", .data = {'3', '\n'}});
  return entries;
}

ByteVector LegacyCheckpoint(const std::vector<TestTensor>& tensors) {
  return LegacyFile(StateDictPickle(tensors), StoragesOf(tensors));
}

ByteVector ZipCheckpoint(const std::vector<TestTensor>& tensors) {
  return ZipFile(ZipEntries(StateDictPickle(tensors), StoragesOf(tensors)));
}

}  // namespace seafusion::model
