#include "learn/segmentation/samples/segmentation_samples.h"

#include <gtest/gtest.h>

#include "learn/data/prefetcher.h"
#include "learn/data/test_pairs.h"
#include "learn/libtorch.h"

namespace seafusion::learn {
namespace {

TEST(SegmentationSamples, ASampleDependsOnItsNumberOnly) {
  const PairDataset data = TestLabelledPairs(3, 40, 32);
  auto samples = SegmentationSamples::OfVisible(data);
  ASSERT_TRUE(samples.ok());
  const auto together = samples->Crops(0, 7, {24, 16}, {}, true, 5);
  for (int n = 0; n < 7; ++n) {
    const auto one = samples->Crops(static_cast<std::uint64_t>(n), 1, {24, 16}, {}, true, 5);
    EXPECT_TRUE(torch::equal(one.rgb[0], together.rgb[n])) << n;
    EXPECT_TRUE(torch::equal(one.labels[0], together.labels[n])) << n;
  }
  const auto other = samples->Crops(0, 7, {24, 16}, {}, true, 6);
  EXPECT_FALSE(torch::equal(other.rgb, together.rgb));
}

TEST(SegmentationSamples, TheNumberOfWorkersChangesNothing) {
  const PairDataset data = TestLabelledPairs(3, 40, 32);
  const auto samples = SegmentationSamples::OfVisible(data);
  ASSERT_TRUE(samples.ok());
  const auto make = [&](std::uint64_t batch) {
    return samples->Crops(2 * batch, 2, {24, 16}, {}, true, 5);
  };
  for (int workers : {1, 3}) {
    Prefetcher<SegmentationBatch> alone(0, 4, make), together(workers, 4, make);
    for (int n = 0; n < 8; ++n) {
      const SegmentationBatch a = alone.Next(), b = together.Next();
      EXPECT_TRUE(torch::equal(a.rgb, b.rgb)) << workers << " workers, batch " << n;
      EXPECT_TRUE(torch::equal(a.labels, b.labels)) << workers << " workers, batch " << n;
    }
  }
}

TEST(SegmentationSamples, WithoutShufflingTheOrderIsTheDataSets) {
  const PairDataset data = TestLabelledPairs(3, 20, 16);
  auto samples = SegmentationSamples::OfInfrared(data);
  ASSERT_TRUE(samples.ok());
  const Augmentation nothing{.jitter = 0, .flip = false, .scales = {}};
  const auto batch = samples->Crops(2, 2, {20, 16}, nothing, false, 1);
  EXPECT_TRUE(torch::equal(batch.rgb[0], samples->Whole(2).rgb[0]));
  EXPECT_TRUE(torch::equal(batch.rgb[1], samples->Whole(0).rgb[0]));
  EXPECT_TRUE(torch::equal(batch.labels[1], samples->Whole(0).labels[0]));
  // Infrared is gray.
  EXPECT_TRUE(torch::equal(batch.rgb[0][0], batch.rgb[0][2]));
  EXPECT_TRUE(torch::allclose(batch.rgb[0][0], data.Whole(2).inf[0][0]));
}

}  // namespace
}  // namespace seafusion::learn
