// Random numbers that are the same on every machine and need no state in a checkpoint: a generator
// is made anew from a seed and the place it is used at.
#ifndef SEAFUSION_CORE_SEEDED_NOISE_H_
#define SEAFUSION_CORE_SEEDED_NOISE_H_

#include <cstdint>

namespace seafusion {

/// SplitMix64 (Steele, Lea, Flood 2014). Not for secrets.
class SeededNoise {
 public:
  explicit SeededNoise(std::uint64_t seed, std::uint64_t place = 0)
      : state_(Mix(seed + 0x9e3779b97f4a7c15u) ^ Mix(place + 0xbf58476d1ce4e5b9u)) {}

  std::uint64_t Next() {
    state_ += 0x9e3779b97f4a7c15u;
    return Mix(state_);
  }
  /// In [0, 1).
  double Uniform() { return static_cast<double>(Next() >> 11) * 0x1.0p-53; }
  /// In [lo, hi).
  double Between(double lo, double hi) { return lo + (hi - lo) * Uniform(); }
  bool Chance(double probability) { return Uniform() < probability; }
  /// In [0, bound), bound >= 1.
  std::uint64_t Below(std::uint64_t bound) { return Next() % bound; }

 private:
  static std::uint64_t Mix(std::uint64_t z) {
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
  }
  std::uint64_t state_;
};

}  // namespace seafusion

#endif  // SEAFUSION_CORE_SEEDED_NOISE_H_
