// Streams: times, ends, gaps, holds, flushes, seeks, changes of caps, lateness, latency.
#include <algorithm>
#include <atomic>
#include <cstdint>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "gst_testing.h"

namespace seafusion::gst {
namespace {

const std::string kIr = CapsText("GRAY8", 48, 32);
const std::string kVisible = CapsText("I420", 48, 32);
constexpr GstClockTime kFrame = GST_SECOND / 30;

TEST(Streams, FramesLeaveAtTheTimesOfTheVisible) {
  // A visible stream that does not begin at an even frame, and jitters.
  ElementHarness h(kIr, kVisible);
  const GstClockTime starts[] = {7 * GST_MSECOND, 42 * GST_MSECOND, 71 * GST_MSECOND,
                                 110 * GST_MSECOND};
  for (int i = 0; i < 4; ++i) {
    h.PushInfrared(Timed(NoiseFrame(h.ir_info, 1), h.ir_info, i));
    Buffer visible = NoiseFrame(h.visible_info, 2);
    GST_BUFFER_PTS(visible.get()) = starts[i];
    GST_BUFFER_DURATION(visible.get()) = kFrame;
    h.PushVisible(std::move(visible));
    const Buffer out = h.Pull();
    ASSERT_NE(out, nullptr);
    EXPECT_EQ(GST_BUFFER_PTS(out.get()), starts[i]);
    EXPECT_EQ(GST_BUFFER_DURATION(out.get()), kFrame);
  }
  EXPECT_EQ(h.Stat("fused"), 4u);
  EXPECT_EQ(h.Stat("dropped"), 0u);
}

TEST(Streams, SegmentsMayBeginAnywhere) {
  ElementHarness h(kIr, kVisible);
  GstSegment segment;
  gst_segment_init(&segment, GST_FORMAT_TIME);
  segment.start = segment.time = 100 * GST_SECOND;
  gst_harness_push_event(h.visible, gst_event_new_segment(&segment));
  for (int i = 0; i < 3; ++i) {
    h.PushInfrared(Timed(NoiseFrame(h.ir_info, 1), h.ir_info, i));
    Buffer visible = Timed(NoiseFrame(h.visible_info, 2), h.visible_info, i);
    GST_BUFFER_PTS(visible.get()) += 100 * GST_SECOND;
    h.PushVisible(std::move(visible));
    const Buffer out = h.Pull();
    ASSERT_NE(out, nullptr);
    EXPECT_NEAR(static_cast<double>(GST_BUFFER_PTS(out.get())), static_cast<double>(i * kFrame), 2);
  }
  EXPECT_EQ(h.Stat("fused"), 3u);
}

TEST(Streams, TheEndOfTheVisibleIsTheEnd) {
  ElementHarness h(kIr, kVisible);
  h.PushPair(0);
  ASSERT_NE(h.Pull(), nullptr);
  h.PushInfrared(Timed(NoiseFrame(h.ir_info, 1), h.ir_info, 1));
  gst_harness_push_event(h.visible, gst_event_new_eos());
  GstEvent* event = nullptr;
  while ((event = gst_harness_pull_event(h.out)) != nullptr) {
    const bool eos = GST_EVENT_TYPE(event) == GST_EVENT_EOS;
    gst_event_unref(event);
    if (eos) break;
  }
  EXPECT_NE(event, nullptr);
  EXPECT_EQ(h.Stat("fused"), 1u);
}

TEST(Streams, AfterTheEndOfTheInfraredTheLastFrameHoldsThenTheVisiblePasses) {
  ElementHarness h(kIr, kVisible, {{"ir-hold", "100000000"}});
  h.PushPair(0);
  ASSERT_NE(h.Pull(), nullptr);
  gst_harness_push_event(h.ir, gst_event_new_eos());
  for (int i = 1; i < 10; ++i) {
    h.PushVisible(Timed(NoiseFrame(h.visible_info, 2), h.visible_info, i));
    ASSERT_NE(h.Pull(), nullptr);
    // Its end is 33 ms; the frames at 33, 66 and 100 ms are within 100 ms of it.
    EXPECT_EQ(h.Stat("fused"), static_cast<std::uint64_t>(std::min(i + 1, 4))) << i;
  }
  EXPECT_EQ(h.Stat("passed"), 6u);
}

TEST(Streams, GapsOfTheInfraredAreHeldOverToo) {
  for (const bool hold : {true, false}) {
    ElementHarness h(kIr, kVisible, {{"ir-hold", hold ? "1000000000" : "0"}});
    for (int i = 0; i < 4; ++i) {
      if (i % 2 == 0) {
        h.PushInfrared(Timed(NoiseFrame(h.ir_info, 1), h.ir_info, i));
      } else {
        gst_harness_push_event(h.ir, gst_event_new_gap(i * GST_SECOND / 30, kFrame));
      }
      h.PushVisible(Timed(NoiseFrame(h.visible_info, 2), h.visible_info, i));
      ASSERT_NE(h.Pull(), nullptr);
    }
    EXPECT_EQ(h.Stat("fused"), hold ? 4u : 2u);
    EXPECT_EQ(h.Stat("passed"), hold ? 0u : 2u);
  }
}

TEST(Streams, GapsOfTheVisibleGiveNothing) {
  ElementHarness h(kIr, kVisible);
  h.PushPair(0);
  ASSERT_NE(h.Pull(), nullptr);
  h.PushInfrared(Timed(NoiseFrame(h.ir_info, 1), h.ir_info, 1));
  gst_harness_push_event(h.visible, gst_event_new_gap(kFrame, kFrame));
  h.PushPair(2);
  const Buffer out = h.Pull();
  ASSERT_NE(out, nullptr);
  EXPECT_EQ(GST_BUFFER_PTS(out.get()), 2 * GST_SECOND / 30);
  EXPECT_EQ(h.Stat("fused"), 2u);
}

TEST(Streams, SlowerInfraredIsRepeatedFasterLosesFrames) {
  for (const auto& [rate, fps] : {std::pair{"10/1", 10}, {"60/1", 60}}) {
    Pipeline p(
        "seafusion name=f model=lite threads=1 ! fakesink sync=false "
        "videotestsrc num-buffers=" +
        std::to_string(fps) + " ! " + CapsText("GRAY8", 48, 32, rate) +
        " ! f.ir videotestsrc num-buffers=30 ! " + kVisible + " ! f.visible");
    GstElement* f = p.Get("f");
    const RunResult result = p.Run();
    EXPECT_TRUE(result.eos) << result.error;
    EXPECT_EQ(StatOf(f, "fused"), 30u) << rate;
    EXPECT_EQ(StatOf(f, "dropped"), 0u) << rate;
  }
}

TEST(Streams, AFlushForgetsWhatWasHeld) {
  ElementHarness h(kIr, kVisible);
  h.PushPair(0);
  ASSERT_NE(h.Pull(), nullptr);
  gst_harness_push_event(h.ir, gst_event_new_flush_start());
  gst_harness_push_event(h.ir, gst_event_new_flush_stop(TRUE));
  GstSegment segment;
  gst_segment_init(&segment, GST_FORMAT_TIME);
  gst_harness_push_event(h.ir, gst_event_new_segment(&segment));
  gst_harness_push_event(h.ir, gst_event_new_gap(kFrame, kFrame));
  h.PushVisible(Timed(NoiseFrame(h.visible_info, 2), h.visible_info, 1));
  ASSERT_NE(h.Pull(), nullptr);
  EXPECT_EQ(h.Stat("passed"), 1u);
}

TEST(Streams, SeeksGoToBothSources) {
  Pipeline p(
      "seafusion name=f model=lite threads=1 ! fakesink name=sink sync=false "
      "signal-handoffs=true videotestsrc num-buffers=300 ! " +
      kIr + " ! f.ir videotestsrc num-buffers=300 ! " + kVisible + " ! f.visible");
  gst_element_set_state(p.get(), GST_STATE_PAUSED);
  ASSERT_EQ(gst_element_get_state(p.get(), nullptr, nullptr, kLongest), GST_STATE_CHANGE_SUCCESS);
  static std::atomic<GstClockTime> first;
  first = GST_CLOCK_TIME_NONE;
  ASSERT_TRUE(gst_element_seek_simple(
      p.get(), GST_FORMAT_TIME,
      static_cast<GstSeekFlags>(GST_SEEK_FLAG_FLUSH | GST_SEEK_FLAG_ACCURATE), 4 * GST_SECOND));
  g_signal_connect(p.Get("sink"), "handoff",
                   G_CALLBACK(+[](GstElement*, GstBuffer* buffer, GstPad*, gpointer) {
                     GstClockTime none = GST_CLOCK_TIME_NONE;
                     first.compare_exchange_strong(none, GST_BUFFER_PTS(buffer));
                   }),
                   nullptr);
  const RunResult result = p.Run();
  EXPECT_TRUE(result.eos) << result.error;
  EXPECT_GE(first.load(), 4 * GST_SECOND);
  EXPECT_LE(first.load(), 4 * GST_SECOND + kFrame);
  EXPECT_GT(StatOf(p.Get("f"), "fused"), 100u);
  EXPECT_EQ(StatOf(p.Get("f"), "passed"), 0u);
}

TEST(Streams, CapsMayChange) {
  ElementHarness h(kIr, kVisible);
  h.PushPair(0);
  ASSERT_NE(h.Pull(), nullptr);
  const std::string ir = CapsText("GRAY16_LE", 64, 40), visible = CapsText("RGB", 64, 40);
  gst_harness_set_src_caps_str(h.ir, ir.c_str());
  gst_harness_set_src_caps_str(h.visible, visible.c_str());
  h.ir_info = InfoOf(ir);
  h.visible_info = InfoOf(visible);
  h.PushPair(1);
  const Buffer out = h.Pull();
  ASSERT_NE(out, nullptr);
  EXPECT_NE(h.OutputCaps().find("width=(int)64"), std::string::npos) << h.OutputCaps();
  EXPECT_NE(h.OutputCaps().find("format=(string)RGB"), std::string::npos);
  EXPECT_EQ(gst_buffer_get_size(out.get()), h.visible_info.size);
  EXPECT_EQ(h.Stat("fused"), 2u);
}

TEST(Streams, CamerasMayChangeTheirSizeOneAfterTheOther) {
  ElementHarness h(kIr, kVisible);
  h.PushPair(0);
  ASSERT_NE(h.Pull(), nullptr);
  const std::string visible = CapsText("I420", 64, 40);
  gst_harness_set_src_caps_str(h.visible, visible.c_str());
  h.visible_info = InfoOf(visible);
  h.PushPair(1);  // the infrared still has its old size
  ASSERT_NE(h.Pull(), nullptr);
  EXPECT_EQ(h.Stat("passed"), 1u);
  const std::string ir = CapsText("GRAY8", 64, 40);
  gst_harness_set_src_caps_str(h.ir, ir.c_str());
  h.ir_info = InfoOf(ir);
  h.PushPair(2);
  ASSERT_NE(h.Pull(), nullptr);
  EXPECT_EQ(h.Stat("fused"), 2u);
}

TEST(Streams, GrayCanBeSwitchedOnTheWay) {
  ElementHarness h(kIr, kVisible);
  h.PushPair(0);
  ASSERT_NE(h.Pull(), nullptr);
  EXPECT_NE(h.OutputCaps().find("I420"), std::string::npos);
  g_object_set(h.element, "gray", TRUE, nullptr);
  h.PushPair(1);
  ASSERT_NE(h.Pull(), nullptr);
  EXPECT_NE(h.OutputCaps().find("GRAY8"), std::string::npos) << h.OutputCaps();
}

TEST(Streams, LateFramesAreDroppedAndTold) {
  ElementHarness h(kIr, kVisible);
  h.PushPair(0);
  ASSERT_NE(h.Pull(), nullptr);
  // What follows is 200 ms behind.
  gst_harness_push_upstream_event(
      h.out, gst_event_new_qos(GST_QOS_TYPE_UNDERFLOW, 2.0, 100 * GST_MSECOND, 0));
  for (int i = 1; i < 12; ++i) h.PushPair(i);
  const Buffer out = h.Pull();
  ASSERT_NE(out, nullptr);
  EXPECT_GT(GST_BUFFER_PTS(out.get()), 200 * GST_MSECOND);
  EXPECT_EQ(h.NextMessage(GST_MESSAGE_QOS), "qos");
  EXPECT_GE(h.Stat("dropped"), 6u);
}

TEST(Streams, LatencyIsThatOfTheSourcesAndOneFrame) {
  ElementHarness h(kIr, kVisible, {{"latency", "20000000"}}, /*live=*/true);
  gst_harness_set_upstream_latency(h.ir, 50 * GST_MSECOND);
  gst_harness_set_upstream_latency(h.visible, 40 * GST_MSECOND);
  h.PushPair(0);
  ASSERT_NE(h.Pull(), nullptr);
  GstQuery* query = gst_query_new_latency();
  ASSERT_TRUE(gst_pad_peer_query(h.out->sinkpad, query));
  gboolean live = FALSE;
  GstClockTime least = 0, most = 0;
  gst_query_parse_latency(query, &live, &least, &most);
  gst_query_unref(query);
  EXPECT_TRUE(live);
  EXPECT_EQ(least, 50 * GST_MSECOND + 20 * GST_MSECOND + kFrame);
}

// Two live sources, of which the infrared one stalls, goes and comes back.
TEST(Streams, AStalledInfraredDoesNotStopTheVisible) {
  Pipeline p(
      "seafusion name=f model=lite threads=1 ir-hold=50000000 ! fakesink sync=false "
      "videotestsrc is-live=true ! " +
      kIr +
      " ! valve name=valve drop=false ! queue ! f.ir "
      "videotestsrc is-live=true ! " +
      kVisible + " ! queue ! f.visible");
  GstElement* f = p.Get("f");
  GstElement* valve = p.Get("valve");
  ASSERT_TRUE(p.Play());
  const auto present = [&](bool expected) {
    gboolean is = FALSE;
    do {
      GstMessage* message = p.Wait(GST_MESSAGE_ELEMENT, "seafusion-infrared");
      if (message == nullptr) return false;
      gst_structure_get_boolean(gst_message_get_structure(message), "present", &is);
      gst_message_unref(message);
    } while ((is != FALSE) != expected);
    return true;
  };
  ASSERT_TRUE(present(true));
  g_object_set(valve, "drop", TRUE, nullptr);
  ASSERT_TRUE(present(false));
  const std::uint64_t before = StatOf(f, "passed");
  EXPECT_TRUE(p.Until([&] { return StatOf(f, "passed") >= before + 5; }));
  g_object_set(valve, "drop", FALSE, nullptr);
  ASSERT_TRUE(present(true));

  // The pad goes and comes back while the pipeline runs.
  GstPad* pad = gst_element_get_static_pad(f, "ir");
  GstPad* from = gst_pad_get_peer(pad);
  const gulong block = gst_pad_add_probe(
      from, GST_PAD_PROBE_TYPE_BLOCK_DOWNSTREAM,
      [](GstPad*, GstPadProbeInfo*, gpointer) { return GST_PAD_PROBE_OK; }, nullptr, nullptr);
  gst_pad_unlink(from, pad);
  gst_element_release_request_pad(f, pad);
  gst_object_unref(pad);
  ASSERT_TRUE(present(false));
  pad = gst_element_request_pad_simple(f, "ir");
  ASSERT_NE(pad, nullptr);
  ASSERT_EQ(gst_pad_link(from, pad), GST_PAD_LINK_OK);
  gst_pad_remove_probe(from, block);
  EXPECT_TRUE(present(true));
  gst_object_unref(pad);
  gst_object_unref(from);
}

}  // namespace
}  // namespace seafusion::gst
