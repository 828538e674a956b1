// What a fusion must do whatever its weights: relations between results of related pictures.
#include <seafusion/fuser.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "core/memory/image_buffer.h"
#include "model/weights/safetensors.h"
#include "nn/test_tiling.h"
#include "nn/test_weights.h"

namespace seafusion {
namespace {

constexpr int kBorder = 20;  // beyond the reach of both networks' layers

struct NetworkCase {
  std::string name;
  std::vector<std::uint8_t> weights;
  int step;  // moves by this many pixels give the same bits
};

// Without the coarse path, which sees the whole picture.
std::vector<NetworkCase> Networks() {
  const auto bytes = [](const model::TensorArchive& archive) {
    return *model::SerializeSafetensors(archive);
  };
  return {{"seafusion", bytes(nn::RandomFusionWeights(5)), 4},
          {"lite", bytes(nn::RandomLiteWeights({.coarse = false}, 5)), 2}};
}

Fuser MakeFp32(const NetworkCase& network) {
  return *Fuser::Create({.threads = 1, .precision = Precision::kFp32, .weights = network.weights});
}

template <typename T>
ImageBuffer Cut(const ImageBuffer& from, int x0, int y0, int width, int height) {
  ImageBuffer to = *ImageBuffer::Create(width, height, from.format());
  const int channels = ChannelCount(from.format());
  for (int y = 0; y < height; ++y) {
    std::copy_n(from.view().Row<T>(y0 + y) + static_cast<std::ptrdiff_t>(x0) * channels,
                width * channels, to.view().Row<T>(y));
  }
  return to;
}

ImageBuffer Noisy(int width, int height, PixelFormat format, std::uint64_t seed) {
  ImageBuffer image = *ImageBuffer::Create(width, height, format);
  nn::TestNoise noise(seed);
  for (int y = 0; y < height; ++y) {
    for (int i = 0; i < width * ChannelCount(format); ++i) {
      image.view().Row<std::uint8_t>(y)[i] =
          static_cast<std::uint8_t>(127.5f + 127.4f * noise.Next());
    }
  }
  return image;
}

ImageBuffer Result(const Fuser& fuser, const ImageBuffer& ir, const ImageBuffer& vi,
                   const FuseSettings& settings = {}) {
  ImageBuffer out = *ImageBuffer::Create(vi.width(), vi.height(), vi.format());
  const Status status = fuser.Fuse(ir.view(), vi.view(), out.view(), settings);
  EXPECT_TRUE(status.ok()) << status.message();
  return out;
}

// Largest difference of samples of two pictures of one size, `border` pixels from their borders on.
int Difference(const ImageBuffer& a, const ImageBuffer& b, int border) {
  int most = 0;
  const int channels = ChannelCount(a.format());
  for (int y = border; y < a.height() - border; ++y) {
    for (int i = border * channels; i < (a.width() - border) * channels; ++i) {
      most = std::max(
          most, std::abs(a.view().Row<std::uint8_t>(y)[i] - b.view().Row<std::uint8_t>(y)[i]));
    }
  }
  return most;
}

TEST(Metamorphic, AMovedPairGivesTheMovedPicture) {
  constexpr int kCutWidth = 72, kCutHeight = 68, kMostMoved = 8;
  const ImageBuffer ir =
      Noisy(kCutWidth + kMostMoved, kCutHeight + kMostMoved, PixelFormat::kGray8, 1);
  const ImageBuffer vi =
      Noisy(kCutWidth + kMostMoved, kCutHeight + kMostMoved, PixelFormat::kRgb8, 2);
  for (const NetworkCase& network : Networks()) {
    const Fuser fuser = MakeFp32(network);
    const ImageBuffer whole = Result(fuser, ir, vi);
    for (const auto& [dx, dy] : {std::pair{4, 0}, {0, 8}, {8, 4}, {2, 6}, {2, 0}}) {
      const ImageBuffer moved = Result(fuser, Cut<std::uint8_t>(ir, dx, dy, kCutWidth, kCutHeight),
                                       Cut<std::uint8_t>(vi, dx, dy, kCutWidth, kCutHeight));
      const bool exact = dx % network.step == 0 && dy % network.step == 0;
      EXPECT_LE(Difference(moved, Cut<std::uint8_t>(whole, dx, dy, kCutWidth, kCutHeight), kBorder),
                exact ? 0 : 1)
          << network.name << " by " << dx << ", " << dy;
    }
  }
}

TEST(Metamorphic, AConstantPairStaysConstant) {
  ImageBuffer ir = *ImageBuffer::Create(57, 55, PixelFormat::kGray8);
  ImageBuffer vi = *ImageBuffer::Create(57, 55, PixelFormat::kRgb8);
  for (const NetworkCase& network : Networks()) {
    const Fuser fuser = MakeFp32(network);
    for (const auto& [heat, light] : {std::pair{0, 0}, {255, 255}, {30, 200}, {200, 30}}) {
      for (int y = 0; y < 55; ++y) {
        std::fill_n(ir.view().Row<std::uint8_t>(y), 57, static_cast<std::uint8_t>(heat));
        std::fill_n(vi.view().Row<std::uint8_t>(y), 57 * 3, static_cast<std::uint8_t>(light));
      }
      const ImageBuffer fused = Result(fuser, ir, vi);
      // The lite network has a value for each of the four pixels of a block, which training makes
      // alike and random weights do not.
      for (int y = kBorder; y < 55 - kBorder; ++y) {
        for (int x = kBorder; x < 57 - kBorder; ++x) {
          const auto* pixel = fused.view().Row<std::uint8_t>(y) + 3 * x;
          const auto* same =
              fused.view().Row<std::uint8_t>(kBorder + y % 2) + 3 * (kBorder + x % 2);
          ASSERT_EQ(std::memcmp(pixel, same, 3), 0) << network.name << " at " << x << ", " << y;
        }
      }
    }
  }
}

TEST(Metamorphic, WhatWasFusedBeforeChangesNothing) {
  for (const NetworkCase& network : Networks()) {
    const Fuser fuser = MakeFp32(network);
    const ImageBuffer ir = Noisy(40, 34, PixelFormat::kGray8, 3);
    const ImageBuffer vi = Noisy(40, 34, PixelFormat::kRgb8, 4);
    const ImageBuffer first = Result(fuser, ir, vi);
    (void)Result(fuser, Noisy(90, 21, PixelFormat::kGray8, 5),
                 Noisy(90, 21, PixelFormat::kGray8, 6));
    (void)Result(fuser, vi.format() == PixelFormat::kRgb8 ? ir : vi, ir);
    EXPECT_EQ(Difference(first, Result(fuser, ir, vi), 0), 0) << network.name;
  }
}

// The same scene as a camera of 16 bits counts it.
TEST(Metamorphic, TheUnitOfInfraredCountsDoesNotMatter) {
  const ImageBuffer ir = Noisy(41, 38, PixelFormat::kGray8, 7);
  const ImageBuffer vi = Noisy(41, 38, PixelFormat::kRgb8, 8);
  ImageBuffer counts = *ImageBuffer::Create(41, 38, PixelFormat::kGray16);
  for (const auto& [base, unit] : {std::pair{0, 257}, {21000, 16}, {7000, 1}}) {
    for (int y = 0; y < 38; ++y) {
      for (int x = 0; x < 41; ++x) {
        counts.view().Row<std::uint16_t>(y)[x] =
            static_cast<std::uint16_t>(base + unit * ir.view().Row<std::uint8_t>(y)[x]);
      }
    }
    const InfraredRange range{.kind = InfraredRange::Kind::kFixed,
                              .lo = static_cast<float>(base),
                              .hi = static_cast<float>(base + 255 * unit)};
    for (const NetworkCase& network : Networks()) {
      const Fuser fuser = MakeFp32(network);
      EXPECT_LE(Difference(Result(fuser, ir, vi),
                           Result(fuser, counts, vi, {.infrared_range = range}), 0),
                1)
          << network.name << ", " << unit << " counts a level";
    }
  }
}

// Gray in three channels has no colour, and gets none.
TEST(Metamorphic, GrayStaysGray) {
  const ImageBuffer ir = Noisy(40, 36, PixelFormat::kGray8, 9);
  const ImageBuffer gray = Noisy(40, 36, PixelFormat::kGray8, 10);
  ImageBuffer coloured = *ImageBuffer::Create(40, 36, PixelFormat::kRgb8);
  for (int y = 0; y < 36; ++y) {
    for (int i = 0; i < 3 * 40; ++i) {
      coloured.view().Row<std::uint8_t>(y)[i] = gray.view().Row<std::uint8_t>(y)[i / 3];
    }
  }
  for (const NetworkCase& network : Networks()) {
    const Fuser fuser = MakeFp32(network);
    const ImageBuffer a = Result(fuser, ir, gray), b = Result(fuser, ir, coloured);
    for (int y = 0; y < 36; ++y) {
      for (int i = 0; i < 3 * 40; ++i) {
        const int x = i / 3;
        ASSERT_NEAR(b.view().Row<std::uint8_t>(y)[i], a.view().Row<std::uint8_t>(y)[x], 1)
            << network.name << " at " << x << ", " << y;
      }
    }
  }
}

}  // namespace
}  // namespace seafusion
