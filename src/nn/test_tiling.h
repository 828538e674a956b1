// Whole pictures through an engine, and compared, for tests.
#ifndef SEAFUSION_NN_TEST_TILING_H_
#define SEAFUSION_NN_TEST_TILING_H_

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "nn/engine.h"
#include "nn/test_weights.h"

namespace seafusion::nn {

// What the engine knows of the whole picture, taken in by parts of `blocks` times its block;
// nullptr where it asks for none.
inline std::unique_ptr<PictureMaps> ReadPicture(const Engine& engine, const std::vector<float>& vis,
                                                const std::vector<float>& inf, int width,
                                                int height, int blocks = 1) {
  if (engine.picture_block() == 0) return nullptr;
  auto maps = engine.MakePictureMaps(width, height);
  EXPECT_TRUE(maps.ok());
  const int side = engine.picture_block() * blocks;
  for (int y = 0; y < height; y += side) {
    for (int x = 0; x < width; x += side) {
      const Rect part{x, y, std::min(x + side, width), std::min(y + side, height)};
      const std::ptrdiff_t corner = std::ptrdiff_t{y} * width + x;
      EXPECT_TRUE(engine
                      .AddToPicture({vis.data() + corner, width}, {inf.data() + corner, width},
                                    part, **maps)
                      .ok());
    }
  }
  // What comes out must not depend on the threads.
  auto pool = ThreadPool::Create(1 + blocks % 2);
  EXPECT_TRUE(pool.ok());
  EXPECT_TRUE(engine.FinishPicture(**maps, **pool).ok());
  return *std::move(maps);
}

// The largest difference between pixels of two pictures of one size.
inline float MaxDifference(const std::vector<float>& a, const std::vector<float>& b) {
  float most = 0.0f;
  for (std::size_t i = 0; i < a.size(); ++i) most = std::max(most, std::abs(a[i] - b[i]));
  return most;
}

// Fuses a whole picture in tiles of the given shape (multiples of the engine's step).
inline std::vector<float> RunTiled(const Engine& engine, const std::vector<float>& vis,
                                   const std::vector<float>& inf, int width, int height,
                                   int tile_width, int tile_height) {
  auto workspace = engine.MakeWorkspace(tile_width, tile_height);
  EXPECT_TRUE(workspace.ok());
  const std::unique_ptr<PictureMaps> picture = ReadPicture(engine, vis, inf, width, height);
  std::vector<float> out(vis.size(), -1.0f);
  for (int y = 0; y < height; y += tile_height) {
    for (int x = 0; x < width; x += tile_width) {
      const Rect tile{x, y, std::min(x + tile_width, width), std::min(y + tile_height, height)};
      const Rect in = Grown(tile, engine.halo(), width, height);
      const std::ptrdiff_t corner = std::ptrdiff_t{in.y0} * width + in.x0;
      const Status s = engine.Run({vis.data() + corner, width}, {inf.data() + corner, width}, width,
                                  height, tile, picture.get(), **workspace,
                                  {out.data() + std::ptrdiff_t{y} * width + x, width});
      EXPECT_TRUE(s.ok()) << s.message();
    }
  }
  return out;
}

// A tile comes out the same after a larger one of another picture, in the same workspace. For
// engines that ask for nothing of the whole picture.
inline void ExpectNothingCarriedOver(const Engine& engine) {
  auto workspace = engine.MakeWorkspace(60, 60);
  ASSERT_TRUE(workspace.ok());
  const auto run = [&](int w, int h, std::uint64_t seed) {
    const auto vis = RandomPlane(w, h, seed), inf = RandomPlane(w, h, seed + 1);
    std::vector<float> out(vis.size());
    EXPECT_TRUE(engine
                    .Run({vis.data(), w}, {inf.data(), w}, w, h, {0, 0, w, h}, nullptr, **workspace,
                         {out.data(), w})
                    .ok());
    return out;
  };
  const auto first = run(13, 11, 8);
  run(60, 60, 10);
  EXPECT_EQ(run(13, 11, 8), first);
}

}  // namespace seafusion::nn

#endif  // SEAFUSION_NN_TEST_TILING_H_
