// Integers of 128 bits, for sums of products of 64 bits; compilers for 32-bit machines have none.
#ifndef SEAFUSION_METRICS_STATISTICS_WIDE_INTEGER_H_
#define SEAFUSION_METRICS_STATISTICS_WIDE_INTEGER_H_

#include <bit>
#include <cmath>
#include <cstdint>

namespace seafusion::metrics {

/// Two's complement. Only what is needed here; as with built-in integers, results must fit.
class TwoWordInteger {
 public:
  constexpr TwoWordInteger() = default;
  constexpr TwoWordInteger(
      std::int64_t v)  // NOLINT(google-explicit-constructor): as a built-in one
      : high_(v < 0 ? ~std::uint64_t{0} : 0), low_(static_cast<std::uint64_t>(v)) {}

  friend constexpr TwoWordInteger operator+(TwoWordInteger a, TwoWordInteger b) {
    const std::uint64_t low = a.low_ + b.low_;
    return {a.high_ + b.high_ + (low < a.low_ ? 1 : 0), low};
  }
  friend constexpr TwoWordInteger operator-(TwoWordInteger a, TwoWordInteger b) {
    return {a.high_ - b.high_ - (a.low_ < b.low_ ? 1 : 0), a.low_ - b.low_};
  }
  /// Modulo 2^128, which is right for either sign.
  friend constexpr TwoWordInteger operator*(TwoWordInteger a, TwoWordInteger b) {
    constexpr std::uint64_t kHalf = 0xFFFFFFFFu;
    const std::uint64_t a0 = a.low_ & kHalf, a1 = a.low_ >> 32;
    const std::uint64_t b0 = b.low_ & kHalf, b1 = b.low_ >> 32;
    const std::uint64_t middle = a1 * b0 + ((a0 * b0) >> 32);
    const std::uint64_t other = a0 * b1 + (middle & kHalf);
    const std::uint64_t carried = a1 * b1 + (middle >> 32) + (other >> 32);
    return {carried + a.high_ * b.low_ + a.low_ * b.high_, a.low_ * b.low_};
  }
  friend constexpr bool operator==(TwoWordInteger a, TwoWordInteger b) {
    return a.high_ == b.high_ && a.low_ == b.low_;
  }

  /// The nearest; of two equally near ones the even.
  explicit operator double() const {
    const bool negative = (high_ >> 63) != 0;
    const TwoWordInteger size = negative ? TwoWordInteger(0) - *this : *this;
    // The highest 64 bits, with a last one that says whether there is more below them.
    const int below = 64 - std::countl_zero(size.high_);
    std::uint64_t top = size.low_;
    if (below > 0) {
      const bool more = below == 64 ? size.low_ != 0 : (size.low_ << (64 - below)) != 0;
      top = below == 64 ? size.high_ : (size.high_ << (64 - below)) | (size.low_ >> below);
      top |= more ? 1 : 0;
    }
    const double value = std::ldexp(static_cast<double>(top), below);
    return negative ? -value : value;
  }

 private:
  constexpr TwoWordInteger(std::uint64_t high, std::uint64_t low) : high_(high), low_(low) {}

  std::uint64_t high_ = 0, low_ = 0;
};

#ifdef __SIZEOF_INT128__
__extension__ using WideInteger = __int128;
#else
using WideInteger = TwoWordInteger;
#endif

}  // namespace seafusion::metrics

#endif  // SEAFUSION_METRICS_STATISTICS_WIDE_INTEGER_H_
