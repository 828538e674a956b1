// Whole pipelines: how the element looks to tools, state cycles, a rig.
#include <string>

#include <gtest/gtest.h>

#include "align/rig/rig_file.h"
#include "core/testing/scratch_folder.h"
#include "gst_testing.h"

namespace seafusion::gst {
namespace {

const std::string kIr = CapsText("GRAY8", 48, 32);
const std::string kVisible = CapsText("I420", 48, 32);

TEST(Pipelines, RunToTheEnd) {
  Pipeline p(
      "seafusion name=f model=lite ! videoconvert ! fakesink videotestsrc num-buffers=10 ! " + kIr +
      " ! f.ir videotestsrc num-buffers=10 pattern=snow ! " + kVisible + " ! f.visible");
  GstElement* f = p.Get("f");
  const RunResult result = p.Run();
  EXPECT_TRUE(result.eos) << result.error;
  EXPECT_EQ(StatOf(f, "fused"), 10u);
  EXPECT_EQ(StatOf(f, "visible"), 10u);
  EXPECT_EQ(StatOf(f, "dropped"), 0u);
}

TEST(Pipelines, AHundredStateCyclesLeaveNothing) {
  Pipeline p("seafusion name=f model=lite threads=2 ! fakesink videotestsrc ! " + kIr +
             " ! f.ir videotestsrc ! " + kVisible + " ! f.visible");
  GstElement* f = p.Get("f");
  for (int i = 0; i < 100; ++i) {
    ASSERT_TRUE(p.Play());
    // In turn: stopped at once, after preroll, after some frames.
    if (i % 3 > 0) {
      ASSERT_EQ(gst_element_get_state(p.get(), nullptr, nullptr, kLongest),
                GST_STATE_CHANGE_SUCCESS);
    }
    if (i % 3 == 2) {
      ASSERT_TRUE(p.Until([&] { return StatOf(f, "fused") > 2; }));
    }
    ASSERT_EQ(gst_element_set_state(p.get(), GST_STATE_NULL), GST_STATE_CHANGE_SUCCESS);
  }
}

TEST(Pipelines, TheElementGoesWithItsPipeline) {
  bool gone = false;
  {
    Pipeline p("seafusion name=f model=lite ! fakesink videotestsrc num-buffers=3 ! " + kIr +
               " ! f.ir videotestsrc num-buffers=3 ! " + kVisible + " ! f.visible");
    g_object_weak_ref(
        G_OBJECT(p.Get("f")), [](gpointer flag, GObject*) { *static_cast<bool*>(flag) = true; },
        &gone);
    EXPECT_TRUE(p.Run().eos);
    EXPECT_FALSE(gone);
  }
  EXPECT_TRUE(gone);
}

// A thermal camera of half the pixels that sees the middle half of the picture.
std::string HalfRig(const ScratchFolder& folder) {
  align::Rig rig;
  rig.infrared = {.width = 32, .height = 24};
  rig.visible = {.width = 64, .height = 48};
  rig.model = align::TransformModel::kHomography;
  rig.map.map.m = {1, 0, -16, 0, 1, -12, 0, 0, 1};
  const std::string path = folder / "rig.json";
  EXPECT_TRUE(align::WriteRig(path, rig, IfExists::kFail).ok());
  return path;
}

TEST(Pipelines, ARigBringsTheInfraredOntoTheVisible) {
  const ScratchFolder folder;
  const std::string rig = HalfRig(folder);
  for (const std::string format : {"I420", "NV12", "YUY2", "RGB", "BGR", "RGBA", "GRAY8"}) {
    ElementHarness h(CapsText("GRAY8", 32, 24), CapsText(format, 64, 48), {{"rig", rig.c_str()}});
    const Buffer visible = NoiseFrame(h.visible_info, 2);
    const auto before = Planes(visible.get(), h.visible_info);
    h.PushInfrared(Timed(NoiseFrame(h.ir_info, 1), h.ir_info, 0));
    h.PushVisible(Timed(Buffer(gst_buffer_ref(visible.get())), h.visible_info, 0));
    const Buffer out = h.Pull();
    ASSERT_NE(out, nullptr) << format;
    const auto after = Planes(out.get(), h.visible_info);
    // Beyond the infrared camera's field the visible picture stays; within it something happened.
    const std::size_t row = before[0].size() / 48;
    for (int y : {0, 1, 46, 47}) {
      for (std::size_t x = 0; x < row; ++x) {
        ASSERT_EQ(after[0][y * row + x], before[0][y * row + x]) << format << " " << x << "," << y;
      }
    }
    int changed = 0;
    for (std::size_t x = row / 3; x < 2 * row / 3; ++x) {
      changed += after[0][24 * row + x] != before[0][24 * row + x] ? 1 : 0;
    }
    EXPECT_GT(changed, static_cast<int>(row) / 10) << format;
  }
}

TEST(Pipelines, ARigChoosesTheSizesOfSources) {
  const ScratchFolder folder;
  Pipeline p("seafusion name=f model=lite rig=" + HalfRig(folder) +
             " gray=true ! fakesink videotestsrc num-buffers=3 ! f.ir videotestsrc num-buffers=3 ! "
             "f.visible");
  const RunResult result = p.Run();
  EXPECT_TRUE(result.eos) << result.error;
}

TEST(Pipelines, TheElementTellsWhatItIs) {
  GstElementFactory* factory = gst_element_factory_find("seafusion");
  ASSERT_NE(factory, nullptr);
  EXPECT_STREQ(gst_element_factory_get_metadata(factory, GST_ELEMENT_METADATA_LONGNAME),
               "Infrared and visible fusion");
  EXPECT_EQ(gst_element_factory_get_num_pad_templates(factory), 3u);
  GstElement* element = gst_element_factory_create(factory, nullptr);
  gst_object_ref_sink(element);
  for (const char* name : {"model", "precision", "threads", "ir-range", "ir-invert", "rig", "gray",
                           "latency", "ir-hold", "stats"}) {
    GParamSpec* spec = g_object_class_find_property(G_OBJECT_GET_CLASS(element), name);
    ASSERT_NE(spec, nullptr) << name;
    EXPECT_GT(std::string(g_param_spec_get_blurb(spec)).size(), 10u) << name;
  }
  gst_object_unref(element);
  gst_object_unref(factory);
}

}  // namespace
}  // namespace seafusion::gst
