#include "element/properties.h"

#include <array>

#include <gst/gst.h>

#include "element/element.h"
#include "element/element_state.h"
#include "fuse/range/range_text.h"

namespace seafusion::gst {
namespace {

enum Property : guint {
  kModel = 1,
  kPrecision,
  kThreads,
  kRig,
  kIrRange,
  kIrInvert,
  kGray,
  kIrHold,
  kStats,
};

GType PrecisionType() {
  static const std::array<GEnumValue, 7> values = {{
      {static_cast<int>(Precision::kAuto),
       "Fastest that cannot be told from fp32 by eye; fp32 for 16 bits", "auto"},
      {static_cast<int>(Precision::kFp32), "32-bit floats", "fp32"},
      {static_cast<int>(Precision::kInt16), "16-bit integers in the products", "int16"},
      {static_cast<int>(Precision::kBf16), "bfloat16 in the products", "bf16"},
      {static_cast<int>(Precision::kInt8), "8-bit integers in the products, lite networks only",
       "int8"},
      {static_cast<int>(Precision::kReference), "32-bit floats in plain loops: slow", "reference"},
      {0, nullptr, nullptr},
  }};
  static const GType type = g_enum_register_static("GstSeafusionPrecision", values.data());
  return type;
}

std::string TextOf(const GValue* value) {
  const char* text = g_value_get_string(value);
  return text == nullptr ? std::string() : std::string(text);
}

// What is wrong is said when the element starts; a running one keeps its range.
void SetRange(GObject* object, ElementState& state, const std::string& text) {
  StatusOr<InfraredRange> range = ParseInfraredRange(text);
  {
    const std::lock_guard lock(state.mutex);
    if (range.ok() || !state.running) {
      state.settings.ir_range_text = text;
      state.settings.ir_range = std::move(range);
      state.range_changed = true;
      return;
    }
  }
  GST_ELEMENT_WARNING(object, RESOURCE, SETTINGS,
                      ("ir-range: %s", range.status().message().c_str()),
                      ("The range that was set before stays."));
}

void SetProperty(GObject* object, guint id, const GValue* value, GParamSpec* spec) {
  ElementState& state = *reinterpret_cast<GstSeafusion*>(object)->state;
  if (id == kIrRange) return SetRange(object, state, TextOf(value));
  {
    const std::lock_guard lock(state.mutex);
    Settings& s = state.settings;
    switch (id) {
      case kModel:
        s.model = TextOf(value);
        return;
      case kPrecision:
        s.precision = static_cast<Precision>(g_value_get_enum(value));
        return;
      case kThreads:
        s.threads = g_value_get_uint(value);
        return;
      case kRig:
        s.rig = TextOf(value);
        return;
      case kIrInvert:
        s.ir_invert = g_value_get_boolean(value) != FALSE;
        state.range_changed = true;
        return;
      case kIrHold:
        s.ir_hold = g_value_get_uint64(value);
        return;
      case kGray:
        s.gray = g_value_get_boolean(value) != FALSE;
        break;
      default:
        G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, spec);
        return;
    }
  }
  // The format of what is given changes.
  gst_pad_mark_reconfigure(GST_AGGREGATOR_SRC_PAD(object));
}

GstStructure* StatsOf(const ElementState& state) {
  const Counts& c = state.counts;
  const auto count = [](const std::atomic<std::uint64_t>& n) { return static_cast<guint64>(n); };
  return gst_structure_new(
      "seafusion-stats", "engine", G_TYPE_STRING, state.engine.c_str(), "infrared", G_TYPE_UINT64,
      count(c.infrared), "visible", G_TYPE_UINT64, count(c.visible), "fused", G_TYPE_UINT64,
      count(c.fused), "passed", G_TYPE_UINT64, count(c.passed), "dropped", G_TYPE_UINT64,
      count(c.dropped), "fuse-time", G_TYPE_UINT64, count(c.fuse_time), nullptr);
}

void GetProperty(GObject* object, guint id, GValue* value, GParamSpec* spec) {
  ElementState& state = *reinterpret_cast<GstSeafusion*>(object)->state;
  const std::lock_guard lock(state.mutex);
  const Settings& s = state.settings;
  switch (id) {
    case kModel:
      return g_value_set_string(value, s.model.c_str());
    case kPrecision:
      return g_value_set_enum(value, static_cast<int>(s.precision));
    case kThreads:
      return g_value_set_uint(value, s.threads);
    case kRig:
      return g_value_set_string(value, s.rig.empty() ? nullptr : s.rig.c_str());
    case kIrRange:
      return g_value_set_string(value, s.ir_range_text.c_str());
    case kIrInvert:
      return g_value_set_boolean(value, s.ir_invert);
    case kGray:
      return g_value_set_boolean(value, s.gray);
    case kIrHold:
      return g_value_set_uint64(value, s.ir_hold);
    case kStats:
      return g_value_take_boxed(value, StatsOf(state));
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, spec);
  }
}

}  // namespace

void InstallProperties(GObjectClass* klass) {
  klass->set_property = SetProperty;
  klass->get_property = GetProperty;
  constexpr auto kText = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS;
  constexpr auto kAtStart = static_cast<GParamFlags>(kText | GST_PARAM_MUTABLE_READY);
  constexpr auto kAnyTime = static_cast<GParamFlags>(kText | GST_PARAM_MUTABLE_PLAYING);
  const Settings defaults;
  g_object_class_install_property(
      klass, kModel,
      g_param_spec_string("model", "Model",
                          "Weights: default (lite), full (fifty times the work) or a "
                          ".safetensors file",
                          defaults.model.c_str(), kAtStart));
  g_object_class_install_property(
      klass, kPrecision,
      g_param_spec_enum("precision", "Precision", "Arithmetic of the network", PrecisionType(),
                        static_cast<int>(defaults.precision), kAtStart));
  g_object_class_install_property(
      klass, kThreads,
      g_param_spec_uint("threads", "Threads",
                        "Threads that share a frame (0 = one for each processor)", 0, 1024,
                        defaults.threads, kAtStart));
  g_object_class_install_property(
      klass, kRig,
      g_param_spec_string("rig", "Rig",
                          "File that says how the two cameras map onto each other (seafusion "
                          "align); the infrared is brought onto the visible picture. None: the "
                          "views and sizes are the same",
                          nullptr, kAtStart));
  g_object_class_install_property(
      klass, kIrRange,
      g_param_spec_string("ir-range", "Infrared range",
                          "Infrared samples that become black and white: auto (8 bits: all; 16 "
                          "bits: what the scene shows, followed slowly), full, minmax, "
                          "percentile:P, percentile:LO,HI or fixed:LO,HI",
                          defaults.ir_range_text.c_str(), kAnyTime));
  g_object_class_install_property(
      klass, kIrInvert,
      g_param_spec_boolean("ir-invert", "Infrared inverted",
                           "The infrared camera shows warm things black", defaults.ir_invert,
                           kAnyTime));
  g_object_class_install_property(
      klass, kGray,
      g_param_spec_boolean("gray", "Gray",
                           "Give the fused brightness alone: GRAY8, or GRAY16_LE where the visible "
                           "is that",
                           defaults.gray, kAnyTime));
  g_object_class_install_property(
      klass, kIrHold,
      g_param_spec_uint64("ir-hold", "Infrared hold",
                          "How long the last infrared frame stands in when none comes, in ns; then "
                          "the visible passes as it is (0 = at once, 18446744073709551615 = never)",
                          0, G_MAXUINT64, defaults.ir_hold, kAnyTime));
  g_object_class_install_property(
      klass, kStats,
      g_param_spec_boxed("stats", "Statistics",
                         "Since the start: engine; frames taken from the pads (infrared, visible), "
                         "given with infrared (fused), given as they were (passed), and visible "
                         "ones that were late or too many (dropped); ns spent fusing (fuse-time)",
                         GST_TYPE_STRUCTURE,
                         static_cast<GParamFlags>(G_PARAM_READABLE | G_PARAM_STATIC_STRINGS)));
}

}  // namespace seafusion::gst
