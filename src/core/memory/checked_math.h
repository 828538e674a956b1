// Size arithmetic that reports overflow instead of wrapping. Every size that comes from a file or a
// caller goes through here before it reaches an allocation or an index.
#ifndef SEAFUSION_CORE_MEMORY_CHECKED_MATH_H_
#define SEAFUSION_CORE_MEMORY_CHECKED_MATH_H_

#include <concepts>
#include <limits>
#include <optional>

namespace seafusion {

template <std::integral T>
constexpr std::optional<T> CheckedAdd(T a, T b) {
  T r{};
  if (__builtin_add_overflow(a, b, &r)) return std::nullopt;
  return r;
}

template <std::integral T>
constexpr std::optional<T> CheckedMul(T a, T b) {
  T r{};
  if (__builtin_mul_overflow(a, b, &r)) return std::nullopt;
  return r;
}

/// Product of all factors, or nothing when it does not fit.
template <std::integral T, std::same_as<T>... Rest>
constexpr std::optional<T> CheckedProduct(T first, Rest... rest) {
  std::optional<T> r = first;
  ((r = r ? CheckedMul(*r, rest) : std::nullopt), ...);
  return r;
}

/// The value in another integer type, or nothing when it does not fit.
template <std::integral To, std::integral From>
constexpr std::optional<To> CheckedCast(From v) {
  To r = static_cast<To>(v);
  if (static_cast<From>(r) != v || ((r < To{}) != (v < From{}))) return std::nullopt;
  return r;
}

}  // namespace seafusion

#endif  // SEAFUSION_CORE_MEMORY_CHECKED_MATH_H_
