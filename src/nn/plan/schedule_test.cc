#include "nn/plan/schedule.h"

#include <algorithm>
#include <vector>

#include <gtest/gtest.h>

#include "model/graph/fusion_graph.h"
#include "model/graph/lite_graph.h"

namespace seafusion::nn::plan {
namespace {

std::vector<Plan> Plans() {
  std::vector<Plan> plans;
  plans.push_back(*Compile(model::FusionGraph()));
  plans.push_back(*Compile(model::LiteGraph({.channels = 16, .layers = 6, .coarse = true})));
  return plans;
}

Rect Scaled(const Rect& r, int from, int to) {
  return {ScaledBegin(r.x0, from, to), ScaledBegin(r.y0, from, to), ScaledEnd(r.x1, from, to),
          ScaledEnd(r.y1, from, to)};
}

void ExpectInside(const Rect& inner, const Rect& outer) {
  EXPECT_LE(outer.x0, inner.x0);
  EXPECT_LE(outer.y0, inner.y0);
  EXPECT_GE(outer.x1, inner.x1);
  EXPECT_GE(outer.y1, inner.y1);
}

TEST(Regions, EachStepMakesWhatOthersRead) {
  const int width = 203, height = 151;
  for (const Plan& plan : Plans()) {
    for (int x = 0; x < 90; x += 2) {
      const Rect tile{x, x / 4 * 2, x + 60, x / 4 * 2 + 42};
      const auto regions = Regions(plan, tile, width, height);
      for (std::size_t s = 0; s < plan.steps.size(); ++s) {
        const Step& step = plan.steps[s];
        const Rect& r = regions[s];
        if (s + 1 < plan.steps.size()) {
          EXPECT_EQ(r.x0 % step.grain, 0);
          EXPECT_EQ(r.y0 % step.grain, 0);
          EXPECT_TRUE(r.x1 % step.grain == 0 || r.x1 == Coarser(width, step.shift));
          EXPECT_TRUE(r.y1 % step.grain == 0 || r.y1 == Coarser(height, step.shift));
        }
        const Rect own = Scaled(tile, 0, step.shift);
        EXPECT_LE(own.x0 - r.x0, step.margin);
        EXPECT_LE(r.x1 - own.x1, step.margin);
        for (const Read& read : step.reads) {
          const Map& map = plan.map(read.map);
          ExpectInside(Grown(Scaled(r, step.shift, map.shift), read.reach,
                             Coarser(width, map.shift), Coarser(height, map.shift)),
                       regions[map.step]);
        }
        if (!step.planes.empty()) {
          ExpectInside(Grown(Scaled(r, step.shift, 0), step.plane_reach, width, height),
                       Grown(tile, plan.halo, width, height));
        }
      }
    }
  }
}

TEST(Regions, NothingIsComputedOutsideThePicture) {
  const Plan plan = *Compile(model::FusionGraph());
  for (const Rect& r : Regions(plan, {0, 0, 7, 1}, 7, 1)) EXPECT_EQ(r, (Rect{0, 0, 7, 1}));
}

TEST(Regions, OfSeAFusionGrowByATileAStep) {
  const Plan plan = *Compile(model::FusionGraph());
  EXPECT_EQ(plan.halo, 33);
  EXPECT_EQ(plan.band_width, 128);
  EXPECT_EQ(plan.steps.front().margin, 32);
  EXPECT_EQ(plan.steps.front().ahead, 32);
}

TEST(Bands, EveryColumnOnceAndInputsBeforeTheirReaders) {
  const int width = 10000, height = 40;
  for (const Plan& plan : Plans()) {
    const int wide = plan.band_width;
    for (int x0 : {0, 2, 6, 130, 300}) {
      for (int tile_width : {2, 50, wide, wide + 1, wide + 3, 2 * wide - 1, 3 * wide + 6}) {
        const Rect tile{x0, 0, std::min(x0 + tile_width, width), height};
        const auto regions = Regions(plan, tile, width, height);
        const auto bands = Bands(plan, regions);
        const std::vector<int> columns = RowColumns(plan, tile_width);
        ASSERT_FALSE(bands.empty());
        EXPECT_TRUE(bands.front().first);
        EXPECT_TRUE(bands.back().last);
        // More bands than one only where the memory for carried columns exists.
        EXPECT_EQ(bands.size() > 1, tile.width() > wide);
        for (std::size_t s = 0; s < plan.steps.size(); ++s) {
          const Step& step = plan.steps[s];
          int next = regions[s].x0;
          for (const Band& band : bands) {
            const Columns& own = band.steps[s];
            EXPECT_EQ(own.x0, next);
            EXPECT_LE(own.x0, own.x1);
            next = own.x1;
            EXPECT_LE(own.x1 - own.origin, columns[s]) << s;
            EXPECT_LE(own.origin, own.x0 - kLeftColumns);
            for (const int map : step.writes) {
              if (!band.first) {
                EXPECT_LE(own.origin, own.x0 - plan.map(map).carried_columns);
              }
            }
            if (own.x0 == own.x1) continue;
            for (const Read& read : step.reads) {
              // What it reads is made, in this band or one before, and of the latter no more is
              // read than is carried.
              const Map& map = plan.map(read.map);
              const Columns& from = band.steps[map.step];
              const int end = ScaledEnd(own.x1, step.shift, map.shift) + read.reach;
              const int begin = ScaledBegin(own.x0, step.shift, map.shift) - read.reach;
              EXPECT_GE(from.x1, std::min(end, regions[map.step].x1));
              if (!band.first) {
                EXPECT_LE(from.x0 - begin, map.carried_columns);
              }
            }
          }
          EXPECT_EQ(next, regions[s].x1);
        }
      }
    }
  }
}

TEST(RowSchedule, RowsAreMadeBeforeTheyAreReadAndKeptUntilThen) {
  for (const Plan& plan : Plans()) {
    for (int y0 : {0, 2, 30, 34}) {
      for (int height : {1, 7, 64, 65}) {
        const auto regions = Regions(plan, {0, y0, 4, y0 + height}, 4, y0 + height + 20);
        std::vector<int> done;
        std::vector<int> next(plan.steps.size());
        for (std::size_t s = 0; s < next.size(); ++s) next[s] = regions[s].y0;
        const auto check = [&](int s, int y, int y1) {
          const Step& step = plan.steps[s];
          EXPECT_EQ(y, next[s]);
          EXPECT_LE(y1 - y, step.grain);
          next[s] = y1;
          for (const Read& read : step.reads) {
            const Map& map = plan.map(read.map);
            const Rect& from = regions[map.step];
            const int last = ScaledEnd(y1, step.shift, map.shift) + read.reach;
            const int first = ScaledBegin(y, step.shift, map.shift) - read.reach;
            EXPECT_GE(done[map.step], std::min(last, from.y1));
            EXPECT_LE(done[map.step] - std::max(first, from.y0), map.ring_rows);
          }
        };
        RowSchedule(plan, regions, done, check).Run();
        for (std::size_t s = 0; s < next.size(); ++s) EXPECT_EQ(next[s], regions[s].y1) << s;
      }
    }
  }
}

}  // namespace
}  // namespace seafusion::nn::plan
