#include "model/import/torch_checkpoint.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <limits>
#include <map>
#include <new>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

#include "core/files/little_endian.h"
#include "core/memory/checked_math.h"
#include "core/status_macros.h"
#include "core/text/printable.h"
#include "model/import/pickle.h"
#include "model/import/zip_archive.h"
#include "model/weights/half.h"

namespace seafusion::model {
namespace {

using Bytes = std::span<const std::uint8_t>;

// The legacy form begins with a pickle of the integer 0x1950a86a20f9469cfc6c.
constexpr std::array<std::uint8_t, 15> kLegacyMagic = {
    0x80, 0x02, 0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, 0x2e};
constexpr std::array<std::uint8_t, 4> kZipMagic = {'P', 'K', 3, 4};
constexpr std::int64_t kLegacyVersion = 1001;
constexpr std::size_t kMaxDimensions = 16;

constexpr std::string_view kRebuildTensor = "torch._utils._rebuild_tensor_v2";
constexpr std::string_view kRebuildParameter = "torch._utils._rebuild_parameter";

// Where training scripts keep the state_dict of the network in a larger dictionary.
constexpr std::array<std::string_view, 5> kStateDictKeys = {"state_dict", "model_state_dict",
                                                            "model", "net", "params"};

struct DtypeInfo {
  TorchDtype dtype;
  std::string_view storage;
  std::string_view name;
  std::size_t bytes;
};

constexpr std::array<DtypeInfo, 10> kDtypes = {{
    {TorchDtype::kFloat64, "torch.DoubleStorage", "float64", 8},
    {TorchDtype::kFloat32, "torch.FloatStorage", "float32", 4},
    {TorchDtype::kFloat16, "torch.HalfStorage", "float16", 2},
    {TorchDtype::kBfloat16, "torch.BFloat16Storage", "bfloat16", 2},
    {TorchDtype::kInt64, "torch.LongStorage", "int64", 8},
    {TorchDtype::kInt32, "torch.IntStorage", "int32", 4},
    {TorchDtype::kInt16, "torch.ShortStorage", "int16", 2},
    {TorchDtype::kInt8, "torch.CharStorage", "int8", 1},
    {TorchDtype::kUint8, "torch.ByteStorage", "uint8", 1},
    {TorchDtype::kBool, "torch.BoolStorage", "bool", 1},
}};

const DtypeInfo& InfoOf(TorchDtype dtype) {
  return kDtypes[static_cast<std::size_t>(dtype)];
}

// Raw data that tensors point into.
struct Storage {
  TorchDtype dtype = TorchDtype::kFloat32;
  std::int64_t count = 0;
  Bytes bytes;

  // Nothing when it overflows.
  std::optional<std::uint64_t> ByteCount() const {
    return CheckedMul<std::uint64_t>(static_cast<std::uint64_t>(count), InfoOf(dtype).bytes);
  }
};

using StorageMap = std::map<std::string, Storage>;

struct StorageId {
  std::string key;
  Storage storage;  // without its bytes
};

// The persistent id of a storage: ("storage", class, key, location, element count[, view]). The
// location (cpu, cuda:0) only says where the tensor was.
StatusOr<StorageId> ReadStorageId(const Pickle& pickle, const PickleValue& persistent) {
  const PickleValue& id = pickle.at(persistent.items[0]);
  const std::size_t n = id.items.size();
  if (id.kind != PickleKind::kTuple || (n != 5 && n != 6)) {
    return CorruptData("a reference to outside data is not of the form that torch.save writes");
  }
  const PickleValue& word = pickle.at(id.items[0]);
  const PickleValue& type = pickle.at(id.items[1]);
  const PickleValue& key = pickle.at(id.items[2]);
  const PickleValue& count = pickle.at(id.items[4]);
  if (word.kind != PickleKind::kText || word.text != "storage" ||
      type.kind != PickleKind::kGlobal || key.kind != PickleKind::kText ||
      count.kind != PickleKind::kInteger || count.integer < 0) {
    return CorruptData("a reference to a storage is broken");
  }
  if (n == 6 && pickle.at(id.items[5]).kind != PickleKind::kNone) {
    return Unsupported("storage " + Printable(key.text) + " is a view of another storage");
  }
  for (const DtypeInfo& info : kDtypes) {
    if (info.storage == type.text) {
      return StorageId{key.text, {.dtype = info.dtype, .count = count.integer}};
    }
  }
  return CorruptData(type.text + " is not a storage");
}

// Every storage the pickle refers to, still without bytes.
StatusOr<StorageMap> FindStorages(const Pickle& pickle) {
  StorageMap storages;
  for (const PickleValue& value : pickle.values()) {
    if (value.kind != PickleKind::kPersistentId) continue;
    SEAFUSION_ASSIGN_OR_RETURN(StorageId id, ReadStorageId(pickle, value));
    const auto [it, is_new] = storages.try_emplace(std::move(id.key), id.storage);
    if (!is_new && (it->second.dtype != id.storage.dtype || it->second.count != id.storage.count)) {
      return CorruptData("storage " + Printable(it->first) + " is described in two ways");
    }
  }
  return storages;
}

// The numbers of a tuple such as a shape.
StatusOr<std::vector<std::int64_t>> ReadSizes(const Pickle& pickle, const PickleValue& tuple,
                                              const std::string& who) {
  if (tuple.kind != PickleKind::kTuple || tuple.items.size() > kMaxDimensions) {
    return CorruptData(who + ": size or stride is not a short tuple");
  }
  std::vector<std::int64_t> sizes;
  for (const PickleId id : tuple.items) {
    const PickleValue& v = pickle.at(id);
    if (v.kind != PickleKind::kInteger || v.integer < 0) {
      return CorruptData(who + ": size or stride holds something that is not a count");
    }
    sizes.push_back(v.integer);
  }
  return sizes;
}

// The conversion itself is undefined for finite numbers out of range.
float NarrowToFloat(double v) {
  constexpr double kMax = std::numeric_limits<float>::max();
  if (std::isfinite(v) && std::fabs(v) > kMax) {
    return std::copysign(std::numeric_limits<float>::infinity(), v > 0 ? 1.0f : -1.0f);
  }
  return static_cast<float>(v);
}

float LoadValue(TorchDtype dtype, const std::uint8_t* p) {
  switch (dtype) {
    case TorchDtype::kFloat64:
      return NarrowToFloat(std::bit_cast<double>(LoadLittleEndian<std::uint64_t>(p)));
    case TorchDtype::kFloat32:
      return LoadFloat32(p);
    case TorchDtype::kFloat16:
      return HalfToFloat(LoadLittleEndian<std::uint16_t>(p));
    case TorchDtype::kBfloat16:
      return BFloat16ToFloat(LoadLittleEndian<std::uint16_t>(p));
    default:
      return 0.0f;
  }
}

// Builds tensors and keeps count of their values.
class TensorReader {
 public:
  TensorReader(const Pickle& pickle, const StorageMap& storages, std::size_t file_bytes)
      : pickle_(pickle), storages_(storages), values_left_(file_bytes) {}

  // The tensor that `value` is, or wraps as a parameter; nullptr when it is something else.
  const PickleValue* AsTensor(const PickleValue& value) const {
    const PickleValue* v = &value;
    if (pickle_.IsCallOf(*v, kRebuildParameter)) {
      const PickleValue& arguments = pickle_.at(v->items[1]);
      if (arguments.items.empty()) return nullptr;
      v = &pickle_.at(arguments.items[0]);
    }
    return pickle_.IsCallOf(*v, kRebuildTensor) ? v : nullptr;
  }

  // `call`: _rebuild_tensor_v2(storage, offset, size, stride, requires_grad, hooks).
  StatusOr<TorchTensor> Read(const std::string& name, const PickleValue& call) {
    const std::string who = "tensor " + Printable(name);
    const PickleValue& arguments = pickle_.at(call.items[1]);
    if (arguments.items.size() < 4) return CorruptData(who + ": too few arguments");
    const PickleValue& persistent = pickle_.at(arguments.items[0]);
    const PickleValue& offset = pickle_.at(arguments.items[1]);
    if (persistent.kind != PickleKind::kPersistentId) return CorruptData(who + ": no storage");
    if (offset.kind != PickleKind::kInteger || offset.integer < 0) {
      return CorruptData(who + ": the storage offset is not a count");
    }
    SEAFUSION_ASSIGN_OR_RETURN(const StorageId id, ReadStorageId(pickle_, persistent));
    const Storage& storage = storages_.at(id.key);
    SEAFUSION_ASSIGN_OR_RETURN(std::vector<std::int64_t> shape,
                               ReadSizes(pickle_, pickle_.at(arguments.items[2]), who));
    SEAFUSION_ASSIGN_OR_RETURN(const std::vector<std::int64_t> stride,
                               ReadSizes(pickle_, pickle_.at(arguments.items[3]), who));
    if (stride.size() != shape.size()) return CorruptData(who + ": size and stride disagree");
    SEAFUSION_ASSIGN_OR_RETURN(const std::size_t count,
                               CheckBounds(who, shape, stride, offset.integer, storage));
    TorchTensor tensor = {.name = name, .dtype = storage.dtype};
    if (tensor.has_values()) {
      // A stride of 0 repeats values without limit; honest files share little.
      if (count > values_left_) {
        return ResourceExhausted(who + ": the tensors hold more values than the file has bytes");
      }
      values_left_ -= count;
      tensor.tensor.values = Gather(shape, stride, offset.integer, storage, count);
    }
    tensor.tensor.shape = std::move(shape);
    return tensor;
  }

 private:
  // The number of values, after a check that each of them lies inside the storage.
  static StatusOr<std::size_t> CheckBounds(const std::string& who,
                                           const std::vector<std::int64_t>& shape,
                                           const std::vector<std::int64_t>& stride,
                                           std::int64_t offset, const Storage& storage) {
    std::optional<std::int64_t> count = 1;
    std::optional<std::int64_t> last = offset;
    bool empty = false;
    for (std::size_t i = 0; i < shape.size(); ++i) {
      if (shape[i] == 0) empty = true;
      if (count) count = CheckedMul(*count, shape[i]);
      const auto span = CheckedMul(std::max<std::int64_t>(shape[i] - 1, 0), stride[i]);
      if (last) last = span ? CheckedAdd(*last, *span) : std::nullopt;
    }
    if (empty) return std::size_t{0};
    if (!count || !last) return CorruptData(who + ": its size overflows");
    if (*last >= storage.count) {
      return CorruptData(who + ": value " + std::to_string(*last) + " of a storage of " +
                         std::to_string(storage.count));
    }
    return static_cast<std::size_t>(*count);
  }

  static std::vector<float> Gather(const std::vector<std::int64_t>& shape,
                                   const std::vector<std::int64_t>& stride, std::int64_t offset,
                                   const Storage& storage, std::size_t count) {
    const std::size_t width = InfoOf(storage.dtype).bytes;
    std::vector<float> values(count);
    std::array<std::int64_t, kMaxDimensions> index{};
    std::int64_t at = offset;
    for (float& v : values) {
      v = LoadValue(storage.dtype, &storage.bytes[static_cast<std::size_t>(at) * width]);
      // Next index in row-major order, like an odometer.
      for (std::size_t d = shape.size(); d-- > 0;) {
        if (index[d] + 1 < shape[d]) {
          ++index[d];
          at += stride[d];
          break;
        }
        at -= index[d] * stride[d];
        index[d] = 0;
      }
    }
    return values;
  }

  const Pickle& pickle_;
  const StorageMap& storages_;
  std::size_t values_left_;
};

StatusOr<TorchCheckpoint> ReadTensors(const Pickle& pickle, const StorageMap& storages,
                                      std::size_t file_bytes) {
  TensorReader reader(pickle, storages, file_bytes);
  const auto has_tensor = [&](const PickleValue& dict) {
    for (std::size_t i = 1; i < dict.items.size(); i += 2) {
      if (reader.AsTensor(pickle.at(dict.items[i])) != nullptr) return true;
    }
    return false;
  };
  const PickleValue* dict = &pickle.root();
  if (dict->kind != PickleKind::kDict) {
    return Unsupported("holds a single value, not a dictionary of tensors (a state_dict)");
  }
  for (std::size_t i = 0; i < kStateDictKeys.size() && !has_tensor(*dict); ++i) {
    const PickleValue* inner = pickle.Find(pickle.root(), kStateDictKeys[i]);
    if (inner != nullptr && inner->kind == PickleKind::kDict) dict = inner;
  }
  if (!has_tensor(*dict)) return CorruptData("holds no tensors");

  TorchCheckpoint checkpoint;
  std::set<std::string> names;
  for (std::size_t i = 0; i + 1 < dict->items.size(); i += 2) {
    const PickleValue& key = pickle.at(dict->items[i]);
    if (key.kind != PickleKind::kText) return CorruptData("an entry's name is not text");
    if (!names.insert(key.text).second) {
      return CorruptData("entry " + Printable(key.text) + " appears twice");
    }
    const PickleValue* call = reader.AsTensor(pickle.at(dict->items[i + 1]));
    if (call == nullptr) {
      checkpoint.other_entries.push_back(key.text);
      continue;
    }
    SEAFUSION_ASSIGN_OR_RETURN(TorchTensor tensor, reader.Read(key.text, *call));
    checkpoint.tensors.push_back(std::move(tensor));
  }
  return checkpoint;
}

// Cuts the bytes of each storage out of what follows the pickles: for each key an int64 count, then
// the values.
Status ReadLegacyData(Bytes data, const Pickle& keys, StorageMap& storages) {
  if (keys.root().kind != PickleKind::kList) return CorruptData("the list of storages is broken");
  std::set<std::string> seen;
  for (const PickleId id : keys.root().items) {
    const PickleValue& key = keys.at(id);
    if (key.kind != PickleKind::kText) return CorruptData("the list of storages is broken");
    const std::string who = "storage " + Printable(key.text);
    if (!seen.insert(key.text).second) return CorruptData(who + " appears twice");
    const auto it = storages.find(key.text);
    if (it == storages.end()) return CorruptData(who + " belongs to no tensor");
    Storage& storage = it->second;
    if (data.size() < sizeof(std::uint64_t))
      return CorruptData(who + " is missing; is the file truncated?");
    const auto count = LoadLittleEndian<std::uint64_t>(data.data());
    data = data.subspan(sizeof(std::uint64_t));
    if (count != static_cast<std::uint64_t>(storage.count)) {
      return CorruptData(who + " has " + std::to_string(count) + " values, its tensors expect " +
                         std::to_string(storage.count));
    }
    const auto bytes = storage.ByteCount();
    if (!bytes || *bytes > data.size()) {
      return CorruptData(who + " of " + std::to_string(count) + " values needs more than the " +
                         std::to_string(data.size()) + " bytes left; is the file truncated?");
    }
    storage.bytes = data.first(static_cast<std::size_t>(*bytes));
    data = data.subspan(storage.bytes.size());
  }
  if (!data.empty()) {
    return CorruptData(std::to_string(data.size()) + " bytes after the last storage");
  }
  for (const auto& [key, storage] : storages) {
    if (!seen.contains(key)) return CorruptData("storage " + Printable(key) + " is missing");
  }
  return OkStatus();
}

StatusOr<TorchCheckpoint> ParseLegacy(Bytes file) {
  Bytes rest = file.subspan(kLegacyMagic.size());
  const auto take = [&](const char* what) -> StatusOr<Pickle> {
    StatusOr<Pickle> pickle = Pickle::Read(rest);
    if (!pickle.ok()) return pickle.status().Annotate(what);
    rest = rest.subspan(pickle->byte_count());
    return pickle;
  };
  SEAFUSION_ASSIGN_OR_RETURN(const Pickle version, take("version"));
  if (version.root().kind != PickleKind::kInteger || version.root().integer != kLegacyVersion) {
    return Unsupported("PyTorch's legacy format of another version than 1001");
  }
  SEAFUSION_ASSIGN_OR_RETURN(const Pickle system, take("system"));
  const PickleValue* little_endian = system.Find(system.root(), "little_endian");
  if (little_endian == nullptr || little_endian->kind != PickleKind::kBool) {
    return CorruptData("the byte order is missing");
  }
  if (little_endian->integer == 0) return Unsupported("written on a big-endian machine");
  SEAFUSION_ASSIGN_OR_RETURN(const Pickle object, take("content"));
  SEAFUSION_ASSIGN_OR_RETURN(const Pickle keys, take("list of storages"));
  SEAFUSION_ASSIGN_OR_RETURN(StorageMap storages, FindStorages(object));
  SEAFUSION_RETURN_IF_ERROR(ReadLegacyData(rest, keys, storages));
  return ReadTensors(object, storages, file.size());
}

// The one top folder of the archive with its slash, found through data.pkl.
StatusOr<std::string> FindTopFolder(const ZipArchive& zip) {
  constexpr std::string_view kPickleName = "/data.pkl";
  std::optional<std::string> top;
  for (const auto& [name, entry] : zip.entries()) {
    if (!name.ends_with(kPickleName) || name.find('/') != name.size() - kPickleName.size())
      continue;
    if (top) return CorruptData("the archive holds two data.pkl");
    top = name.substr(0, name.find('/') + 1);
  }
  if (!top) return Unsupported("a zip archive without data.pkl, so not from torch.save");
  for (const auto& [name, entry] : zip.entries()) {
    if (name.starts_with(*top + "code/") || name == *top + "constants.pkl") {
      return Unsupported(
          "a TorchScript archive, which holds a program; save the state_dict() of its model with "
          "torch.save");
    }
  }
  return *top;
}

StatusOr<TorchCheckpoint> ParseZip(Bytes file) {
  SEAFUSION_ASSIGN_OR_RETURN(const ZipArchive zip, ZipArchive::Open(file));
  SEAFUSION_ASSIGN_OR_RETURN(const std::string top, FindTopFolder(zip));
  if (zip.entries().contains(top + "byteorder")) {
    SEAFUSION_ASSIGN_OR_RETURN(const Bytes order, zip.Read(top + "byteorder"));
    if (std::string(order.begin(), order.end()) != "little") {
      return Unsupported("written on a big-endian machine");
    }
  }
  SEAFUSION_ASSIGN_OR_RETURN(const Bytes content, zip.Read(top + "data.pkl"));
  StatusOr<Pickle> pickle = Pickle::Read(content);
  if (!pickle.ok()) return pickle.status().Annotate("data.pkl");
  if (pickle->byte_count() != content.size())
    return CorruptData("data.pkl holds more than a pickle");
  SEAFUSION_ASSIGN_OR_RETURN(StorageMap storages, FindStorages(*pickle));
  for (auto& [key, storage] : storages) {
    std::string name = top;
    name += "data/" + key;
    SEAFUSION_ASSIGN_OR_RETURN(storage.bytes, zip.Read(name));
    const auto bytes = storage.ByteCount();
    if (!bytes || *bytes != storage.bytes.size()) {
      return CorruptData("zip entry " + Printable(name) + " has " +
                         std::to_string(storage.bytes.size()) + " bytes, its tensors expect " +
                         std::to_string(storage.count) + " values of " +
                         std::string(InfoOf(storage.dtype).name));
    }
  }
  return ReadTensors(*pickle, storages, file.size());
}

template <std::size_t N>
bool BeginsWith(Bytes bytes, const std::array<std::uint8_t, N>& magic) {
  return bytes.size() >= N && std::equal(magic.begin(), magic.end(), bytes.begin());
}

}  // namespace

std::string_view TorchDtypeName(TorchDtype dtype) {
  return InfoOf(dtype).name;
}

bool IsTorchCheckpoint(std::span<const std::uint8_t> bytes) {
  return BeginsWith(bytes, kLegacyMagic) || BeginsWith(bytes, kZipMagic);
}

StatusOr<TorchCheckpoint> ParseTorchCheckpoint(std::span<const std::uint8_t> bytes) {
  try {
    if (BeginsWith(bytes, kLegacyMagic)) return ParseLegacy(bytes);
    if (BeginsWith(bytes, kZipMagic)) return ParseZip(bytes);
    return CorruptData("not a file of torch.save");
  } catch (const std::bad_alloc&) {
    return ResourceExhausted("no memory for a checkpoint of " + std::to_string(bytes.size()) +
                             " bytes");
  }
}

}  // namespace seafusion::model
