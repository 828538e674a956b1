#include "stream/read/input_request.h"

#include <string>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace seafusion::stream {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;

TEST(InputRequestTest, BecomesTheOptionsOfTheDevice) {
  auto request = ParseInputRequest("Y16,640x512,8.7");
  ASSERT_TRUE(request.ok()) << request.status().message();
  request->options.push_back(*ParseInputOption("timestamps=abs"));
  EXPECT_THAT(DeviceOptions(*request),
              ElementsAre(Pair("input_format", "gray16le"), Pair("video_size", "640x512"),
                          Pair("framerate", "8.7"), Pair("timestamps", "abs")));
  EXPECT_THAT(DeviceOptions(*ParseInputRequest(",256x384")),
              ElementsAre(Pair("video_size", "256x384")));
  EXPECT_THAT(DeviceOptions(*ParseInputRequest("yuyv422,,25")),
              ElementsAre(Pair("input_format", "yuyv422"), Pair("framerate", "25")));
}

TEST(InputRequestTest, OtherFormsAreRefused) {
  for (const char* text : {"", ",", "Y16,640", "Y16,640x", "Y16,640x512,fast", "Y16,640x512,-1",
                           "Y16,640x512,9,9", "Y16,0x4"}) {
    EXPECT_FALSE(ParseInputRequest(text).ok()) << text;
  }
  EXPECT_FALSE(ParseInputOption("=1").ok());
  EXPECT_FALSE(ParseInputOption("key").ok());
  EXPECT_EQ(ParseInputOption("a=b=c")->second, "b=c");
}

}  // namespace
}  // namespace seafusion::stream
