// JSON and text files of settings, tables and boxes. The first byte says which; whatever the rest,
// its reader returns, and what can be written again comes back the same.
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include <nlohmann/json.hpp>

#include "compare/folder/run_state.h"
#include "learn/data/mix/mix_part.h"
#include "learn/lite/lite_settings.h"
#include "report/page_pictures.h"
#include "report/task_table.h"
#include "serve/live/controls.h"
#include "tasks/detection/detector/detector_settings.h"
#include "tasks/detection/files/yolo_text.h"
#include "tasks/segmentation/segmenter_settings.h"
#include "texts/scratch_file.h"

namespace {

using namespace seafusion;  // NOLINT: this file

void Require(bool holds) {
  if (!holds) std::abort();
}

void PageSettings(const std::string& text) {
  const auto controls = serve::ParseSettingsFile(text, false);
  if (!controls.ok()) return;
  const auto again = serve::ParseSettingsFile(serve::SettingsFileText(*controls), false);
  Require(again.ok() && serve::JsonOf(*again) == serve::JsonOf(*controls));
}

void Networks(const std::string& text) {
  if (const auto detector = tasks::ParseDetectorSettings(text); detector.ok()) {
    Require(detector->label_of_class.size() == static_cast<std::size_t>(detector->classes));
    for (const int label : detector->label_of_class) {
      Require(label >= -1 && label < static_cast<int>(detector->labels.size()));
    }
  }
  if (const auto segmenter = tasks::ParseSegmenterSettings(text); segmenter.ok()) {
    for (const int label : segmenter->evaluated) {
      Require(label >= 0 && label < static_cast<int>(segmenter->labels.size()));
    }
  }
}

void Boxes(const std::string& text) {
  constexpr int kWidth = 64, kHeight = 48, kCategories = 3;
  (void)tasks::ParseYoloLabels(text, kWidth, kHeight, kCategories);
  const auto boxes = tasks::ParseYoloDetections(text, kWidth, kHeight, kCategories);
  if (!boxes.ok()) return;
  for (const auto& d : *boxes) {
    Require(d.category >= 0 && d.category < kCategories && d.score >= 0 && d.score <= 1);
  }
}

// NAME=VALUE, or JSON.
void TrainingSettings(const std::string& text) {
  learn::LiteSettings lite = *learn::LitePreset("lite");
  if (learn::OverrideLiteSetting(text, lite).ok() || learn::OverrideLiteSettings(text, lite).ok()) {
    (void)learn::ValidateLiteSettings(lite);
    learn::LiteSettings again;
    Require(learn::OverrideLiteSettings(learn::LiteSettingsToJson(lite), again).ok());
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const seafusion::fuzz::ScratchFolder folder;
  if (size == 0) return 0;
  const std::string text(reinterpret_cast<const char*>(data) + 1, size - 1);
  switch (data[0] % 7) {
    case 0:
      PageSettings(text);
      break;
    case 1:
      Networks(text);
      break;
    case 2:
      Boxes(text);
      break;
    case 3:
      TrainingSettings(text);
      break;
    case 4:
      (void)learn::ParseMix(
          {text.ends_with(".json") ? "" : text, folder.Put("mix.json", {data + 1, size - 1})});
      break;
    case 5: {
      folder.Put("table.json", {data + 1, size - 1});
      report::PagePictures pictures(report::EmbedPictures::kNone, folder.path().string());
      (void)report::ReadTaskTable(folder.path().string(), "note", {}, 1 << 16, pictures);
      break;
    }
    default: {
      const std::string path = folder.Put("state.jsonl", {data + 1, size - 1});
      auto state = compare::RunState::Open(path, {{"method", "x"}}, false);
      if (!state.ok()) break;
      Require(state->Put("pair", {.infrared = "a", .visible = "b", .fused = "c"}).ok());
      Require(state->Find("pair") != nullptr);
    }
  }
  return 0;
}
