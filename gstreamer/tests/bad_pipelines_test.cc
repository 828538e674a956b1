// Pipelines that cannot work: each says why.
#include <algorithm>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "align/rig/rig_file.h"
#include "core/testing/scratch_folder.h"
#include "gst_testing.h"

namespace seafusion::gst {
namespace {

struct BadPipeline {
  const char* name;
  const char* line;  ///< FOLDER stands for one with the files below.
  const char* error;
};

// Sources that end; where they are named otherwise, their caps are part of the fault.
#define IR " videotestsrc num-buffers=4 ! video/x-raw,format=GRAY8,width=48,height=32 ! f.ir"
#define VISIBLE \
  " videotestsrc num-buffers=4 ! video/x-raw,format=I420,width=48,height=32 ! f.visible"
#define LITE "seafusion name=f model=lite threads=1 ! fakesink"

const BadPipeline kBad[] = {
    {"NoSuchModel", "seafusion name=f model=FOLDER/none.safetensors ! fakesink" IR VISIBLE,
     "none.safetensors: cannot open"},
    {"ModelIsNoModel", "seafusion name=f model=FOLDER/text ! fakesink" IR VISIBLE, "text: "},
    {"ModelIsAFolder", "seafusion name=f model=FOLDER ! fakesink" IR VISIBLE, "not a regular file"},
    {"PrecisionOfAnotherNetwork",
     "seafusion name=f model=full precision=int8 ! fakesink" IR VISIBLE, "int8"},
    {"NoSuchPrecision", "seafusion name=f precision=fp8 ! fakesink" IR VISIBLE,
     "could not set property \"precision\""},
    {"NoSuchProperty", "seafusion name=f colour=red ! fakesink" IR VISIBLE,
     "no property \"colour\""},
    {"NoSuchRange", "seafusion name=f model=lite ir-range=warm ! fakesink" IR VISIBLE,
     "ir-range: 'warm' is not one of"},
    {"RangeUpsideDown", "seafusion name=f model=lite ir-range=fixed:9,3 ! fakesink" IR VISIBLE,
     "ir-range: 'fixed:9,3' is not fixed:LO,HI with LO < HI"},
    {"NoSuchRig", "seafusion name=f model=lite rig=FOLDER/none.json ! fakesink" IR VISIBLE,
     "none.json: cannot open"},
    {"RigIsNoRig", "seafusion name=f model=lite rig=FOLDER/text ! fakesink" IR VISIBLE, "text: "},
    {"RigOfOtherCameras", "seafusion name=f model=lite rig=FOLDER/rig.json ! fakesink" IR VISIBLE,
     "not-negotiated|could not link"},
    {"RigOfATurnedCamera",
     "seafusion name=f model=lite rig=FOLDER/turned.json ! fakesink" IR VISIBLE,
     "cropped, flipped or turned"},
    {"SizesDiffer",
     LITE VISIBLE
     " videotestsrc num-buffers=4 ! video/x-raw,format=GRAY8,width=64,height=32 ! f.ir",
     "infrared is 64x32, visible 48x32: scale one of them"},
    {"NoVisible", LITE IR, "nothing was linked to the pad visible"},
    {"SecondInfrared", LITE IR IR VISIBLE, "could not link"},
    {"NoSuchPad", LITE " videotestsrc ! f.thermal", "could not link"},
    {"FormatThatIsNotTaken",
     LITE IR " videotestsrc ! video/x-raw,format=AYUV,width=48,height=32 ! f.visible",
     "could not link|not-negotiated"},
    {"Compressed", LITE IR " fakesrc ! image/jpeg ! f.visible", "could not link"},
    {"Interlaced",
     LITE IR " videotestsrc ! video/x-raw,format=I420,width=48,height=32,"
             "interlace-mode=interleaved ! f.visible",
     "could not link|not-negotiated"},
    {"WhatFollowsTakesAnotherSize",
     "seafusion name=f model=lite ! video/x-raw,width=320 ! fakesink" IR VISIBLE,
     "not-negotiated|could not link|what follows does not take"},
    {"WhatFollowsTakesNoGray",
     "seafusion name=f model=lite gray=true ! video/x-raw,format=I420 ! fakesink" IR VISIBLE,
     "not-negotiated|could not link|what follows does not take"},
    {"NothingFollows", "seafusion name=f model=lite" IR VISIBLE, "not-linked"},
    {"BytesInPlaceOfTimes",
     LITE IR " filesrc location=FOLDER/text ! capsfilter "
             "caps=video/x-raw,format=I420,width=48,height=32,framerate=30/1 ! f.visible",
     "has no times: it counts bytes"},
};

class BadPipelineTest : public testing::TestWithParam<BadPipeline> {};
INSTANTIATE_TEST_SUITE_P(, BadPipelineTest, testing::ValuesIn(kBad),
                         [](const auto& one) { return std::string(one.param.name); });

std::string With(std::string line, const std::string& folder) {
  for (std::size_t at = 0; (at = line.find("FOLDER")) != std::string::npos;) {
    line.replace(at, 6, folder);
  }
  return line;
}

TEST_P(BadPipelineTest, SaysWhy) {
  const ScratchFolder folder;
  folder.WriteFile("text", std::string(4096, 'x'));
  align::Rig rig;
  rig.infrared = rig.visible = {.width = 64, .height = 48};
  ASSERT_TRUE(align::WriteRig(folder / "rig.json", rig, IfExists::kFail).ok());
  rig.visible.rotation = 180;
  ASSERT_TRUE(align::WriteRig(folder / "turned.json", rig, IfExists::kFail).ok());
  Pipeline p(With(GetParam().line, folder.path().string()));
  const RunResult result = p.Run();
  EXPECT_FALSE(result.eos);
  bool found = false;
  std::string texts = GetParam().error;
  for (std::size_t at = 0; at <= texts.size();) {
    const std::size_t end = std::min(texts.find('|', at), texts.size());
    found = found || result.error.find(texts.substr(at, end - at)) != std::string::npos;
    at = end + 1;
  }
  EXPECT_TRUE(found) << result.error;
}

TEST(BadFrames, WithoutTimesAreRefused) {
  ElementHarness h(CapsText("GRAY8", 48, 32), CapsText("I420", 48, 32));
  h.PushInfrared(Timed(NoiseFrame(h.ir_info, 1), h.ir_info, 0));
  h.PushVisible(NoiseFrame(h.visible_info, 2));
  EXPECT_NE(h.NextMessage(GST_MESSAGE_ERROR).find("a frame on the pad visible has no time"),
            std::string::npos);
}

TEST(BadFrames, ShorterThanTheirCapsSayAreRefused) {
  ElementHarness h(CapsText("GRAY8", 48, 32), CapsText("I420", 48, 32));
  Buffer half(gst_buffer_new_allocate(nullptr, 100, nullptr));
  h.PushInfrared(Timed(NoiseFrame(h.ir_info, 1), h.ir_info, 0));
  h.PushVisible(Timed(std::move(half), h.visible_info, 0));
  EXPECT_NE(h.NextMessage(GST_MESSAGE_ERROR)
                .find("a visible frame has 100 bytes, fewer than its caps say"),
            std::string::npos);
}

TEST(BadFrames, InfraredShorterThanItsCapsSaysIsRefused) {
  ElementHarness h(CapsText("GRAY8", 48, 32), CapsText("I420", 48, 32));
  Buffer half(gst_buffer_new_allocate(nullptr, 100, nullptr));
  h.PushInfrared(Timed(std::move(half), h.ir_info, 0));
  h.PushVisible(Timed(NoiseFrame(h.visible_info, 2), h.visible_info, 0));
  EXPECT_NE(h.NextMessage(GST_MESSAGE_ERROR)
                .find("an infrared frame has 100 bytes, fewer than its caps say"),
            std::string::npos);
}

}  // namespace
}  // namespace seafusion::gst
