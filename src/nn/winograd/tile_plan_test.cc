#include "nn/winograd/tile_plan.h"

#include <algorithm>
#include <vector>

#include <gtest/gtest.h>

#include "model/fusion_graph.h"
#include "nn/winograd/kernels/kernels.h"

namespace seafusion::nn::winograd {
namespace {

TEST(PlanRegions, EachStepMakesWhatTheNextReads) {
  const int width = 203, height = 150;
  for (int x = 0; x < 90; ++x) {
    const Rect tile{x, x / 2, x + 60, x / 2 + 41};
    const auto regions = PlanRegions(tile, width, height);
    EXPECT_EQ(regions[kLast], tile);
    for (int s = kFirst; s < kLast; ++s) {
      const Rect& r = regions[s];
      EXPECT_EQ(r.x0 % 4, 0);
      EXPECT_EQ(r.y0 % 4, 0);
      EXPECT_TRUE(r.x1 % 4 == 0 || r.x1 == width);
      EXPECT_TRUE(r.y1 % 4 == 0 || r.y1 == height);
      // Whole 6x6 patches of the next step.
      const Rect needed = Grown(regions[s + 1], 1, width, height);
      EXPECT_LE(r.x0, needed.x0);
      EXPECT_LE(r.y0, needed.y0);
      EXPECT_GE(r.x1, needed.x1);
      EXPECT_GE(r.y1, needed.y1);
    }
    const Rect input = Grown(tile, kHalo, width, height);
    const Rect read = Grown(regions[kFirst], 1, width, height);
    EXPECT_LE(input.x0, read.x0);
    EXPECT_LE(input.y0, read.y0);
    EXPECT_GE(input.x1, read.x1);
    EXPECT_GE(input.y1, read.y1);
    EXPECT_LT(regions[kFirst].width() + kLeftColumns, RowPitch(tile.width()));
  }
}

TEST(PlanRegions, NothingIsComputedOutsideThePicture) {
  const auto regions = PlanRegions({0, 0, 7, 1}, 7, 1);
  for (const Rect& r : regions) EXPECT_EQ(r, (Rect{0, 0, 7, 1}));
}

TEST(PlanBands, EveryColumnOnceAndInputsBeforeTheirReaders) {
  const int width = 700, height = 40;
  for (int x0 : {0, 1, 6, 130, 300}) {
    for (int tile_width : {1, 50, 128, 129, 131, 255, 390, 400}) {
      const Rect tile{x0, 0, std::min(x0 + tile_width, width), height};
      const auto regions = PlanRegions(tile, width, height);
      const auto bands = PlanBands(regions);
      ASSERT_FALSE(bands.empty());
      EXPECT_TRUE(bands.front().first);
      EXPECT_TRUE(bands.back().last);
      // More bands than one only where the memory for carried columns exists.
      EXPECT_EQ(bands.size() > 1, tile.width() > kBandWidth);
      for (int s = kFirst; s < kSteps; ++s) {
        int next = regions[s].x0;
        for (const Band& band : bands) {
          EXPECT_EQ(band.steps[s].x0, next);
          EXPECT_LE(band.steps[s].x0, band.steps[s].x1);
          next = band.steps[s].x1;
          const int carried = s == kFirst || s == kTail1 ? kCarriedInput : kCarried;
          if (!band.first && s != kLast) {
            EXPECT_LE(band.origin, band.steps[s].x0 - carried);
          }
          EXPECT_LE(band.steps[s].x1 - band.origin + kPatchSide,
                    RowPitch(std::min(tile.width(), kBandWidth)));
          if (s == kLast || band.steps[s + 1].x0 == band.steps[s + 1].x1) continue;
          // The columns its reader needs are made, in this band or one before.
          EXPECT_GE(next, std::min(band.steps[s + 1].x1 + 1, regions[s].x1));
          // And of those made before, not more are needed than are carried.
          if (!band.first) {
            EXPECT_LE(band.steps[s].x0 - (band.steps[s + 1].x0 - 1), kCarried);
          }
        }
        EXPECT_EQ(next, regions[s].x1);
      }
    }
  }
}

TEST(RowRing, RowsReturnAfterOneRound) {
  std::vector<float> memory(RowRing::SizeInFloats(3, 12, 20));
  const RowRing ring(memory.data(), 3, 12, 20);
  EXPECT_EQ(ring.Row(25, 2), ring.Row(1, 2));
  EXPECT_EQ(ring.Row(1, 1) - ring.Row(1, 0), 20 * 16);
  EXPECT_EQ(ring.Row(11, 2) + 20 * 16, memory.data() + memory.size());
}

}  // namespace
}  // namespace seafusion::nn::winograd
