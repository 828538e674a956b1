#include "model/espnetv2/espnetv2_head.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model/espnetv2/espnetv2_graph.h"
#include "model/espnetv2/test_weights.h"

namespace seafusion::model {
namespace {

using ::testing::HasSubstr;

constexpr char kWeight[] = "bu_dec_l4.merge_layer.3.weight";
constexpr char kBias[] = "bu_dec_l4.merge_layer.3.bias";
constexpr std::size_t kEach = 10;  // channels before the last layer

TEST(Espnetv2HeadTest, BeginsWithTheRowsOfTheSameClasses) {
  const TensorArchive published = RandomEspnetv2Weights(3);
  const auto nine = WithEspnetv2Head(published, 9, 1);
  ASSERT_TRUE(nine.ok()) << nine.status().message();
  EXPECT_EQ(Espnetv2ClassesOf(*nine), 9);
  EXPECT_TRUE(CheckEspnetv2Weights(*nine, 9).ok());
  const auto row = [&](const TensorArchive& of, std::size_t c, std::size_t i) {
    return of.tensors.at(kWeight).values[c * kEach + i];
  };
  const auto& shifts = published.tensors.at(kBias).values;
  const auto& bias = nine->tensors.at(kBias).values;
  for (std::size_t i = 0; i < kEach; ++i) {
    EXPECT_NEAR(row(*nine, 1, i),
                (row(published, 13, i) + row(published, 14, i) + row(published, 15, i)) / 3, 0.011);
    EXPECT_NEAR(row(*nine, 2, i), (row(published, 11, i) + row(published, 12, i)) / 2, 0.011);
    EXPECT_NEAR(row(*nine, 3, i), (row(published, 17, i) + row(published, 18, i)) / 2, 0.011);
    EXPECT_NEAR(row(*nine, 8, i), row(*nine, 0, i), 0.021);
  }
  EXPECT_FLOAT_EQ(bias[2], (shifts[11] + shifts[12]) / 2);
  EXPECT_FLOAT_EQ(bias[8], bias[0] - 5);
  // All else is as it was.
  for (const auto& [name, tensor] : published.tensors) {
    if (name != kWeight && name != kBias) {
      EXPECT_EQ(nine->tensors.at(name).values, tensor.values);
    }
  }
  const auto other = WithEspnetv2Head(published, 9, 2);
  ASSERT_TRUE(other.ok());
  EXPECT_NE(other->tensors.at(kWeight).values, nine->tensors.at(kWeight).values);
}

TEST(Espnetv2HeadTest, OfOtherLabelsIsRandom) {
  const TensorArchive published = RandomEspnetv2Weights(3);
  const auto four = WithEspnetv2Head(published, 4, 1);
  ASSERT_TRUE(four.ok());
  EXPECT_TRUE(CheckEspnetv2Weights(*four, 4).ok());
  EXPECT_FALSE(CheckEspnetv2Weights(*four).ok());
  double sum = 0;
  for (const float v : four->tensors.at(kWeight).values) sum += v * v;
  EXPECT_NEAR(sum / (4 * kEach), 1.0 / kEach, 0.03);
}

TEST(Espnetv2HeadTest, RefusesWhatItCannotBeginWith) {
  TensorArchive published = RandomEspnetv2Weights(3);
  EXPECT_THAT(WithEspnetv2Head(published, 1, 1).status().message(), HasSubstr("2 to 255"));
  const auto nine = WithEspnetv2Head(published, 9, 1);
  EXPECT_THAT(WithEspnetv2Head(*nine, 9, 1).status().message(),
              HasSubstr("bu_dec_l4.merge_layer.3"));
  published.tensors.erase(kBias);
  EXPECT_EQ(Espnetv2ClassesOf(published), kEspnetv2Classes);
  EXPECT_FALSE(WithEspnetv2Head(published, 9, 1).ok());
}

}  // namespace
}  // namespace seafusion::model
