#include "methods/mst_sr/laplacian_pyramid.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <utility>

#include <gtest/gtest.h>

namespace seafusion::methods::mst_sr {
namespace {

LumaPlane Draw(int width, int height, int seed) {
  LumaPlane plane(width, height);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      plane.Row(y)[x] = (29 * y * y + 53 * x + 17 * seed + 11 * y * x * seed) % 256;
    }
  }
  return plane;
}

// --- The steps in their plainest form, as two-dimensional sums over an extended picture. ---

LumaPlane Extended(const LumaPlane& in, int n) {
  LumaPlane out(in.width() + 2 * n, in.height() + 2 * n);
  for (int y = -n; y < in.height() + n; ++y) {
    for (int x = -n; x < in.width() + n; ++x) {
      const bool beyond_y = y < 0 || y >= in.height(), beyond_x = x < 0 || x >= in.width();
      if (beyond_y && beyond_x) continue;  // corners stay zero
      const int from_y = y < 0 ? -y : beyond_y ? 2 * in.height() - 2 - y : y;
      const int from_x = x < 0 ? -x : beyond_x ? 2 * in.width() - 2 - x : x;
      out.Row(y + n)[x + n] = in.Row(from_y)[from_x];
    }
  }
  return out;
}

LumaPlane Filtered(const LumaPlane& in, double factor) {
  constexpr double kWeights[] = {1, 4, 6, 4, 1};
  const LumaPlane extended = Extended(in, 2);
  LumaPlane out(in.width(), in.height());
  for (int y = 0; y < in.height(); ++y) {
    for (int x = 0; x < in.width(); ++x) {
      for (int i = 0; i < 5; ++i) {
        for (int k = 0; k < 5; ++k) {
          out.Row(y)[x] += kWeights[i] * kWeights[k] / 256 * factor * extended.Row(y + i)[x + k];
        }
      }
    }
  }
  return out;
}

struct SlowLevel {
  LumaPlane detail, next;
};

SlowLevel SlowDecompose(const LumaPlane& in) {
  LumaPlane even(in.width() + in.width() % 2, in.height() + in.height() % 2);
  for (int y = 0; y < even.height(); ++y) {
    for (int x = 0; x < even.width(); ++x) {
      even.Row(y)[x] =
          in.Row(y < in.height() ? y : in.height() - 2)[x < in.width() ? x : in.width() - 2];
    }
  }
  const LumaPlane smooth = Filtered(even, 1);
  SlowLevel level = {even, LumaPlane(even.width() / 2, even.height() / 2)};
  LumaPlane sparse(even.width(), even.height());
  for (int y = 0; y < even.height(); y += 2) {
    for (int x = 0; x < even.width(); x += 2) {
      level.next.Row(y / 2)[x / 2] = sparse.Row(y)[x] = smooth.Row(y)[x];
    }
  }
  const LumaPlane up = Filtered(sparse, 4);
  for (int y = 0; y < even.height(); ++y) {
    for (int x = 0; x < even.width(); ++x) level.detail.Row(y)[x] -= up.Row(y)[x];
  }
  return level;
}

void ExpectNear(const LumaPlane& a, const LumaPlane& b) {
  ASSERT_EQ(a.width(), b.width());
  ASSERT_EQ(a.height(), b.height());
  for (int y = 0; y < a.height(); ++y) {
    for (int x = 0; x < a.width(); ++x) {
      ASSERT_NEAR(a.Row(y)[x], b.Row(y)[x], 1e-9) << "(" << x << ", " << y << ")";
    }
  }
}

constexpr std::pair<int, int> kSizes[] = {{3, 3},   {4, 3},   {3, 8},   {5, 4},
                                          {17, 17}, {18, 33}, {64, 31}, {101, 64}};

TEST(LaplacianPyramidTest, AgreesWithTheDefinition) {
  for (const auto& [width, height] : kSizes) {
    const Pyramid pyramid = Decompose(Draw(width, height, 3), 4);
    LumaPlane picture = Draw(width, height, 3);
    for (const PyramidLevel& level : pyramid.levels) {
      EXPECT_EQ(level.width, picture.width());
      EXPECT_EQ(level.height, picture.height());
      const SlowLevel slow = SlowDecompose(picture);
      ExpectNear(level.detail, slow.detail);
      picture = slow.next;
    }
    ExpectNear(pyramid.base, picture);
    EXPECT_TRUE(pyramid.levels.size() == 4 ||
                std::min(picture.width(), picture.height()) < kLeastSide);
  }
}

TEST(LaplacianPyramidTest, ComposeIsTheInverse) {
  for (const auto& [width, height] : kSizes) {
    const LumaPlane picture = Draw(width, height, 2);
    ExpectNear(Compose(Decompose(picture, 4)), picture);
  }
  // Too small for any level.
  EXPECT_TRUE(Decompose(Draw(2, 9, 1), 4).levels.empty());
  ExpectNear(Compose(Decompose(Draw(1, 1, 1), 4)), Draw(1, 1, 1));
}

LumaPlane SlowChoose(const LumaPlane& a, const LumaPlane& b) {
  const auto maxima = [](LumaPlane plane) {
    for (double& v : plane.samples()) v = std::abs(v);
    const LumaPlane extended = Extended(plane, 1);
    LumaPlane out(extended.width(), extended.height());
    for (int y = 0; y < out.height(); ++y) {
      for (int x = 0; x < out.width(); ++x) {
        for (int i = std::max(y - 1, 0); i <= std::min(y + 1, out.height() - 1); ++i) {
          for (int k = std::max(x - 1, 0); k <= std::min(x + 1, out.width() - 1); ++k) {
            out.Row(y)[x] = std::max(out.Row(y)[x], extended.Row(i)[k]);
          }
        }
      }
    }
    return out;
  };
  const LumaPlane of_a = maxima(a), of_b = maxima(b);
  LumaPlane out(a.width(), a.height());
  for (int y = 0; y < a.height(); ++y) {
    for (int x = 0; x < a.width(); ++x) {
      int votes = 0;
      for (int i = 0; i < 3; ++i) {
        for (int k = 0; k < 3; ++k)
          votes += of_a.Row(y + i)[x + k] > of_b.Row(y + i)[x + k] ? 1 : 0;
      }
      out.Row(y)[x] = votes > 4 ? a.Row(y)[x] : b.Row(y)[x];
    }
  }
  return out;
}

TEST(ChooseLargerTest, AgreesWithTheDefinition) {
  for (const auto& [width, height] : {std::pair(4, 4), std::pair(2, 6), std::pair(22, 10)}) {
    LumaPlane a = Draw(width, height, 3), b = Draw(width, height, 8);
    for (double& v : a.samples()) v -= 128;
    for (double& v : b.samples()) v -= 100;
    const LumaPlane chosen = ChooseLarger(a, b);
    EXPECT_EQ(chosen.samples(), SlowChoose(a, b).samples());
    if (width < 20) continue;
    EXPECT_NE(chosen.samples(), a.samples());
    EXPECT_NE(chosen.samples(), b.samples());
  }
}

TEST(ChooseLargerTest, EqualMeansTheSecond) {
  LumaPlane a = Draw(6, 4, 3), b = a;
  for (double& v : b.samples()) v = -v;
  EXPECT_EQ(ChooseLarger(a, b).samples(), b.samples());
}

}  // namespace
}  // namespace seafusion::methods::mst_sr
