// Every kernel of every CPU target this machine has against its plain twin, bit for bit.
#include "fuse/pixels/kernels.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace seafusion {
namespace {

class PixelKernelsTest : public testing::TestWithParam<CpuTarget> {
 protected:
  const PixelKernels& kernels() const { return PixelKernelsFor(GetParam()); }
};

INSTANTIATE_TEST_SUITE_P(Targets, PixelKernelsTest, testing::ValuesIn(SupportedCpuTargets()),
                         [](const auto& one) { return std::string(CpuTargetName(one.param)); });

// A linear congruential sequence, high bits first.
class Sequence {
 public:
  std::uint32_t Next() {
    state_ = state_ * 6364136223846793005u + 1442695040888963407u;
    return static_cast<std::uint32_t>(state_ >> 32);
  }
  float Unit() { return static_cast<float>(Next()) / 4294967296.0f; }

 private:
  std::uint64_t state_ = 1;
};

template <typename T>
std::vector<T> Samples(std::size_t count) {
  Sequence noise;
  std::vector<T> samples(count);
  for (T& v : samples) v = static_cast<T>(noise.Next() >> 8);
  // The ends, too.
  if (count > 6) {
    std::fill_n(samples.begin(), 3, std::numeric_limits<T>::max());
    std::fill_n(samples.begin() + 3, 3, T{0});
  }
  return samples;
}

std::vector<float> Luma(std::size_t count) {
  Sequence noise;
  std::vector<float> luma(count);
  for (float& v : luma) v = 1.2f * noise.Unit() - 0.1f;
  return luma;
}

template <typename T>
const std::vector<T>& EverySample() {
  static const std::vector<T> all = [] {
    std::vector<T> samples(std::size_t{1} << (8 * sizeof(T)));
    for (std::size_t i = 0; i < samples.size(); ++i) samples[i] = static_cast<T>(i);
    return samples;
  }();
  return all;
}

template <typename T>
void TestReading(const PixelKernels& got_kernels) {
  const SampleKernels<T>& got = got_kernels.Samples<T>();
  const SampleKernels<T>& expected = ReferencePixelKernels().Samples<T>();
  const auto compare = [](auto one, auto other, const std::vector<T>& in, int count) {
    std::vector<float> a(count + 1, -7.0f), b(count + 1, -7.0f);
    one(in.data(), count, a.data());
    other(in.data(), count, b.data());
    EXPECT_EQ(a, b) << count << " pixels";
  };
  // Divisions by the largest sample: each of them.
  const int all = static_cast<int>(EverySample<T>().size());
  compare(got.gray_luma, expected.gray_luma, EverySample<T>(), all);
  compare(got.widen, expected.widen, EverySample<T>(), all);
  for (const int count : {1, 2, 3, 7, 8, 15, 16, 17, 31, 33, 70, 200}) {
    const auto in = Samples<T>(std::size_t{3} * count);
    compare(got.widen, expected.widen, in, count);
    compare(got.gray_luma, expected.gray_luma, in, count);
    compare(got.rgb_luma, expected.rgb_luma, in, count);
    compare(got.integer_luma, expected.integer_luma, in, count);
  }
}

TEST_P(PixelKernelsTest, ReadBytes) {
  TestReading<std::uint8_t>(kernels());
}
TEST_P(PixelKernelsTest, ReadWords) {
  TestReading<std::uint16_t>(kernels());
}

template <typename T>
std::vector<Quantization> Quantizations() {
  const float full = std::numeric_limits<T>::max();
  return {{0.0f, 1.0f, full, 0.5f}, {0.1f, 0.7f, full, 0.5f}, {0.2f, 0.3f, full, 0.0f}};
}

template <typename T>
void TestGray(const PixelKernels& got_kernels) {
  const SampleKernels<T>& got = got_kernels.Samples<T>();
  const SampleKernels<T>& expected = ReferencePixelKernels().Samples<T>();
  for (const Quantization& q : Quantizations<T>()) {
    for (const int count : {1, 5, 16, 17, 64, 201}) {
      const auto luma = Luma(count);
      std::vector<T> a(3 * count + 1, T{77}), b(3 * count + 1, T{77});
      got.write_gray(luma.data(), count, q, a.data());
      expected.write_gray(luma.data(), count, q, b.data());
      EXPECT_EQ(a, b);
      got.write_gray_rgb(luma.data(), count, q, a.data());
      expected.write_gray_rgb(luma.data(), count, q, b.data());
      EXPECT_EQ(a, b);
    }
  }
}

TEST_P(PixelKernelsTest, WriteGray) {
  TestGray<std::uint8_t>(kernels());
  TestGray<std::uint16_t>(kernels());
}

template <typename From, typename To>
void TestColour(const PixelKernels& got, const PixelKernels& expected) {
  for (const Quantization& q : Quantizations<To>()) {
    for (const int count : {1, 5, 16, 17, 64, 201}) {
      const auto luma = Luma(count);
      const auto source = Samples<From>(std::size_t{3} * count);
      std::vector<To> a(3 * count + 1, To{77}), b(3 * count + 1, To{77});
      got.Colour<From, To>().write_rgb(luma.data(), source.data(), count, q, a.data());
      expected.Colour<From, To>().write_rgb(luma.data(), source.data(), count, q, b.data());
      EXPECT_EQ(a, b);
      float lo[2] = {0.4f, 0.4f}, hi[2] = {0.5f, 0.5f};
      got.Extremes<From>()(luma.data(), source.data(), count, &lo[0], &hi[0]);
      expected.Extremes<From>()(luma.data(), source.data(), count, &lo[1], &hi[1]);
      EXPECT_EQ(lo[0], lo[1]);
      EXPECT_EQ(hi[0], hi[1]);
    }
  }
}

TEST_P(PixelKernelsTest, WriteColour) {
  TestColour<std::uint8_t, std::uint8_t>(kernels(), ReferencePixelKernels());
  TestColour<std::uint8_t, std::uint16_t>(kernels(), ReferencePixelKernels());
  TestColour<std::uint16_t, std::uint8_t>(kernels(), ReferencePixelKernels());
  TestColour<std::uint16_t, std::uint16_t>(kernels(), ReferencePixelKernels());
}

TEST_P(PixelKernelsTest, PackedOrders) {
  const PackedKernels& got = kernels().packed;
  const PackedKernels& expected = ReferencePixelKernels().packed;
  for (const int count : {1, 5, 16, 17, 64, 65, 201}) {
    const auto a = Samples<std::uint8_t>(std::size_t{4} * count);
    const std::vector<std::uint8_t> b(a.rbegin(), a.rend());
    // Reads and writes nothing beyond its pixels: `room` is what one may hold.
    const auto compare = [&](int room, const auto& call) {
      std::vector<std::uint8_t> x(std::size_t(room) * count + 1, 77), y(x);
      call(got, x.data());
      call(expected, y.data());
      EXPECT_EQ(x, y) << count << " pixels";
      EXPECT_EQ(x.back(), 77);
    };
    using Table = const PackedKernels&;
    compare(3, [&](Table k, auto* out) { k.turn_bgr(a.data(), count, out); });
    compare(3, [&](Table k, auto* out) { k.drop_alpha(a.data(), count, out); });
    compare(4, [&](Table k, auto* out) { k.join_alpha(a.data(), b.data(), count, out); });
    compare(4, [&](Table k, auto* out) { k.join_alpha(a.data(), nullptr, count, out); });
    compare(1, [&](Table k, auto* out) { k.take_luma(a.data(), count, out); });
    compare(2, [&](Table k, auto* out) { k.join_luma(a.data(), b.data(), count, out); });
  }
}

TEST_P(PixelKernelsTest, FloatsAndRanges) {
  for (const int count : {1, 5, 16, 17, 64, 201}) {
    auto in = Luma(count);
    in[0] = std::nanf("");
    std::vector<float> a(count), b(count);
    kernels().unit_luma(in.data(), count, a.data());
    ReferencePixelKernels().unit_luma(in.data(), count, b.data());
    EXPECT_EQ(a, b);
    a = b = Luma(count);
    kernels().stretch(a.data(), count, 0.1f, 1.7f);
    ReferencePixelKernels().stretch(b.data(), count, 0.1f, 1.7f);
    EXPECT_EQ(a, b);
  }
}

}  // namespace
}  // namespace seafusion
