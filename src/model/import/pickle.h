// A restricted reader of Python's pickle format, as far as PyTorch checkpoints need it. A pickle is
// a program for a small stack machine that may call any Python function; here nothing is ever
// called: the few calls that are allowed become plain data, everything else is refused by name.
#ifndef SEAFUSION_MODEL_IMPORT_PICKLE_H_
#define SEAFUSION_MODEL_IMPORT_PICKLE_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <seafusion/status.h>

namespace seafusion::model {

enum class PickleKind : std::uint8_t {
  kNone,
  kBool,          ///< `integer` is 0 or 1.
  kInteger,       ///< `integer`.
  kLongInteger,   ///< More than 64 bits: `text` holds its little-endian bytes.
  kFloat,         ///< A number whose value is not kept: no checkpoint needs it.
  kText,          ///< `text`.
  kTuple,         ///< `items`.
  kList,          ///< `items`.
  kDict,          ///< `items`: key, value, key, value, ...; collections.OrderedDict as well.
  kGlobal,        ///< `text`: "module.name" of an allowed class or function.
  kCall,          ///< `items`: the global, the tuple of its arguments. Never executed.
  kPersistentId,  ///< `items`: the identifier, which names data outside the pickle.
};

/// Index of a value in its Pickle.
using PickleId = std::uint32_t;

struct PickleValue {
  PickleKind kind = PickleKind::kNone;
  std::int64_t integer = 0;
  std::string text;
  /// A hostile file can make a value contain itself: follow to a fixed depth only.
  std::vector<PickleId> items;
};

struct PickleLimits {
  std::size_t max_values = std::size_t{1} << 20;
};

/// One pickle, read. Values refer to each other by index, so cycles and sharing are harmless.
class Pickle {
 public:
  /// Reads one pickle from the start of `bytes`; what follows its end is not looked at. Fails with
  /// kCorruptData, kUnsupported (a global or opcode that is not allowed, named in the message) or
  /// kResourceExhausted.
  static StatusOr<Pickle> Read(std::span<const std::uint8_t> bytes,
                               const PickleLimits& limits = {});

  const PickleValue& root() const { return values_[root_]; }
  const PickleValue& at(PickleId id) const { return values_[id]; }
  std::span<const PickleValue> values() const { return values_; }
  /// Length of the pickle in the input.
  std::size_t byte_count() const { return byte_count_; }

  /// The value of a text key of a dictionary, or nullptr. `dict` is of this pickle.
  const PickleValue* Find(const PickleValue& dict, std::string_view key) const;

  /// Whether `value` is a call of the global `name`.
  bool IsCallOf(const PickleValue& value, std::string_view name) const;

 private:
  friend class PickleReader;
  Pickle() = default;
  std::vector<PickleValue> values_;
  PickleId root_ = 0;
  std::size_t byte_count_ = 0;
};

}  // namespace seafusion::model

#endif  // SEAFUSION_MODEL_IMPORT_PICKLE_H_
