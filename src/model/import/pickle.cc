#include "model/import/pickle.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <limits>
#include <new>
#include <unordered_map>
#include <utility>

#include "core/files/little_endian.h"
#include "core/status_macros.h"
#include "core/text/printable.h"

namespace seafusion::model {
namespace {

// Python's pickletools.py names and describes them.
enum Opcode : std::uint8_t {
  kMark = '(',
  kStop = '.',
  kEmptyTuple = ')',
  kTuple = 't',
  kTuple1 = 0x85,
  kTuple2 = 0x86,
  kTuple3 = 0x87,
  kEmptyList = ']',
  kAppend = 'a',
  kAppends = 'e',
  kEmptyDict = '}',
  kSetItem = 's',
  kSetItems = 'u',
  kBinPut = 'q',
  kLongBinPut = 'r',
  kBinGet = 'h',
  kLongBinGet = 'j',
  kGlobal = 'c',
  kReduce = 'R',
  kBuild = 'b',
  kBinPersId = 'Q',
  kBinUnicode = 'X',
  kBinInt = 'J',
  kBinInt1 = 'K',
  kBinInt2 = 'M',
  kBinFloat = 'G',
  kLong1 = 0x8a,
  kNone = 'N',
  kNewTrue = 0x88,
  kNewFalse = 0x89,
  kProto = 0x80,
};

constexpr std::string_view kOrderedDict = "collections.OrderedDict";
// LibTorch's C++ writer wraps containers in it: (value, type name) -> value.
constexpr std::string_view kRestoreTypeTag = "torch.jit._pickle.restore_type_tag";

constexpr std::array kAllowedGlobals = {
    kOrderedDict,
    kRestoreTypeTag,
    std::string_view("torch._utils._rebuild_tensor_v2"),
    std::string_view("torch._utils._rebuild_parameter"),
    std::string_view("torch.DoubleStorage"),
    std::string_view("torch.FloatStorage"),
    std::string_view("torch.HalfStorage"),
    std::string_view("torch.BFloat16Storage"),
    std::string_view("torch.LongStorage"),
    std::string_view("torch.IntStorage"),
    std::string_view("torch.ShortStorage"),
    std::string_view("torch.CharStorage"),
    std::string_view("torch.ByteStorage"),
    std::string_view("torch.BoolStorage"),
};

constexpr std::size_t kMaxGlobalNameBytes = 256;

}  // namespace

// The stack machine. Each step consumes at least one byte and adds at most one value, so time and
// memory are linear in the input.
class PickleReader {
 public:
  PickleReader(std::span<const std::uint8_t> in, const PickleLimits& limits)
      : in_(in), limits_(limits) {}

  StatusOr<Pickle> Run() {
    while (!done_) {
      opcode_at_ = pos_;
      SEAFUSION_ASSIGN_OR_RETURN(const auto op, Take<std::uint8_t>());
      SEAFUSION_RETURN_IF_ERROR(Step(op));
    }
    pickle_.byte_count_ = pos_;
    return std::move(pickle_);
  }

 private:
  Status Fail(const std::string& what) const {
    return CorruptData("pickle byte " + std::to_string(opcode_at_) + ": " + what);
  }

  StatusOr<std::span<const std::uint8_t>> TakeBytes(std::size_t n) {
    if (n > in_.size() - pos_) return Fail("the data ends inside the pickle; is it truncated?");
    const auto bytes = in_.subspan(pos_, n);
    pos_ += n;
    return bytes;
  }

  template <typename T>
  StatusOr<T> Take() {
    SEAFUSION_ASSIGN_OR_RETURN(const auto bytes, TakeBytes(sizeof(T)));
    return LoadLittleEndian<T>(bytes.data());
  }

  // Up to the next line feed, which is consumed.
  StatusOr<std::string> TakeLine() {
    const auto rest = in_.subspan(pos_, std::min(in_.size() - pos_, kMaxGlobalNameBytes));
    const auto end = std::find(rest.begin(), rest.end(), '\n');
    if (end == rest.end()) return Fail("a name without end");
    std::string line(rest.begin(), end);
    pos_ += line.size() + 1;
    return line;
  }

  Status Push(PickleValue value) {
    if (pickle_.values_.size() >= limits_.max_values) {
      return ResourceExhausted("pickle of more than " + std::to_string(limits_.max_values) +
                               " values");
    }
    pickle_.values_.push_back(std::move(value));
    stack_.push_back(static_cast<PickleId>(pickle_.values_.size() - 1));
    return OkStatus();
  }

  Status PushInteger(std::int64_t v, PickleKind kind = PickleKind::kInteger) {
    return Push({.kind = kind, .integer = v});
  }

  std::size_t Floor() const { return marks_.empty() ? 0 : marks_.back(); }

  StatusOr<PickleId> Pop() {
    if (stack_.size() <= Floor()) return Fail("the stack is empty");
    const PickleId id = stack_.back();
    stack_.pop_back();
    return id;
  }

  // The values above the last mark; both are removed.
  StatusOr<std::vector<PickleId>> PopToMark() {
    if (marks_.empty()) return Fail("no mark on the stack");
    const auto from = stack_.begin() + static_cast<std::ptrdiff_t>(marks_.back());
    std::vector<PickleId> items(from, stack_.end());
    stack_.erase(from, stack_.end());
    marks_.pop_back();
    return items;
  }

  Status MakeTuple(std::size_t n) {
    if (stack_.size() - Floor() < n) return Fail("the stack is empty");
    const auto from = stack_.end() - static_cast<std::ptrdiff_t>(n);
    std::vector<PickleId> items(from, stack_.end());
    stack_.erase(from, stack_.end());
    return Push({.kind = PickleKind::kTuple, .items = std::move(items)});
  }

  // Adds items to the container on top of the stack, which stays there.
  Status AddTo(PickleKind kind, const std::vector<PickleId>& items) {
    if (stack_.size() <= Floor() || pickle_.values_[stack_.back()].kind != kind) {
      return Fail(kind == PickleKind::kDict ? "items for something that is not a dictionary"
                                            : "items for something that is not a list");
    }
    if (kind == PickleKind::kDict && items.size() % 2 != 0) return Fail("a key without a value");
    std::vector<PickleId>& target = pickle_.values_[stack_.back()].items;
    target.insert(target.end(), items.begin(), items.end());
    return OkStatus();
  }

  Status Remember(std::uint32_t index) {
    if (stack_.size() <= Floor()) return Fail("the stack is empty");
    memo_[index] = stack_.back();
    return OkStatus();
  }

  Status Recall(std::uint32_t index) {
    const auto it = memo_.find(index);
    if (it == memo_.end()) return Fail("memo entry " + std::to_string(index) + " was never set");
    stack_.push_back(it->second);
    return OkStatus();
  }

  Status LoadGlobal() {
    SEAFUSION_ASSIGN_OR_RETURN(const std::string module, TakeLine());
    SEAFUSION_ASSIGN_OR_RETURN(const std::string member, TakeLine());
    std::string name = module + "." + member;
    if (std::find(kAllowedGlobals.begin(), kAllowedGlobals.end(), name) == kAllowedGlobals.end()) {
      return Unsupported("refers to " + Printable(name) +
                         ", which is not among the things a checkpoint of tensors may hold (save "
                         "model.state_dict() rather than the model)");
    }
    return Push({.kind = PickleKind::kGlobal, .text = std::move(name)});
  }

  Status Reduce() {
    SEAFUSION_ASSIGN_OR_RETURN(const PickleId arguments_id, Pop());
    SEAFUSION_ASSIGN_OR_RETURN(const PickleId callable_id, Pop());
    const PickleValue& callable = pickle_.values_[callable_id];
    const PickleValue& arguments = pickle_.values_[arguments_id];
    if (callable.kind != PickleKind::kGlobal) return Fail("a call of something without a name");
    if (arguments.kind != PickleKind::kTuple) return Fail("a call without a tuple of arguments");
    if (callable.text == kOrderedDict) {
      if (!arguments.items.empty()) return Fail("OrderedDict with arguments");
      return Push({.kind = PickleKind::kDict});
    }
    if (callable.text == kRestoreTypeTag) {
      if (arguments.items.size() != 2) return Fail("restore_type_tag needs two arguments");
      stack_.push_back(arguments.items[0]);
      return OkStatus();
    }
    if (!callable.text.starts_with("torch._utils.")) return Fail("a call of " + callable.text);
    return Push({.kind = PickleKind::kCall, .items = {callable_id, arguments_id}});
  }

  // Sets attributes of an object. Only dictionaries have any here (`_metadata` of a state_dict),
  // and no tensor depends on them.
  Status Build() {
    SEAFUSION_ASSIGN_OR_RETURN(const PickleId state, Pop());
    (void)state;
    if (stack_.size() <= Floor() || pickle_.values_[stack_.back()].kind != PickleKind::kDict) {
      return Fail("attributes for something that is not a dictionary");
    }
    return OkStatus();
  }

  Status LoadLong() {
    SEAFUSION_ASSIGN_OR_RETURN(const auto n, Take<std::uint8_t>());
    SEAFUSION_ASSIGN_OR_RETURN(const auto bytes, TakeBytes(n));
    if (n > sizeof(std::int64_t)) {
      return Push({.kind = PickleKind::kLongInteger, .text = {bytes.begin(), bytes.end()}});
    }
    // Two's complement of n bytes.
    std::uint64_t v = n > 0 && (bytes[n - 1] & 0x80) != 0 ? ~std::uint64_t{0} : 0;
    for (std::size_t i = n; i-- > 0;) v = (v << 8) | bytes[i];
    return PushInteger(static_cast<std::int64_t>(v));
  }

  Status LoadText() {
    SEAFUSION_ASSIGN_OR_RETURN(const auto n, Take<std::uint32_t>());
    SEAFUSION_ASSIGN_OR_RETURN(const auto bytes, TakeBytes(n));
    return Push({.kind = PickleKind::kText, .text = {bytes.begin(), bytes.end()}});
  }

  Status Stop() {
    if (!marks_.empty() || stack_.size() != 1) {
      return Fail("ends with " + std::to_string(stack_.size()) + " values on the stack");
    }
    pickle_.root_ = stack_.back();
    done_ = true;
    return OkStatus();
  }

  Status Step(std::uint8_t op) {
    switch (op) {
      case kProto: {
        SEAFUSION_ASSIGN_OR_RETURN(const auto version, Take<std::uint8_t>());
        // 4 and later frame their content with other opcodes; torch.save writes 2.
        if (version > 3) {
          return Unsupported("pickle protocol " + std::to_string(version) +
                             "; 2 and 3 can be read (torch.save writes 2)");
        }
        return OkStatus();
      }
      case kMark:
        marks_.push_back(stack_.size());
        return OkStatus();
      case kStop:
        return Stop();
      case kEmptyTuple:
        return Push({.kind = PickleKind::kTuple});
      case kTuple: {
        SEAFUSION_ASSIGN_OR_RETURN(std::vector<PickleId> items, PopToMark());
        return Push({.kind = PickleKind::kTuple, .items = std::move(items)});
      }
      case kTuple1:
      case kTuple2:
      case kTuple3:
        return MakeTuple(std::size_t{1} + op - kTuple1);
      case kEmptyList:
        return Push({.kind = PickleKind::kList});
      case kAppend: {
        SEAFUSION_ASSIGN_OR_RETURN(const PickleId item, Pop());
        return AddTo(PickleKind::kList, {item});
      }
      case kAppends: {
        SEAFUSION_ASSIGN_OR_RETURN(const std::vector<PickleId> items, PopToMark());
        return AddTo(PickleKind::kList, items);
      }
      case kEmptyDict:
        return Push({.kind = PickleKind::kDict});
      case kSetItem: {
        SEAFUSION_ASSIGN_OR_RETURN(const PickleId value, Pop());
        SEAFUSION_ASSIGN_OR_RETURN(const PickleId key, Pop());
        return AddTo(PickleKind::kDict, {key, value});
      }
      case kSetItems: {
        SEAFUSION_ASSIGN_OR_RETURN(const std::vector<PickleId> items, PopToMark());
        return AddTo(PickleKind::kDict, items);
      }
      case kBinPut: {
        SEAFUSION_ASSIGN_OR_RETURN(const auto index, Take<std::uint8_t>());
        return Remember(index);
      }
      case kLongBinPut: {
        SEAFUSION_ASSIGN_OR_RETURN(const auto index, Take<std::uint32_t>());
        return Remember(index);
      }
      case kBinGet: {
        SEAFUSION_ASSIGN_OR_RETURN(const auto index, Take<std::uint8_t>());
        return Recall(index);
      }
      case kLongBinGet: {
        SEAFUSION_ASSIGN_OR_RETURN(const auto index, Take<std::uint32_t>());
        return Recall(index);
      }
      case kGlobal:
        return LoadGlobal();
      case kReduce:
        return Reduce();
      case kBuild:
        return Build();
      case kBinPersId: {
        SEAFUSION_ASSIGN_OR_RETURN(const PickleId id, Pop());
        return Push({.kind = PickleKind::kPersistentId, .items = {id}});
      }
      case kBinUnicode:
        return LoadText();
      case kBinInt: {
        SEAFUSION_ASSIGN_OR_RETURN(const auto v, Take<std::uint32_t>());
        return PushInteger(static_cast<std::int32_t>(v));
      }
      case kBinInt1: {
        SEAFUSION_ASSIGN_OR_RETURN(const auto v, Take<std::uint8_t>());
        return PushInteger(v);
      }
      case kBinInt2: {
        SEAFUSION_ASSIGN_OR_RETURN(const auto v, Take<std::uint16_t>());
        return PushInteger(v);
      }
      case kBinFloat: {
        SEAFUSION_RETURN_IF_ERROR(TakeBytes(sizeof(double)).status());
        return Push({.kind = PickleKind::kFloat});
      }
      case kLong1:
        return LoadLong();
      case kNone:
        return Push({.kind = PickleKind::kNone});
      case kNewTrue:
        return PushInteger(1, PickleKind::kBool);
      case kNewFalse:
        return PushInteger(0, PickleKind::kBool);
      default: {
        const std::string code{static_cast<char>(op)};
        return Unsupported("pickle byte " + std::to_string(opcode_at_) + ": opcode " +
                           Printable(code) + " (" + std::to_string(op) + ") is not allowed");
      }
    }
  }

  std::span<const std::uint8_t> in_;
  PickleLimits limits_;
  std::size_t pos_ = 0;
  std::size_t opcode_at_ = 0;
  bool done_ = false;
  Pickle pickle_;
  std::vector<PickleId> stack_;
  std::vector<std::size_t> marks_;
  std::unordered_map<std::uint32_t, PickleId> memo_;
};

StatusOr<Pickle> Pickle::Read(std::span<const std::uint8_t> bytes, const PickleLimits& limits) {
  try {
    return PickleReader(bytes, limits).Run();
  } catch (const std::bad_alloc&) {
    return ResourceExhausted("no memory for a pickle of " + std::to_string(bytes.size()) +
                             " bytes");
  }
}

const PickleValue* Pickle::Find(const PickleValue& dict, std::string_view key) const {
  if (dict.kind != PickleKind::kDict) return nullptr;
  for (std::size_t i = 0; i + 1 < dict.items.size(); i += 2) {
    const PickleValue& k = at(dict.items[i]);
    if (k.kind == PickleKind::kText && k.text == key) return &at(dict.items[i + 1]);
  }
  return nullptr;
}

bool Pickle::IsCallOf(const PickleValue& value, std::string_view name) const {
  return value.kind == PickleKind::kCall && at(value.items[0]).text == name;
}

}  // namespace seafusion::model
