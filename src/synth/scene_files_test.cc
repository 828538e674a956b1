#include "synth/scene_files.h"

#include <atomic>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "align/rig/rig_file.h"
#include "core/testing/scratch_folder.h"
#include "io/image_file.h"

namespace seafusion::synth {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

SceneFileSettings Small(const ScratchFolder& scratch, std::uint64_t count) {
  return {.out = scratch.path().string(), .count = count, .width = 80, .height = 64, .threads = 1};
}

TEST(SceneFilesTest, WritesTheLayoutAndReportsEachPair) {
  const ScratchFolder scratch;
  std::vector<std::uint64_t> done;
  RunMonitor monitor;
  monitor.progress = [&](const RunProgress& p) {
    EXPECT_EQ(p.total, 2u);
    done.push_back(p.done);
  };
  const SceneFileReport report = WriteScenes(Small(scratch, 2), monitor);
  ASSERT_TRUE(report.status.ok()) << report.status.message();
  EXPECT_THAT(done, ElementsAre(0, 1, 2));
  EXPECT_EQ(report.pairs, 2u);
  EXPECT_EQ(SummaryText(report), "2 pairs in " + (scratch / "train"));
  EXPECT_THAT(JsonText(report), HasSubstr("\"ok\": true"));
  EXPECT_THAT(scratch.Files("train"),
              ElementsAre("Segmentation_labels/00001D.png", "Segmentation_labels/00002N.png",
                          "boxes/00001D.txt", "boxes/00002N.txt", "ir/00001D.png", "ir/00002N.png",
                          "vi/00001D.png", "vi/00002N.png"));
  const auto visible = io::ReadImage(scratch / "train/vi/00002N.png");
  ASSERT_TRUE(visible.ok());
  EXPECT_EQ(visible->width(), 80);
}

TEST(SceneFilesTest, WhatIsThereStaysAndAStopIsTold) {
  const ScratchFolder scratch;
  scratch.WriteFile("train/boxes/00002N.txt", "mine");
  const SceneFileReport refused = WriteScenes(Small(scratch, 2), {});
  EXPECT_EQ(refused.status.code(), StatusCode::kAlreadyExists);
  EXPECT_FALSE(refused.begun);
  EXPECT_THAT(scratch.Files(), ElementsAre("train/boxes/00002N.txt"));

  const std::atomic<bool> stop = true;
  RunMonitor monitor;
  monitor.stop = &stop;
  const SceneFileReport stopped = WriteScenes(Small(scratch, 1), monitor);
  EXPECT_EQ(stopped.status.code(), StatusCode::kCancelled);
  EXPECT_EQ(stopped.status.message(), "interrupted after 0 of 1 pairs");
  EXPECT_THAT(JsonText(stopped), HasSubstr("\"ok\": false"));
  EXPECT_THAT(scratch.Files("train/vi"), IsEmpty());
}

TEST(SceneFilesTest, WritesTheRigOfTwoCameras) {
  const ScratchFolder scratch;
  SceneFileSettings settings = Small(scratch, 1);
  settings.width = 96;
  settings.infrared_camera = InfraredCamera{.width = 80, .height = 64, .pitch = 8};
  const SceneFileReport report = WriteScenes(settings, {});
  ASSERT_FALSE(report.status.ok()) << "it looks over the visible picture";
  EXPECT_FALSE(report.begun);
  settings.height = 80;
  settings.infrared_camera->pitch = 0;
  const SceneFileReport good = WriteScenes(settings, {});
  ASSERT_TRUE(good.status.ok()) << good.status.message();
  const auto rig = align::ReadRig((scratch / "train") + "/rig.json");
  ASSERT_TRUE(rig.ok()) << rig.status().message();
  EXPECT_EQ(rig->infrared.width, 80);
  EXPECT_EQ(rig->visible.height, 80);
  const auto infrared = io::ReadImage((scratch / "train") + "/ir/00001D.png");
  ASSERT_TRUE(infrared.ok());
  EXPECT_EQ(infrared->height(), 64);
}

}  // namespace
}  // namespace seafusion::synth
