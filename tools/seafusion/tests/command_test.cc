// What holds for the command as a whole, whatever the verb.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "command_runner.h"

namespace seafusion::tools {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

TEST(CommandTest, HelpGoesToStandardOutput) {
  const CommandResult result = RunSeafusion({"--help"});
  EXPECT_EQ(result.status, 0);
  EXPECT_THAT(result.out, HasSubstr("info"));
  EXPECT_THAT(result.err, IsEmpty());
}

TEST(CommandTest, WrongArgumentsExitWithTwoAndTheUsageLine) {
  for (const std::vector<std::string>& arguments :
       {std::vector<std::string>{}, {"no-such-verb"}, {"info", "--no-such-option"}}) {
    const CommandResult result = RunSeafusion(arguments);
    EXPECT_EQ(result.status, 2);
    EXPECT_THAT(result.out, IsEmpty());
    EXPECT_THAT(result.err, StartsWith("seafusion"));
    EXPECT_THAT(result.err, HasSubstr("usage: seafusion"));
  }
}

TEST(CommandTest, AnUnknownVerbIsNamed) {
  EXPECT_THAT(RunSeafusion({"fsue", "--ir", "a"}).err,
              StartsWith("seafusion: \"fsue\" is not a verb\n"));
  EXPECT_THAT(RunSeafusion({}).err, StartsWith("seafusion: a verb is missing\n"));
}

TEST(CommandTest, VersionIsOneLine) {
  const CommandResult result = RunSeafusion({"--version"});
  EXPECT_EQ(result.status, 0);
  EXPECT_THAT(result.out, StartsWith("seafusion "));
}

TEST(CommandTest, WhatIsNoNumberIsInNoRange) {
  for (const std::vector<std::string>& arguments :
       {std::vector<std::string>{"fuse", "--ir", "a%d.png", "--vis", "b%d.png", "-o", "c.mkv",
                                 "--fps", "nan"},
        {"detect", "--boxes", "b.json", "--iou", "nan"},
        {"bench", "--seconds", "nan"},
        {"fuse", "--ir", "a", "--vis", "b", "-o", "c.mkv", "--frames", "-3"},
        {"compare", "--data", "d", "--first", "-1"}}) {
    const CommandResult result = RunSeafusion(arguments);
    EXPECT_EQ(result.status, 2) << arguments[0] << ": " << result.err;
    EXPECT_THAT(result.err, HasSubstr("not in range")) << arguments[0];
  }
}

// -o "$UNSET": nothing may go into the current folder, or nowhere with success.
TEST(CommandTest, AnEmptyNameIsNoPlaceForAnOutput) {
  for (const std::vector<std::string>& arguments :
       {std::vector<std::string>{"fuse", "--ir", "a", "--vis", "b", "-o", ""},
        {"align", "--ir", "a", "--vis", "b", "--write", ""},
        {"metrics", "--ir", "a", "--vis", "b", "--fused", "c", "--csv", ""},
        {"compare", "--ir", "a", "--vis", "b", "--report", ""},
        {"synth", "--out", ""},
        {"info", ""}}) {
    const CommandResult result = RunSeafusion(arguments);
    EXPECT_EQ(result.status, 2) << arguments[0] << ": " << result.err;
    EXPECT_THAT(result.err, HasSubstr("the name is empty")) << arguments[0];
  }
}

TEST(CommandTest, WhatCannotBePrintedIsAFailure) {
  for (const std::vector<std::string>& arguments : {std::vector<std::string>{"--version"},
                                                    {"--help"},
                                                    {"info"},
                                                    {"info", "lite"},
                                                    {"convert", "lite", "--inspect"}}) {
    const CommandResult result = RunSeafusion(arguments, {.out = "/dev/full"});
    EXPECT_EQ(result.status, 1) << arguments[0];
    EXPECT_THAT(result.err, HasSubstr("No space left on device")) << arguments[0];
  }
}

TEST(CommandTest, InfoSaysWhoseWeightsAFileHolds) {
  const CommandResult text = RunSeafusion({"info", "lite", "full"});
  EXPECT_EQ(text.status, 0) << text.err;
  for (const char* part :
       {"network          lite\n", "channels         16\n", "layers           6\n",
        "halo_pixels      12\n", "network          seafusion\n", "macs_per_pixel   166000.0\n"}) {
    EXPECT_THAT(text.out, HasSubstr(part));
  }
  const CommandResult json = RunSeafusion({"info", "--json", "full"});
  EXPECT_EQ(nlohmann::json::parse(json.out)[0]["parameters"], 166657);
  const CommandResult other =
      RunSeafusion({"info", SEAFUSION_SOURCE_DIR "/weights/segmentation.safetensors"});
  EXPECT_EQ(other.status, 0) << other.err;
  EXPECT_THAT(other.out, HasSubstr("network          segmentation\n"));
  const CommandResult missing = RunSeafusion({"info", "no-such-file"});
  EXPECT_EQ(missing.status, 1);
  EXPECT_THAT(missing.err, HasSubstr("no-such-file"));
  EXPECT_THAT(missing.out, IsEmpty());
}

// The dynamic loader lists each library it opens when LD_DEBUG=libs is set.
TEST(CommandTest, StartsWithoutTheLargeLibraries) {
  for (const std::vector<std::string>& arguments :
       {std::vector<std::string>{"--help"}, {"info"}, {"--version"}}) {
    const CommandResult result = RunSeafusion(arguments, {.environment = {{"LD_DEBUG", "libs"}}});
    EXPECT_EQ(result.status, 0);
    ASSERT_THAT(result.err, HasSubstr("libc.so"));
    for (const char* library : {"libopencv", "libtorch", "libc10", "libgtk", "libQt"}) {
      EXPECT_THAT(result.err, Not(HasSubstr(library)));
    }
  }
}

}  // namespace
}  // namespace seafusion::tools
