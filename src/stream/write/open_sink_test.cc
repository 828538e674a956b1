#include "stream/write/open_sink.h"

#include <filesystem>
#include <string>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/testing/scratch_folder.h"

namespace seafusion::stream {
namespace {

using ::testing::EndsWith;

class OpenSinkTest : public ::testing::Test {
 protected:
  void SetUp() override {
    for (const char* name : {"0003", "0004", "0005"}) {
      scratch_.WriteFile(std::string("in/ir_") + name + ".png", "infrared");
      scratch_.WriteFile(std::string("in/vi_") + name + ".png", "visible");
      scratch_.WriteFile(std::string("bare/00") + name + ".png", "infrared");
    }
    settings_.infrared = scratch_ / "in/ir_%04d.png";
    settings_.visible = scratch_ / "in/vi_%04d.png";
    settings_.overwrite = true;
  }
  Status Check(const std::string& output) {
    settings_.output = scratch_ / output;
    return CheckSink(settings_);
  }

  ScratchFolder scratch_;
  StreamSettings settings_;
};

TEST_F(OpenSinkTest, NumberedPicturesAreNeverWrittenOverOrAmongTheInputs) {
  for (const bool overwrite : {true, false}) {
    settings_.overwrite = overwrite;
    for (const char* output : {"in/ir_%04d.png", "in/vi_%04d.png", "in/../in/vi_%04d.png"}) {
      const Status status = Check(output);
      EXPECT_EQ(status.code(), StatusCode::kInvalidArgument) << output;
      EXPECT_THAT(status.message(), EndsWith(": is one of the inputs")) << output;
    }
  }
  settings_.overwrite = true;
  EXPECT_TRUE(Check("in/fused_%04d.png").ok());
  EXPECT_TRUE(Check("elsewhere_%04d.png").ok());
}

TEST_F(OpenSinkTest, NorByAFolderAPatternOrALink) {
  settings_.infrared = scratch_ / "bare";
  EXPECT_THAT(Check("bare").message(), EndsWith("bare/000003.png: is one of the inputs"));
  settings_.infrared = scratch_ / "bare/*.png";
  EXPECT_THAT(Check("bare/").message(), EndsWith(": is one of the inputs"));
  std::filesystem::create_directory(scratch_ / "linked");
  std::filesystem::create_hard_link(scratch_ / "bare/000004.png", scratch_ / "linked/000009.png");
  EXPECT_THAT(Check("linked").message(), EndsWith("linked/000009.png: is one of the inputs"));
  std::filesystem::remove(scratch_ / "linked/000009.png");
  EXPECT_TRUE(Check("linked").ok());
}

TEST_F(OpenSinkTest, AVideoIsNotWrittenOverItselfOrTheRig) {
  settings_.infrared = scratch_.WriteFile("ir.mkv", "a video");
  EXPECT_THAT(Check("ir.mkv").message(), EndsWith("ir.mkv: is one of the inputs"));
  settings_.rig.file = scratch_.WriteFile("rig.mkv", "a rig");
  EXPECT_THAT(Check("rig.mkv").message(), EndsWith("rig.mkv: is one of the inputs"));
  EXPECT_TRUE(Check("fused.mkv").ok());
}

}  // namespace
}  // namespace seafusion::stream
