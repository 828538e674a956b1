// Small data sets for tests.
#ifndef SEAFUSION_LEARN_DATA_TEST_PAIRS_H_
#define SEAFUSION_LEARN_DATA_TEST_PAIRS_H_

#include <cstdint>
#include <vector>

#include <gtest/gtest.h>

#include "core/memory/image_buffer.h"
#include "core/seeded_noise.h"
#include "learn/data/pair_dataset.h"

namespace seafusion::learn {

/// Gray pictures of noise over a ramp.
inline ImageBuffer TestPicture(int width, int height, std::uint64_t seed) {
  ImageBuffer image = *ImageBuffer::Create(width, height, PixelFormat::kGray8);
  SeededNoise noise(seed);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      const int ramp = 100 * x / width + 50 * y / height;
      image.view().Row<std::uint8_t>(y)[x] =
          static_cast<std::uint8_t>(ramp + 100 * noise.Uniform());
    }
  }
  return image;
}

inline PairDataset TestPairs(int count, int width, int height) {
  std::vector<ImageBuffer> pictures;
  std::vector<ImageView> vis, inf;
  for (int i = 0; i < 2 * count; ++i) {
    pictures.push_back(TestPicture(width, height, static_cast<std::uint64_t>(i)));
  }
  for (int i = 0; i < count; ++i) {
    vis.push_back(pictures[static_cast<std::size_t>(2 * i)].view());
    inf.push_back(pictures[static_cast<std::size_t>(2 * i + 1)].view());
  }
  auto data = PairDataset::FromImages(vis, inf);
  EXPECT_TRUE(data.ok());
  return *std::move(data);
}

/// Colour pictures with a block of each class.
inline PairDataset TestLabelledPairs(int count, int width, int height) {
  std::vector<ImageBuffer> vis, inf, labels;
  std::vector<ImageView> vis_views, inf_views, label_views;
  for (int i = 0; i < count; ++i) {
    const auto seed = static_cast<std::uint64_t>(10 * i);
    inf.push_back(TestPicture(width, height, seed));
    labels.push_back(*ImageBuffer::Create(width, height, PixelFormat::kGray8));
    vis.push_back(*ImageBuffer::Create(width, height, PixelFormat::kRgb8));
    SeededNoise noise(seed + 1);
    for (int y = 0; y < height; ++y) {
      for (int x = 0; x < width; ++x) {
        const int label = (9 * x / width + y * 3 / height + i) % 9;
        labels.back().view().Row<std::uint8_t>(y)[x] =
            static_cast<std::uint8_t>(x == y ? 255 : label);
        for (int c = 0; c < 3; ++c) {
          vis.back().view().Row<std::uint8_t>(y)[3 * x + c] =
              static_cast<std::uint8_t>(25 * ((label + c) % 9) + 30 * noise.Uniform());
        }
      }
    }
  }
  for (int i = 0; i < count; ++i) {
    const auto at = static_cast<std::size_t>(i);
    vis_views.push_back(vis[at].view());
    inf_views.push_back(inf[at].view());
    label_views.push_back(labels[at].view());
  }
  auto data = PairDataset::FromImages(vis_views, inf_views, label_views);
  EXPECT_TRUE(data.ok()) << data.status().message();
  return *std::move(data);
}

}  // namespace seafusion::learn

#endif  // SEAFUSION_LEARN_DATA_TEST_PAIRS_H_
