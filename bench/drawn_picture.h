// The picture that benchmarks measure on.
#ifndef SEAFUSION_BENCH_DRAWN_PICTURE_H_
#define SEAFUSION_BENCH_DRAWN_PICTURE_H_

#include <cmath>
#include <cstdint>
#include <vector>

namespace seafusion {

inline constexpr int kDrawnWidth = 640;
inline constexpr int kDrawnHeight = 480;

/// Gray, edges, gradients and noise, so that no shortcut for flat areas is taken more than in a
/// picture; another one for another seed.
inline std::vector<std::uint8_t> DrawPicture(unsigned seed) {
  std::vector<std::uint8_t> samples;
  unsigned state = seed;
  for (int y = 0; y < kDrawnHeight; ++y) {
    for (int x = 0; x < kDrawnWidth; ++x) {
      state = state * 1664525U + 1013904223U;
      const double slow = 90 + 60 * std::sin(0.01 * x * seed) + 50 * std::cos(0.02 * y + seed);
      const int edge = (x / 40 + y / 60) % 2 == 0 ? 20 : 0;
      samples.push_back(
          static_cast<std::uint8_t>(static_cast<int>(slow) + edge + static_cast<int>(state >> 28)));
    }
  }
  return samples;
}

}  // namespace seafusion

#endif  // SEAFUSION_BENCH_DRAWN_PICTURE_H_
