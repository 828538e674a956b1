#include "align/place/placed_sources.h"

#include <cstdint>
#include <utility>

#include <gtest/gtest.h>

#include "core/testing/scratch_folder.h"
#include "io/image_file.h"

namespace seafusion::align {
namespace {

// The visible camera sees the middle half of what the infrared one does, pixel on pixel.
Rig RigWithNarrowVisible() {
  Rig rig;
  rig.infrared.width = 160;
  rig.infrared.height = 120;
  rig.visible.width = 80;
  rig.visible.height = 60;
  rig.map.map = {{1, 0, 40, 0, 1, 30, 0, 0, 1}};
  return rig;
}

TEST(PlacedSourcesTest, OpacityGoesAlongWithTheVisiblePicture) {
  const ScratchFolder scratch;
  const ImageBuffer infrared = *ImageBuffer::Create(160, 120, PixelFormat::kGray16);
  const ImageBuffer visible = *ImageBuffer::Create(80, 60, PixelFormat::kRgb8);
  ImageBuffer alpha = *ImageBuffer::Create(80, 60, PixelFormat::kGray8);
  for (int y = 0; y < 60; ++y) {
    for (int x = 40; x < 80; ++x) alpha.view().Row<std::uint8_t>(y)[x] = 100;
  }
  ASSERT_TRUE(io::WriteImage(scratch / "ir.png", infrared.view(), IfExists::kFail).ok());
  ASSERT_TRUE(io::WriteImage(scratch / "vi.png", visible.view(), IfExists::kFail, {},
                             std::as_const(alpha).view())
                  .ok());
  const auto placed = [&](Canvas canvas) {
    const auto pair = ReadPlacedSources(scratch / "ir.png", scratch / "vi.png", {.force = true},
                                        *OpenRig(RigWithNarrowVisible(), canvas, "rig"));
    EXPECT_TRUE(pair.ok()) << pair.status().message();
    return pair->pictures.alpha;
  };
  const ImageBuffer on_visible = placed(Canvas::kVisible);
  ASSERT_EQ(on_visible.width(), 80);
  EXPECT_EQ(on_visible.view().Row<std::uint8_t>(30)[20], 0);
  EXPECT_EQ(on_visible.view().Row<std::uint8_t>(30)[60], 100);
  // What the infrared camera alone sees is shown, so it must be seen; it fades in as the picture.
  const ImageBuffer on_infrared = placed(Canvas::kInfrared);
  ASSERT_EQ(on_infrared.width(), 160);
  EXPECT_LT(on_infrared.view().Row<std::uint8_t>(60)[68], 20);
  EXPECT_NEAR(on_infrared.view().Row<std::uint8_t>(60)[92], 100, 20);
  EXPECT_EQ(on_infrared.view().Row<std::uint8_t>(60)[10], 255);
  EXPECT_EQ(on_infrared.view().Row<std::uint8_t>(5)[80], 255);
}

}  // namespace
}  // namespace seafusion::align
