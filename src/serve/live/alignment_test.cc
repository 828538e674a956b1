#include "serve/live/alignment.h"

#include <gtest/gtest.h>

namespace seafusion::serve {
namespace {

align::Rig RigOfSize(int width, int height) {
  align::Rig rig;
  rig.infrared.width = rig.visible.width = width;
  rig.infrared.height = rig.visible.height = height;
  return rig;
}

TEST(AlignmentTest, PicturesThatTheRigIsNotForAreRefusedUntilOneFits) {
  Alignment alignment(RigOfSize(64, 48), align::Canvas::kVisible);
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(alignment.SetSizes(32, 24, 32, 24).code(), StatusCode::kInvalidArgument) << i;
  }
  EXPECT_FALSE(alignment.Set(RigOfSize(16, 12)).ok());
  EXPECT_FALSE(alignment.SetSizes(32, 24, 32, 24).ok());
  ASSERT_TRUE(alignment.Set(RigOfSize(32, 24)).ok());
  EXPECT_TRUE(alignment.SetSizes(32, 24, 32, 24).ok());
  EXPECT_NE(alignment.geometry()->warper, nullptr);
  // What is refused while all fits changes nothing.
  EXPECT_FALSE(alignment.Set(RigOfSize(64, 48)).ok());
  EXPECT_TRUE(alignment.SetSizes(32, 24, 32, 24).ok());
}

}  // namespace
}  // namespace seafusion::serve
