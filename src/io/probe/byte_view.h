// Numbers out of untrusted bytes: every read is checked against the end.
#ifndef SEAFUSION_IO_PROBE_BYTE_VIEW_H_
#define SEAFUSION_IO_PROBE_BYTE_VIEW_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace seafusion::io::probe {

enum class ByteOrder : std::uint8_t { kLittle, kBig };

class ByteView {
 public:
  ByteView(std::span<const std::uint8_t> bytes, ByteOrder order) : bytes_(bytes), order_(order) {}

  std::uint64_t size() const { return bytes_.size(); }

  bool Holds(std::uint64_t offset, std::uint64_t count) const {
    return offset <= bytes_.size() && count <= bytes_.size() - offset;
  }

  /// The unsigned number of `count` bytes (1 to 8) at `offset`, or nothing past the end.
  std::optional<std::uint64_t> Number(std::uint64_t offset, unsigned count) const {
    if (!Holds(offset, count)) return std::nullopt;
    std::uint64_t value = 0;
    for (unsigned i = 0; i < count; ++i) {
      const unsigned at = order_ == ByteOrder::kBig ? i : count - 1 - i;
      value = value << 8 | bytes_[offset + at];
    }
    return value;
  }

  /// For places that Holds() has vouched for.
  std::uint64_t NumberAt(std::uint64_t offset, unsigned count) const {
    return Number(offset, count).value_or(0);
  }

  bool HasText(std::uint64_t offset, std::string_view text) const {
    if (!Holds(offset, text.size())) return false;
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (bytes_[offset + i] != static_cast<std::uint8_t>(text[i])) return false;
    }
    return true;
  }

 private:
  std::span<const std::uint8_t> bytes_;
  ByteOrder order_;
};

}  // namespace seafusion::io::probe

#endif  // SEAFUSION_IO_PROBE_BYTE_VIEW_H_
