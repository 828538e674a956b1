#include "synth/render.h"

#include <algorithm>
#include <cstdint>
#include <set>
#include <vector>

#include <gtest/gtest.h>

namespace seafusion::synth {
namespace {

ScenePair Render(SceneOptions options) {
  auto pair = RenderScene(options);
  EXPECT_TRUE(pair.ok()) << pair.status().message();
  return *std::move(pair);
}

std::vector<std::uint8_t> Bytes(const ImageBuffer& image) {
  const auto* p = image.view().Row<std::uint8_t>(0);
  return {p, p + image.view().stride * image.height()};
}

std::uint8_t Gray(const ImageBuffer& image, int x, int y) {
  return image.view().Row<std::uint8_t>(y)[x];
}

double Luma(const ImageBuffer& image, int x, int y) {
  const std::uint8_t* p = image.view().Row<std::uint8_t>(y) + 3 * x;
  return 0.299 * p[0] + 0.587 * p[1] + 0.114 * p[2];
}

TEST(RenderScene, TheSameSeedGivesTheSamePictures) {
  const SceneOptions options{.width = 96, .height = 72, .night = true, .seed = 5, .index = 3};
  const ScenePair a = Render(options), b = Render(options);
  EXPECT_EQ(Bytes(a.visible), Bytes(b.visible));
  EXPECT_EQ(Bytes(a.infrared), Bytes(b.infrared));
  EXPECT_EQ(Bytes(a.labels), Bytes(b.labels));
  SceneOptions other = options;
  other.index = 4;
  EXPECT_NE(Bytes(Render(other).labels), Bytes(a.labels));
  other = options;
  other.seed = 6;
  EXPECT_NE(Bytes(Render(other).labels), Bytes(a.labels));
}

TEST(RenderScene, OddSizesAndLimits) {
  const ScenePair pair = Render({.width = 101, .height = 67});
  EXPECT_EQ(pair.visible.width(), 101);
  EXPECT_EQ(pair.infrared.height(), 67);
  EXPECT_EQ(pair.visible.format(), PixelFormat::kRgb8);
  EXPECT_EQ(pair.infrared.format(), PixelFormat::kGray8);
  EXPECT_EQ(RenderScene({.width = 63, .height = 67}).status().code(), StatusCode::kInvalidArgument);
  EXPECT_EQ(RenderScene({.width = 100, .height = 5000}).status().code(),
            StatusCode::kInvalidArgument);
}

TEST(RenderScene, EveryClassAppearsAndNoOther) {
  std::set<int> seen;
  for (std::uint64_t i = 0; i < 24; ++i) {
    const ScenePair pair =
        Render({.width = 160, .height = 120, .night = i % 2 == 1, .seed = 1, .index = i});
    for (std::uint8_t v : Bytes(pair.labels)) seen.insert(v);
  }
  EXPECT_EQ(seen, (std::set<int>{0, 1, 2, 3, 4, 5, 6, 7, 8}));
}

TEST(RenderScene, BoxesHoldPixelsOfTheirClassUpToTheirEdges) {
  constexpr int kLabelOfBox[] = {2, 3, 1};
  int boxes = 0;
  for (std::uint64_t i = 0; i < 6; ++i) {
    const ScenePair pair = Render({.width = 200, .height = 150, .seed = 2, .index = i});
    for (const Box& b : pair.boxes) {
      ++boxes;
      ASSERT_TRUE(b.object_class >= 0 && b.object_class <= 2);
      ASSERT_TRUE(0 <= b.x0 && b.x0 < b.x1 && b.x1 <= 200 && 0 <= b.y0 && b.y0 < b.y1 &&
                  b.y1 <= 150);
      const auto has = [&](int x0, int y0, int x1, int y1) {
        for (int y = y0; y < y1; ++y) {
          for (int x = x0; x < x1; ++x) {
            if (Gray(pair.labels, x, y) == kLabelOfBox[b.object_class]) return true;
          }
        }
        return false;
      };
      EXPECT_TRUE(has(b.x0, b.y0, b.x0 + 1, b.y1));
      EXPECT_TRUE(has(b.x1 - 1, b.y0, b.x1, b.y1));
      EXPECT_TRUE(has(b.x0, b.y0, b.x1, b.y0 + 1));
      EXPECT_TRUE(has(b.x0, b.y1 - 1, b.x1, b.y1));
    }
  }
  EXPECT_GT(boxes, 10);
}

// What fusion is for: at night people stand out in the infrared and drown in the visible.
TEST(RenderScene, PeopleAreBrightInInfraredAndDarkInTheVisibleAtNight) {
  double inside_ir = 0, outside_ir = 0, inside_vi = 0;
  int inside = 0, outside = 0;
  for (std::uint64_t i = 0; i < 8; ++i) {
    const ScenePair p = Render({.width = 160, .height = 120, .night = true, .seed = 3, .index = i});
    for (int y = 0; y < 120; ++y) {
      for (int x = 0; x < 160; ++x) {
        if (Gray(p.labels, x, y) == 2) {
          ++inside;
          inside_ir += Gray(p.infrared, x, y);
          inside_vi += Luma(p.visible, x, y);
        } else {
          ++outside;
          outside_ir += Gray(p.infrared, x, y);
        }
      }
    }
  }
  ASSERT_GT(inside, 200);
  EXPECT_GT(inside_ir / inside, outside_ir / outside + 50);
  EXPECT_LT(inside_vi / inside, 70);
}

// The edge of a person lies on the same pixels in both bands as in the labels: shifting the labels
// makes the step in the infrared across their edge smaller, whichever way they are shifted.
TEST(RenderScene, InfraredEdgesOfPeopleLieOnTheLabels) {
  constexpr int kWidth = 320, kHeight = 240, kShift = 2;
  const auto step = [](const ScenePair& p, int dx, int dy) {
    double inside = 0, outside = 0;
    int insides = 0, outsides = 0;
    for (int y = 8; y < kHeight - 8; ++y) {
      for (int x = 8; x < kWidth - 8; ++x) {
        const bool person = Gray(p.labels, x, y) == 2;
        if (person == (Gray(p.labels, x + 1, y) == 2) &&
            person == (Gray(p.labels, x, y + 1) == 2)) {
          continue;
        }
        for (int oy = -1; oy <= 2; ++oy) {
          for (int ox = -1; ox <= 2; ++ox) {
            const int value = Gray(p.infrared, x + ox + dx, y + oy + dy);
            if (Gray(p.labels, x + ox, y + oy) == 2) {
              inside += value, ++insides;
            } else {
              outside += value, ++outsides;
            }
          }
        }
      }
    }
    EXPECT_GT(insides, 100);
    return inside / insides - outside / outsides;
  };
  for (std::uint64_t i = 0; i < 3; ++i) {
    const ScenePair p =
        Render({.width = kWidth, .height = kHeight, .night = true, .seed = 4, .index = i});
    const double there = step(p, 0, 0);
    EXPECT_GT(there, 40) << "scene " << i;
    for (int sign : {-1, 1}) {
      EXPECT_GT(there, step(p, sign * kShift, 0)) << "scene " << i;
      EXPECT_GT(there, step(p, 0, sign * kShift)) << "scene " << i;
    }
  }
}

TEST(RenderScene, DayIsBrighterThanNightInTheVisible) {
  const auto mean = [](const ScenePair& p) {
    double sum = 0;
    for (std::uint8_t v : Bytes(p.visible)) sum += v;
    return sum / static_cast<double>(Bytes(p.visible).size());
  };
  EXPECT_GT(mean(Render({.width = 96, .height = 72})),
            mean(Render({.width = 96, .height = 72, .night = true})) + 40);
}

}  // namespace
}  // namespace seafusion::synth
