// Pixels: what the element gives is what the library makes of the same frames.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "fuse/weights/load_fuser.h"
#include "gst_testing.h"

namespace seafusion::gst {
namespace {

using Bytes = std::vector<std::uint8_t>;

constexpr int kWidth = 50, kHeight = 38;

PixelFormat PixelsOf(const std::string& format) {
  if (format == "YUY2") return PixelFormat::kYuyv8;
  if (format == "RGB") return PixelFormat::kRgb8;
  if (format == "BGR") return PixelFormat::kBgr8;
  if (format == "RGBA") return PixelFormat::kRgba8;
  if (format == "GRAY16_LE") return PixelFormat::kGray16;
  return PixelFormat::kGray8;
}
bool IsYuv(const std::string& format) {
  return format == "I420" || format == "NV12" || format == "YUY2";
}

// As the command does it: 16 bits want 32-bit floats.
StatusOr<Fuser> LiteFor(PixelFormat out) {
  return LoadFuser(
      "lite",
      {.threads = 1, .precision = BytesPerSample(out) == 2 ? Precision::kFp32 : Precision::kAuto});
}

// The first plane as the library makes it.
Bytes Expected(const Bytes& ir, const std::string& ir_format, const Bytes& visible,
               const std::string& format, PixelFormat out, int width,
               const InfraredRange& range = {}) {
  const StatusOr<Fuser> fuser = LiteFor(out);
  EXPECT_TRUE(fuser.ok());
  const auto view = [&](const Bytes& bytes, PixelFormat pixels) {
    return ImageView{bytes.data(), width, kHeight,
                     static_cast<std::ptrdiff_t>(bytes.size() / kHeight), pixels};
  };
  const std::ptrdiff_t row =
      out == PixelFormat::kYuyv8 ? (width + 1) / 2 * 4 : width * BytesPerPixel(out);
  Bytes fused(static_cast<std::size_t>(row * kHeight));
  FuseSettings settings{.infrared_range = range,
                        .output_range = {.kind = OutputRange::Kind::kGentle}};
  if (IsYuv(format)) settings.visible_luma = settings.output_luma = LumaRange::kVideo;
  if (IsYuv(ir_format)) {
    settings.infrared_range = {.kind = InfraredRange::Kind::kFixed, .lo = 16, .hi = 235};
  }
  const Status status = fuser->Fuse(view(ir, PixelsOf(ir_format)), view(visible, PixelsOf(format)),
                                    {fused.data(), width, kHeight, row, out}, settings);
  EXPECT_TRUE(status.ok()) << status.message();
  return fused;
}

const std::vector<std::string> kFormats = {"GRAY8", "GRAY16_LE", "I420", "NV12",
                                           "YUY2",  "RGB",       "BGR",  "RGBA"};

class FormatsTest : public testing::TestWithParam<std::string> {};
INSTANTIATE_TEST_SUITE_P(Visible, FormatsTest, testing::ValuesIn(kFormats),
                         [](const auto& one) { return one.param; });

TEST_P(FormatsTest, FusesAsTheLibraryDoesAndKeepsTheFormat) {
  const std::string format = GetParam();
  for (const int width : {kWidth, kWidth + 1}) {
    for (const int extra : {0, 20}) {
      ElementHarness h(CapsText("GRAY8", width, kHeight), CapsText(format, width, kHeight));
      const Buffer ir = NoiseFrame(h.ir_info, 1, extra),
                   visible = NoiseFrame(h.visible_info, 2, extra);
      // Of little contrast, which is raised.
      if (extra > 0) {
        for (GstBuffer* frame : {ir.get(), visible.get()}) {
          GstMapInfo map;
          ASSERT_TRUE(gst_buffer_map(frame, &map, GST_MAP_READWRITE));
          std::transform(map.data, map.data + map.size, map.data,
                         [](guint8 v) { return static_cast<guint8>(80 + v / 4); });
          gst_buffer_unmap(frame, &map);
        }
      }
      const auto ir_planes = Planes(ir.get(), h.ir_info);
      const auto visible_planes = Planes(visible.get(), h.visible_info);
      h.PushInfrared(Timed(Buffer(gst_buffer_ref(ir.get())), h.ir_info, 0));
      h.PushVisible(Timed(Buffer(gst_buffer_ref(visible.get())), h.visible_info, 0));
      const Buffer out = h.Pull();
      ASSERT_NE(out, nullptr);
      const std::string caps = h.OutputCaps();
      EXPECT_NE(caps.find("format=(string)" + format), std::string::npos) << caps;
      EXPECT_NE(caps.find("framerate=(fraction)30/1"), std::string::npos) << caps;
      const auto out_planes = Planes(out.get(), InfoOf(caps));
      ASSERT_EQ(out_planes.size(), visible_planes.size());
      Bytes expected =
          Expected(ir_planes[0], "GRAY8", visible_planes[0], format, PixelsOf(format), width);
      if (format == "YUY2" && width % 2 == 1) {
        // The pair at the end of an odd row: what belongs to no pixel is the visible's.
        const std::size_t row = expected.size() / kHeight;
        for (std::size_t end = row; end <= expected.size(); end += row) {
          std::copy_n(visible_planes[0].begin() + static_cast<std::ptrdiff_t>(end - 2), 2,
                      expected.begin() + static_cast<std::ptrdiff_t>(end - 2));
        }
      }
      EXPECT_EQ(out_planes[0], expected) << caps << ", " << extra << " extra bytes";
      for (std::size_t p = 1; p < out_planes.size(); ++p) {
        EXPECT_EQ(out_planes[p], visible_planes[p]) << "chroma";
      }
      EXPECT_EQ(h.Stat("fused"), 1u);
    }
  }
}

TEST_P(FormatsTest, TakesInfraredInIt) {
  const std::string format = GetParam();
  ElementHarness h(CapsText(format, kWidth, kHeight), CapsText("GRAY8", kWidth, kHeight),
                   {{"ir-range", "full"}});
  const Buffer ir = NoiseFrame(h.ir_info, 1, 12), visible = NoiseFrame(h.visible_info, 2);
  const auto ir_planes = Planes(ir.get(), h.ir_info);
  h.PushInfrared(Timed(Buffer(gst_buffer_ref(ir.get())), h.ir_info, 0));
  h.PushVisible(Timed(Buffer(gst_buffer_ref(visible.get())), h.visible_info, 0));
  const Buffer out = h.Pull();
  ASSERT_NE(out, nullptr);
  EXPECT_EQ(Planes(out.get(), h.visible_info)[0],
            Expected(ir_planes[0], format, Planes(visible.get(), h.visible_info)[0], "GRAY8",
                     PixelFormat::kGray8, kWidth, {.kind = InfraredRange::Kind::kFull}));
}

TEST_P(FormatsTest, PassesAsItIsWithoutACopyWhereThereIsNoInfrared) {
  const std::string format = GetParam();
  ElementHarness h("", CapsText(format, kWidth, kHeight));
  const Buffer visible = NoiseFrame(h.visible_info, 2);
  h.PushVisible(Timed(Buffer(gst_buffer_ref(visible.get())), h.visible_info, 0));
  const Buffer out = h.Pull();
  ASSERT_NE(out, nullptr);
  EXPECT_EQ(gst_buffer_peek_memory(out.get(), 0), gst_buffer_peek_memory(visible.get(), 0));
  EXPECT_EQ(h.Stat("passed"), 1u);
}

TEST_P(FormatsTest, GrayGivesTheBrightnessAlone) {
  const std::string format = GetParam();
  const std::string gray = format == "GRAY16_LE" ? format : "GRAY8";
  ElementHarness h(CapsText("GRAY8", kWidth, kHeight), CapsText(format, kWidth, kHeight),
                   {{"gray", "true"}});
  const Buffer ir = NoiseFrame(h.ir_info, 1), visible = NoiseFrame(h.visible_info, 2);
  const auto ir_planes = Planes(ir.get(), h.ir_info);
  const auto visible_planes = Planes(visible.get(), h.visible_info);
  h.PushInfrared(Timed(Buffer(gst_buffer_ref(ir.get())), h.ir_info, 0));
  h.PushVisible(Timed(Buffer(gst_buffer_ref(visible.get())), h.visible_info, 0));
  const Buffer out = h.Pull();
  ASSERT_NE(out, nullptr);
  const std::string caps = h.OutputCaps();
  EXPECT_NE(caps.find("format=(string)" + gray), std::string::npos) << caps;
  // Full range: nothing that shows gray video expects another.
  const StatusOr<Fuser> fuser = LiteFor(PixelsOf(gray));
  Bytes expected(kWidth * kHeight * (gray == "GRAY8" ? 1 : 2));
  const Status status = fuser->Fuse(
      {ir_planes[0].data(), kWidth, kHeight, kWidth, PixelFormat::kGray8},
      {visible_planes[0].data(), kWidth, kHeight,
       static_cast<std::ptrdiff_t>(visible_planes[0].size() / kHeight), PixelsOf(format)},
      {expected.data(), kWidth, kHeight, static_cast<std::ptrdiff_t>(expected.size() / kHeight),
       PixelsOf(gray)},
      {.visible_luma = IsYuv(format) ? LumaRange::kVideo : LumaRange::kFull});
  ASSERT_TRUE(status.ok()) << status.message();
  EXPECT_EQ(Planes(out.get(), InfoOf(caps))[0], expected);
}

TEST(Formats, FullRangeOfLumaIsKept) {
  const std::string full = CapsText("I420", kWidth, kHeight) + ",colorimetry=1:4:7:1";
  ElementHarness h(CapsText("GRAY8", kWidth, kHeight), full);
  const Buffer ir = NoiseFrame(h.ir_info, 1), visible = NoiseFrame(h.visible_info, 2);
  const auto ir_planes = Planes(ir.get(), h.ir_info);
  const auto visible_planes = Planes(visible.get(), h.visible_info);
  h.PushInfrared(Timed(Buffer(gst_buffer_ref(ir.get())), h.ir_info, 0));
  h.PushVisible(Timed(Buffer(gst_buffer_ref(visible.get())), h.visible_info, 0));
  const Buffer out = h.Pull();
  ASSERT_NE(out, nullptr);
  EXPECT_NE(h.OutputCaps().find("1:4:7:1"), std::string::npos) << h.OutputCaps();
  EXPECT_EQ(Planes(out.get(), h.visible_info)[0], Expected(ir_planes[0], "GRAY8", visible_planes[0],
                                                           "GRAY8", PixelFormat::kGray8, kWidth));
}

// A memory that counts what is done with it.
struct Uses {
  int maps = 0, copies = 0, shares = 0;
};
Uses uses;

struct CountingMemory {
  GstMemory parent;
  GstMemory* inner;
};

GstAllocator* CountingAllocator() {
  static GstAllocator* const allocator = [] {
    static const GTypeInfo info = {
        .class_size = sizeof(GstAllocatorClass),
        .class_init =
            [](gpointer klass, gpointer) {
              GST_ALLOCATOR_CLASS(klass)->alloc = [](GstAllocator* self, gsize size,
                                                     GstAllocationParams*) -> GstMemory* {
                auto* memory = g_new0(CountingMemory, 1);
                memory->inner = gst_allocator_alloc(nullptr, size, nullptr);
                gst_memory_init(&memory->parent, static_cast<GstMemoryFlags>(0), self, nullptr,
                                size, 0, 0, size);
                return &memory->parent;
              };
              GST_ALLOCATOR_CLASS(klass)->free = [](GstAllocator*, GstMemory* memory) {
                gst_memory_unref(reinterpret_cast<CountingMemory*>(memory)->inner);
                g_free(memory);
              };
            },
        .instance_size = sizeof(GstAllocator)};
    const GType type = g_type_register_static(GST_TYPE_ALLOCATOR, "SeafusionCountingAllocator",
                                              &info, static_cast<GTypeFlags>(0));
    auto* made = GST_ALLOCATOR(g_object_new(type, nullptr));
    gst_object_ref_sink(made);
    GST_OBJECT_FLAG_SET(made, GST_ALLOCATOR_FLAG_CUSTOM_ALLOC);
    made->mem_type = "counting";
    made->mem_map = [](GstMemory* memory, gsize, GstMapFlags flags) -> gpointer {
      ++uses.maps;
      GstMapInfo map;
      if (!gst_memory_map(reinterpret_cast<CountingMemory*>(memory)->inner, &map, flags)) {
        return nullptr;
      }
      gst_memory_unmap(map.memory, &map);
      return map.data;
    };
    made->mem_unmap = [](GstMemory*) {};
    made->mem_copy = [](GstMemory*, gssize, gssize) -> GstMemory* {
      ++uses.copies;
      return nullptr;
    };
    made->mem_share = [](GstMemory*, gssize, gssize) -> GstMemory* {
      ++uses.shares;
      return nullptr;
    };
    return made;
  }();
  return allocator;
}

// Mapped once for reading, where it is fused; not at all where it passes; never copied.
TEST_P(FormatsTest, CountsTheCopiesOfTheVisible) {
  ElementHarness h(CapsText("GRAY8", kWidth, kHeight), CapsText(GetParam(), kWidth, kHeight),
                   {{"ir-hold", "0"}});
  const auto push_visible = [&](int number) {
    Buffer frame =
        Timed(NoiseFrame(h.visible_info, 2, 0, CountingAllocator()), h.visible_info, number);
    uses = {};
    h.PushVisible(std::move(frame));
    return h.Pull();
  };
  h.PushInfrared(Timed(NoiseFrame(h.ir_info, 1), h.ir_info, 0));
  ASSERT_NE(push_visible(0), nullptr);
  EXPECT_EQ(h.Stat("fused"), 1u);
  const auto planes = static_cast<int>(GST_VIDEO_INFO_N_PLANES(&h.visible_info));
  EXPECT_LE(uses.maps, planes);
  EXPECT_EQ(uses.copies + uses.shares, 0);
  gst_harness_push_event(h.ir, gst_event_new_eos());
  ASSERT_NE(push_visible(1), nullptr);
  EXPECT_EQ(h.Stat("passed"), 1u);
  EXPECT_EQ(uses.maps + uses.copies + uses.shares, 0);
}

TEST(Formats, RangeAndPolarityOfTheInfrared) {
  ElementHarness h(CapsText("GRAY16_LE", kWidth, kHeight), CapsText("GRAY8", kWidth, kHeight),
                   {{"ir-range", "fixed:1000,60000"}, {"ir-invert", "true"}});
  const Buffer ir = NoiseFrame(h.ir_info, 1), visible = NoiseFrame(h.visible_info, 2);
  h.PushInfrared(Timed(Buffer(gst_buffer_ref(ir.get())), h.ir_info, 0));
  h.PushVisible(Timed(Buffer(gst_buffer_ref(visible.get())), h.visible_info, 0));
  const Buffer out = h.Pull();
  ASSERT_NE(out, nullptr);
  InfraredRange range{.kind = InfraredRange::Kind::kFixed, .lo = 1000, .hi = 60000, .invert = true};
  const Bytes ir_bytes = Planes(ir.get(), h.ir_info)[0];
  const Bytes visible_bytes = Planes(visible.get(), h.visible_info)[0];
  EXPECT_EQ(
      Planes(out.get(), h.visible_info)[0],
      Expected(ir_bytes, "GRAY16_LE", visible_bytes, "GRAY8", PixelFormat::kGray8, kWidth, range));
  // Both can be changed on the way.
  g_object_set(h.element, "ir-invert", FALSE, "ir-range", "fixed:0,30000", nullptr);
  range = {.kind = InfraredRange::Kind::kFixed, .lo = 0, .hi = 30000};
  h.PushInfrared(Timed(Buffer(gst_buffer_copy(ir.get())), h.ir_info, 1));
  h.PushVisible(Timed(Buffer(gst_buffer_copy(visible.get())), h.visible_info, 1));
  const Buffer second = h.Pull();
  ASSERT_NE(second, nullptr);
  EXPECT_EQ(
      Planes(second.get(), h.visible_info)[0],
      Expected(ir_bytes, "GRAY16_LE", visible_bytes, "GRAY8", PixelFormat::kGray8, kWidth, range));
  // A range that is none leaves the old one.
  g_object_set(h.element, "ir-range", "warm", nullptr);
  EXPECT_NE(h.NextMessage(GST_MESSAGE_WARNING).find("ir-range: 'warm' is not"), std::string::npos);
  gchar* text = nullptr;
  g_object_get(h.element, "ir-range", &text, nullptr);
  EXPECT_STREQ(text, "fixed:0,30000");
  g_free(text);
}

}  // namespace
}  // namespace seafusion::gst
