#include <seafusion/fuser.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "core/memory/image_buffer.h"
#include "fuse/rows/colour.h"
#include "model/weights/safetensors.h"
#include "nn/engine.h"
#include "nn/test_tiling.h"
#include "nn/test_weights.h"

namespace seafusion {
namespace {

using RangeKind = OutputRange::Kind;

std::vector<std::uint8_t> BytesOf(const model::TensorArchive& weights) {
  auto bytes = model::SerializeSafetensors(weights);
  EXPECT_TRUE(bytes.ok());
  return *bytes;
}

std::vector<std::uint8_t> WeightBytes() {
  return BytesOf(nn::RandomFusionWeights(11));
}

Fuser MakeFuser(int threads = 1, int tile = 0,
                const std::vector<std::uint8_t>& weights = WeightBytes()) {
  auto fuser = Fuser::Create({.threads = threads, .tile = tile, .weights = weights});
  EXPECT_TRUE(fuser.ok()) << fuser.status().message();
  return *std::move(fuser);
}

template <typename T>
ImageBuffer RandomImage(int width, int height, PixelFormat format, std::uint64_t seed) {
  ImageBuffer image = *ImageBuffer::Create(width, height, format);
  nn::TestNoise noise(seed);
  for (int y = 0; y < height; ++y) {
    for (int i = 0; i < width * ChannelCount(format); ++i) {
      const float v = 0.5f + 0.5f * noise.Next();
      image.view().Row<T>(y)[i] =
          static_cast<T>(std::is_same_v<T, float> ? v : v * std::numeric_limits<T>::max());
    }
  }
  return image;
}

template <typename T>
std::vector<T> Samples(const ImageBuffer& image) {
  std::vector<T> v;
  for (int y = 0; y < image.height(); ++y) {
    const T* row = image.view().Row<T>(y);
    v.insert(v.end(), row, row + image.width() * ChannelCount(image.format()));
  }
  return v;
}

ImageBuffer Fuse(const Fuser& fuser, const ImageBuffer& ir, const ImageBuffer& vi,
                 PixelFormat format, const FuseSettings& settings = {}) {
  ImageBuffer out = *ImageBuffer::Create(vi.width(), vi.height(), format);
  const Status s = fuser.Fuse(ir.view(), vi.view(), out.view(), settings);
  EXPECT_TRUE(s.ok()) << s.message();
  return out;
}

TEST(Fuser, LumaIsTheEnginesOutputRounded) {
  const int w = 13, h = 9;
  const ImageBuffer ir = RandomImage<std::uint8_t>(w, h, PixelFormat::kGray8, 1);
  const ImageBuffer vi = RandomImage<std::uint8_t>(w, h, PixelFormat::kRgb8, 2);
  const auto fused = Samples<std::uint8_t>(Fuse(MakeFuser(), ir, vi, PixelFormat::kGray8));

  auto engine = nn::MakeReferenceEngine(nn::RandomFusionWeights(11));
  ASSERT_TRUE(engine.ok());
  std::vector<float> luma(w * h), inf(w * h), expected(w * h);
  const auto rgb = Samples<std::uint8_t>(vi);
  const auto gray = Samples<std::uint8_t>(ir);
  for (int i = 0; i < w * h; ++i) {
    luma[i] =
        0.299f * rgb[3 * i] / 255 + 0.587f * rgb[3 * i + 1] / 255 + 0.114f * rgb[3 * i + 2] / 255;
    inf[i] = gray[i] / 255.0f;
  }
  auto workspace = (*engine)->MakeWorkspace(w, h);
  ASSERT_TRUE((*engine)
                  ->Run({luma.data(), w}, {inf.data(), w}, w, h, {0, 0, w, h}, nullptr, **workspace,
                        {expected.data(), w})
                  .ok());
  for (int i = 0; i < w * h; ++i) EXPECT_NEAR(fused[i], 255 * expected[i], 0.51) << i;
}

TEST(Fuser, LiteNetworksAreTheSameForAnyTileAndThreadCount) {
  const int w = 75, h = 70;
  const ImageBuffer ir = RandomImage<std::uint8_t>(w, h, PixelFormat::kGray8, 3);
  const ImageBuffer vi = RandomImage<std::uint8_t>(w, h, PixelFormat::kGray8, 4);
  for (const bool coarse : {false, true}) {
    const auto archive = nn::RandomLiteWeights({.coarse = coarse}, 11);
    const std::vector<std::uint8_t> weights = BytesOf(archive);
    const auto expected =
        Samples<std::uint8_t>(Fuse(MakeFuser(1, 0, weights), ir, vi, PixelFormat::kGray8));
    for (const auto& [threads, tile] : {std::pair{1, 512}, {2, 0}, {3, 17}, {2, 1}}) {
      EXPECT_EQ(Samples<std::uint8_t>(
                    Fuse(MakeFuser(threads, tile, weights), ir, vi, PixelFormat::kGray8)),
                expected)
          << threads << " threads, tile " << tile;
    }
    // And in fp32 they are the reference engine's.
    auto engine = nn::MakeReferenceEngine(archive);
    ASSERT_TRUE(engine.ok());
    std::vector<float> vis, inf;
    for (const std::uint8_t v : Samples<std::uint8_t>(vi)) vis.push_back(v / 255.0f);
    for (const std::uint8_t v : Samples<std::uint8_t>(ir)) inf.push_back(v / 255.0f);
    const std::vector<float> luma = nn::RunTiled(**engine, vis, inf, w, h, 76, 70);
    const auto exact = Fuser::Create({.precision = Precision::kFp32, .weights = weights});
    ASSERT_TRUE(exact.ok()) << exact.status().message();
    const auto fused = Samples<std::uint8_t>(Fuse(*exact, ir, vi, PixelFormat::kGray8));
    for (std::size_t i = 0; i < luma.size(); ++i) {
      ASSERT_NEAR(fused[i], 255 * luma[i], 0.51) << i;
    }
  }
}

TEST(Fuser, SaysWhichPrecisionALiteNetworkLacks) {
  const std::vector<std::uint8_t> weights = BytesOf(nn::RandomLiteWeights({}, 11));
  const auto fuser = Fuser::Create({.precision = Precision::kInt16, .weights = weights});
  ASSERT_FALSE(fuser.ok());
  EXPECT_EQ(fuser.status().code(), StatusCode::kNotFound);
  EXPECT_EQ(fuser.status().message(),
            "these weights hold no ranges for integers: seafusion calibrate adds them");
}

TEST(Fuser, SamePixelsForAnyTileAndThreadCount) {
  const ImageBuffer ir = RandomImage<std::uint8_t>(75, 70, PixelFormat::kGray8, 3);
  const ImageBuffer vi = RandomImage<std::uint8_t>(75, 70, PixelFormat::kRgb8, 4);
  for (RangeKind kind : {RangeKind::kNone, RangeKind::kReference, RangeKind::kGentle}) {
    const FuseSettings settings{.output_range = {.kind = kind}};
    const auto expected =
        Samples<std::uint8_t>(Fuse(MakeFuser(1), ir, vi, PixelFormat::kRgb8, settings));
    for (const auto& [threads, tile] : {std::pair{1, 512}, {2, 0}, {3, 17}, {2, 33}}) {
      EXPECT_EQ(Samples<std::uint8_t>(
                    Fuse(MakeFuser(threads, tile), ir, vi, PixelFormat::kRgb8, settings)),
                expected)
          << threads << " threads, tile " << tile;
    }
  }
}

TEST(Fuser, EverySizeFromOnePixelUp) {
  const Fuser fuser = MakeFuser();
  for (int w = 1; w <= 11; ++w) {
    for (int h : {1, 2, 3, 10}) {
      const ImageBuffer ir = RandomImage<std::uint8_t>(w, h, PixelFormat::kGray8, 5);
      const ImageBuffer vi = RandomImage<std::uint8_t>(w, h, PixelFormat::kGray8, 6);
      const auto fused = Samples<float>(Fuse(fuser, ir, vi, PixelFormat::kGrayF32));
      for (float v : fused) {
        EXPECT_GT(v, 0.0f);
        EXPECT_LT(v, 1.0f);
      }
    }
  }
}

TEST(Fuser, KeepsTheVisiblePicturesChroma) {
  const Fuser fuser = MakeFuser();
  const ImageBuffer ir = RandomImage<std::uint8_t>(8, 8, PixelFormat::kGray8, 7);
  const ImageBuffer vi = RandomImage<std::uint8_t>(8, 8, PixelFormat::kRgb8, 8);
  const auto luma = Samples<float>(Fuse(fuser, ir, vi, PixelFormat::kGrayF32));
  const auto rgb = Samples<std::uint8_t>(Fuse(fuser, ir, vi, PixelFormat::kRgb8));
  const auto source = Samples<std::uint8_t>(vi);
  for (int i = 0; i < 64; ++i) {
    const Rgb c{source[3 * i] / 255.0f, source[3 * i + 1] / 255.0f, source[3 * i + 2] / 255.0f};
    const Rgb expected = RgbOf(luma[i], ChromaOf(c, LumaOf(c)));
    EXPECT_NEAR(rgb[3 * i], 255 * expected.r, 0.51);
    EXPECT_NEAR(rgb[3 * i + 1], 255 * expected.g, 0.51);
    EXPECT_NEAR(rgb[3 * i + 2], 255 * expected.b, 0.51);
  }
}

TEST(Fuser, GrayVisibleGivesThreeEqualChannels) {
  const Fuser fuser = MakeFuser();
  const ImageBuffer ir = RandomImage<std::uint8_t>(8, 5, PixelFormat::kGray8, 9);
  const ImageBuffer vi = RandomImage<std::uint8_t>(8, 5, PixelFormat::kGray8, 10);
  const auto gray = Samples<std::uint8_t>(Fuse(fuser, ir, vi, PixelFormat::kGray8));
  const auto rgb = Samples<std::uint8_t>(Fuse(fuser, ir, vi, PixelFormat::kRgb8));
  for (std::size_t i = 0; i < gray.size(); ++i) {
    for (int c = 0; c < 3; ++c) EXPECT_EQ(rgb[3 * i + c], gray[i]);
  }
}

TEST(Fuser, SixteenBitSourcesEqualEightBitOnesOfTheSameValue) {
  const Fuser fuser = MakeFuser();
  const ImageBuffer ir8 = RandomImage<std::uint8_t>(9, 6, PixelFormat::kGray8, 11);
  const ImageBuffer vi8 = RandomImage<std::uint8_t>(9, 6, PixelFormat::kRgb8, 12);
  const auto widen = [](const ImageBuffer& in, PixelFormat format) {
    ImageBuffer out = *ImageBuffer::Create(in.width(), in.height(), format);
    for (int y = 0; y < in.height(); ++y) {
      for (int i = 0; i < in.width() * ChannelCount(format); ++i) {
        out.view().Row<std::uint16_t>(y)[i] =
            static_cast<std::uint16_t>(257 * in.view().Row<std::uint8_t>(y)[i]);
      }
    }
    return out;
  };
  const FuseSettings full{.infrared_range = {.kind = InfraredRange::Kind::kFull}};
  const auto a = Samples<std::uint16_t>(Fuse(fuser, ir8, vi8, PixelFormat::kRgb16, full));
  const auto b =
      Samples<std::uint16_t>(Fuse(fuser, widen(ir8, PixelFormat::kGray16),
                                  widen(vi8, PixelFormat::kRgb16), PixelFormat::kRgb16, full));
  for (std::size_t i = 0; i < a.size(); ++i) EXPECT_NEAR(a[i], b[i], 1);
}

TEST(Fuser, ColourInfraredIsReadAsItsLuma) {
  const Fuser fuser = MakeFuser();
  const ImageBuffer gray = RandomImage<std::uint8_t>(6, 6, PixelFormat::kGray8, 13);
  ImageBuffer rgb = *ImageBuffer::Create(6, 6, PixelFormat::kRgb8);
  for (int y = 0; y < 6; ++y) {
    for (int i = 0; i < 18; ++i) {
      rgb.view().Row<std::uint8_t>(y)[i] = gray.view().Row<std::uint8_t>(y)[i / 3];
    }
  }
  EXPECT_EQ(Samples<std::uint8_t>(Fuse(fuser, rgb, gray, PixelFormat::kGray8)),
            Samples<std::uint8_t>(Fuse(fuser, gray, gray, PixelFormat::kGray8)));
}

TEST(Fuser, OutputRangesStretchAsDocumented) {
  const Fuser fuser = MakeFuser();
  const ImageBuffer ir = RandomImage<std::uint8_t>(20, 12, PixelFormat::kGray8, 14);
  const ImageBuffer vi = RandomImage<std::uint8_t>(20, 12, PixelFormat::kGray8, 15);
  const auto luma = Samples<float>(Fuse(fuser, ir, vi, PixelFormat::kGrayF32));
  const auto [lo, hi] = std::minmax_element(luma.begin(), luma.end());
  const auto with = [&](RangeKind kind, double a = 0, double b = 1) {
    return Samples<std::uint8_t>(
        Fuse(fuser, ir, vi, PixelFormat::kGray8, {.output_range = {kind, a, b}}));
  };
  const auto image = with(RangeKind::kImage), reference = with(RangeKind::kReference);
  const auto fixed = with(RangeKind::kFixed, 0.25, 0.75);
  EXPECT_EQ(*std::min_element(image.begin(), image.end()), 0);
  EXPECT_EQ(*std::max_element(image.begin(), image.end()), 255);
  for (std::size_t i = 0; i < luma.size(); ++i) {
    const float unit = (luma[i] - *lo) / (*hi - *lo);
    EXPECT_EQ(image[i], static_cast<int>(255 * unit + 0.5f));
    EXPECT_EQ(reference[i], static_cast<int>(255 * unit));
    EXPECT_NEAR(fixed[i], 255 * std::clamp((luma[i] - 0.25f) / 0.5f, 0.0f, 1.0f), 0.51);
  }
}

TEST(Fuser, GentleIsTheFixedRangeThatItTells) {
  const Fuser fuser = MakeFuser();
  const ImageBuffer ir = RandomImage<std::uint8_t>(75, 70, PixelFormat::kGray8, 14);
  const ImageBuffer vi = RandomImage<std::uint8_t>(75, 70, PixelFormat::kRgb8, 15);
  OutputRange told, told_of_none;
  const auto gentle =
      Samples<std::uint8_t>(Fuse(fuser, ir, vi, PixelFormat::kRgb8,
                                 {.output_range = {RangeKind::kGentle}, .gentle_range = &told}));
  ASSERT_EQ(told.kind, RangeKind::kFixedLuma);
  EXPECT_EQ(gentle,
            Samples<std::uint8_t>(Fuse(fuser, ir, vi, PixelFormat::kRgb8, {.output_range = told})));
  const auto none = Samples<std::uint8_t>(
      Fuse(fuser, ir, vi, PixelFormat::kRgb8, {.gentle_range = &told_of_none}));
  EXPECT_NE(gentle, none);
  EXPECT_EQ(told_of_none.lo, told.lo);
  EXPECT_EQ(told_of_none.hi, told.hi);
}

TEST(Fuser, AFixedLumaKeepsChromaAndGapsHaveItToo) {
  const Fuser fuser = MakeFuser();
  const ImageBuffer ir = RandomImage<std::uint8_t>(24, 18, PixelFormat::kGray8, 14);
  const ImageBuffer vi = RandomImage<std::uint8_t>(24, 18, PixelFormat::kRgb8, 15);
  const OutputRange range{RangeKind::kFixedLuma, 0.2, 0.7};
  const auto luma = Samples<float>(Fuse(fuser, ir, vi, PixelFormat::kGrayF32));
  const auto stretched =
      Samples<float>(Fuse(fuser, ir, vi, PixelFormat::kGrayF32, {.output_range = range}));
  for (std::size_t i = 0; i < luma.size(); ++i) {
    ASSERT_NEAR(stretched[i], std::clamp((luma[i] - 0.2f) / 0.5f, 0.0f, 1.0f), 1e-6);
  }
  const auto plain = Samples<float>(Fuse(fuser, ir, vi, PixelFormat::kRgbF32));
  const auto colour =
      Samples<float>(Fuse(fuser, ir, vi, PixelFormat::kRgbF32, {.output_range = range}));
  for (std::size_t i = 0; i < luma.size(); ++i) {
    for (std::size_t c = 0; c < 3; ++c) {
      const float before = plain[3 * i + c], after = colour[3 * i + c];
      if (before > 0 && before < 1 && after > 0 && after < 1) {
        ASSERT_NEAR(after - before, stretched[i] - luma[i], 1e-5) << i;
      }
    }
  }
  // An infrared picture with a gap: there it is the visible one, by the same range.
  ImageBuffer counts = RandomImage<float>(24, 18, PixelFormat::kGrayF32, 16);
  for (int x = 0; x < 24; ++x) counts.view().Row<float>(7)[x] = std::nanf("");
  OutputRange told;
  const ImageBuffer gray = RandomImage<std::uint8_t>(24, 18, PixelFormat::kGray8, 17);
  const ImageBuffer gapped = Fuse(fuser, counts, gray, PixelFormat::kGrayF32,
                                  {.output_range = {RangeKind::kGentle}, .gentle_range = &told});
  ASSERT_EQ(told.kind, RangeKind::kFixedLuma);
  for (int x = 0; x < 24; ++x) {
    const double level = gray.view().Row<std::uint8_t>(7)[x] / 255.0;
    ASSERT_NEAR(gapped.view().Row<float>(7)[x],
                std::clamp((level - told.lo) / (told.hi - told.lo), 0.0, 1.0), 1e-5);
  }
}

TEST(Fuser, APictureTooLargeToKeepIsFusedTwiceToTheSamePixels) {
  // Above 16 mebipixels.
  auto fuser = Fuser::Create({.threads = 2});
  ASSERT_TRUE(fuser.ok());
  constexpr int kLargeSide = 4100;
  ImageBuffer ir = *ImageBuffer::Create(kLargeSide, kLargeSide, PixelFormat::kGray8);
  for (int y = 0; y < kLargeSide; ++y) {
    for (int x = 0; x < kLargeSide; ++x) {
      ir.view().Row<std::uint8_t>(y)[x] = static_cast<std::uint8_t>(60 + (x / 16 + y / 16) % 100);
    }
  }
  OutputRange told;
  const ImageBuffer gentle = Fuse(*fuser, ir, ir, PixelFormat::kGray8,
                                  {.output_range = {RangeKind::kGentle}, .gentle_range = &told});
  ASSERT_EQ(told.kind, RangeKind::kFixedLuma);
  const ImageBuffer fixed = Fuse(*fuser, ir, ir, PixelFormat::kGray8, {.output_range = told});
  const ImageBuffer image =
      Fuse(*fuser, ir, ir, PixelFormat::kGray8, {.output_range = {RangeKind::kImage}});
  std::uint8_t lo = 255, hi = 0;
  for (int y = 0; y < kLargeSide; ++y) {
    const auto* a = gentle.view().Row<std::uint8_t>(y);
    ASSERT_TRUE(std::equal(a, a + kLargeSide, fixed.view().Row<std::uint8_t>(y))) << y;
    const auto [least, most] = std::minmax_element(image.view().Row<std::uint8_t>(y),
                                                   image.view().Row<std::uint8_t>(y) + kLargeSide);
    lo = std::min(lo, *least);
    hi = std::max(hi, *most);
  }
  EXPECT_EQ(lo, 0);
  EXPECT_EQ(hi, 255);
}

TEST(Fuser, NoOutputRangeIsTooWideOrTooNarrow) {
  const Fuser fuser = MakeFuser();
  const ImageBuffer ir = RandomImage<std::uint8_t>(20, 12, PixelFormat::kGray8, 14);
  const ImageBuffer dark = *ImageBuffer::Create(20, 12, PixelFormat::kGray8);
  for (const auto& [lo, hi] : {std::pair{-1e300, 1e300}, {0.0, 1e-300}, {1e300, 2e300}}) {
    for (const ImageBuffer* vi : {&ir, &dark}) {
      const FuseSettings settings{.output_range = {RangeKind::kFixed, lo, hi}};
      for (const float v : Samples<float>(Fuse(fuser, ir, *vi, PixelFormat::kGrayF32, settings))) {
        ASSERT_TRUE(v >= 0 && v <= 1) << v << " in " << lo << ".." << hi;
      }
      Fuse(fuser, ir, *vi, PixelFormat::kGray8, settings);
    }
  }
}

TEST(Fuser, AConstantResultIsNotStretched) {
  const Fuser fuser = MakeFuser();
  const ImageBuffer one = RandomImage<std::uint8_t>(1, 1, PixelFormat::kGray8, 16);
  const auto none = Samples<std::uint8_t>(Fuse(fuser, one, one, PixelFormat::kGray8));
  const auto image = Samples<std::uint8_t>(
      Fuse(fuser, one, one, PixelFormat::kGray8, {.output_range = {RangeKind::kImage}}));
  EXPECT_EQ(none, image);
}

TEST(Fuser, HonoursStridesAndLeavesPaddingAlone) {
  const Fuser fuser = MakeFuser();
  const ImageBuffer ir = RandomImage<std::uint8_t>(7, 4, PixelFormat::kGray8, 17);
  std::vector<std::uint8_t> padded_ir(4 * 16, 200), padded_out(4 * 32, 77);
  for (int y = 0; y < 4; ++y) std::copy_n(ir.view().Row<std::uint8_t>(y), 7, &padded_ir[16 * y]);
  const auto expected = Samples<std::uint8_t>(Fuse(fuser, ir, ir, PixelFormat::kGray8));
  const ImageView view{padded_ir.data(), 7, 4, 16, PixelFormat::kGray8};
  ASSERT_TRUE(fuser.Fuse(view, view, {padded_out.data(), 7, 4, 32, PixelFormat::kGray8}).ok());
  for (int y = 0; y < 4; ++y) {
    for (int x = 0; x < 32; ++x) {
      EXPECT_EQ(padded_out[32 * y + x], x < 7 ? expected[7 * y + x] : 77);
    }
  }
}

TEST(Fuser, OneFuserServesSeveralThreadsAtOnce) {
  const Fuser fuser = MakeFuser(2, 16);
  const ImageBuffer ir = RandomImage<std::uint8_t>(40, 30, PixelFormat::kGray8, 18);
  const auto expected = Samples<std::uint8_t>(Fuse(fuser, ir, ir, PixelFormat::kGray8));
  std::vector<std::thread> callers;
  for (int t = 0; t < 4; ++t) {
    callers.emplace_back([&] {
      EXPECT_EQ(Samples<std::uint8_t>(Fuse(fuser, ir, ir, PixelFormat::kGray8)), expected);
    });
  }
  for (auto& t : callers) t.join();
}

TEST(Fuser, ErrorsNameTheCauseWithItsNumbers) {
  const Fuser fuser = MakeFuser();
  const ImageBuffer a = RandomImage<std::uint8_t>(6, 4, PixelFormat::kGray8, 19);
  const ImageBuffer b = RandomImage<std::uint8_t>(6, 5, PixelFormat::kGray8, 20);
  ImageBuffer out = *ImageBuffer::Create(6, 4, PixelFormat::kGray8);
  const auto message = [&](const ImageView& ir, const ImageView& vi, const MutableImageView& o) {
    const Status s = fuser.Fuse(ir, vi, o);
    EXPECT_EQ(s.code(), StatusCode::kInvalidArgument);
    return s.message();
  };
  EXPECT_EQ(message(a.view(), b.view(), out.view()), "ir is 6x4, vi is 6x5");
  EXPECT_EQ(message(b.view(), b.view(), out.view()), "out is 6x4, the sources are 6x5");
  EXPECT_EQ(message({}, b.view(), out.view()), "ir has no data");
  EXPECT_EQ(message(out.view(), a.view(), out.view()), "out overlaps a source");
}

TEST(Fuser, CreateRefusesBrokenWeightsAndSillyOptions) {
  std::vector<std::uint8_t> weights = WeightBytes();
  weights.resize(weights.size() / 2);
  EXPECT_EQ(Fuser::Create({.weights = weights}).status().code(), StatusCode::kCorruptData);
  const auto good = WeightBytes();
  EXPECT_EQ(Fuser::Create({.threads = -1, .weights = good}).status().code(),
            StatusCode::kInvalidArgument);
  EXPECT_EQ(Fuser::Create({.tile = 100000, .weights = good}).status().code(),
            StatusCode::kInvalidArgument);
}

TEST(FuserTest, FloatsGiveWhatSixteenBitsGive) {
  const Fuser fuser = MakeFuser();
  const auto ir = RandomImage<std::uint16_t>(24, 18, PixelFormat::kGray16, 31);
  const auto vi = RandomImage<std::uint16_t>(24, 18, PixelFormat::kRgb16, 32);
  const auto as_float = [](const ImageBuffer& image, PixelFormat format) {
    ImageBuffer out = *ImageBuffer::Create(image.width(), image.height(), format);
    const int samples = image.width() * ChannelCount(format);
    for (int y = 0; y < image.height(); ++y) {
      const auto* from = image.view().Row<std::uint16_t>(y);
      for (int i = 0; i < samples; ++i) out.view().Row<float>(y)[i] = from[i] / 65535.0f;
    }
    return out;
  };
  const FuseSettings full{.infrared_range = {.kind = InfraredRange::Kind::kFull}};
  for (const auto kind : {RangeKind::kNone, RangeKind::kImage}) {
    FuseSettings settings = full;
    settings.output_range.kind = kind;
    const auto words = Samples<std::uint16_t>(Fuse(fuser, ir, vi, PixelFormat::kRgb16, settings));
    const auto floats =
        Samples<float>(Fuse(fuser, as_float(ir, PixelFormat::kGrayF32),
                            as_float(vi, PixelFormat::kRgbF32), PixelFormat::kRgbF32, settings));
    ASSERT_EQ(words.size(), floats.size());
    for (std::size_t i = 0; i < words.size(); ++i) {
      ASSERT_NEAR(floats[i], words[i] / 65535.0f, 2e-5) << i;
    }
  }
  // Colour infrared: its luma.
  const auto colour_ir = RandomImage<std::uint16_t>(24, 18, PixelFormat::kRgb16, 33);
  const auto words = Samples<std::uint16_t>(Fuse(fuser, colour_ir, vi, PixelFormat::kRgb16, full));
  const auto floats = Samples<float>(
      Fuse(fuser, as_float(colour_ir, PixelFormat::kRgbF32), vi, PixelFormat::kRgbF32, full));
  for (std::size_t i = 0; i < words.size(); ++i) {
    ASSERT_NEAR(floats[i], words[i] / 65535.0f, 1e-4) << i;
  }
}

TEST(FuserTest, FloatColourMustBeFinite) {
  const Fuser fuser = MakeFuser();
  const auto ir = RandomImage<std::uint8_t>(8, 8, PixelFormat::kGray8, 34);
  ImageBuffer vi = *ImageBuffer::Create(8, 8, PixelFormat::kRgbF32);
  vi.view().Row<float>(5)[3 * 2 + 1] = std::numeric_limits<float>::quiet_NaN();
  ImageBuffer out = *ImageBuffer::Create(8, 8, PixelFormat::kRgb8);
  const Status status = fuser.Fuse(ir.view(), vi.view(), out.view());
  EXPECT_EQ(status.code(), StatusCode::kInvalidArgument);
  EXPECT_EQ(status.message(), "vi has a value that is not finite at (2, 5)");
}

TEST(FuserTest, StopsWhenAsked) {
  const Fuser fuser = MakeFuser();
  const auto ir = RandomImage<std::uint8_t>(8, 8, PixelFormat::kGray8, 35);
  ImageBuffer out = *ImageBuffer::Create(8, 8, PixelFormat::kGray8);
  std::atomic<bool> stop = false;
  EXPECT_TRUE(fuser.Fuse(ir.view(), ir.view(), out.view(), {.stop = &stop}).ok());
  stop = true;
  EXPECT_EQ(fuser.Fuse(ir.view(), ir.view(), out.view(), {.stop = &stop}).code(),
            StatusCode::kCancelled);
}

}  // namespace
}  // namespace seafusion
