#include "tasks/segmentation/segmentation_table.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <utility>

#include "core/text/csv_field.h"

namespace seafusion::tasks {
namespace {

using metrics::ConfusionMatrix;

ConfusionMatrix Sum(const SegmentedSet& set, std::span<const std::uint32_t> times) {
  ConfusionMatrix sum(set.pictures.front().classes());
  for (std::size_t i = 0; i < set.pictures.size(); ++i) {
    sum.Add(set.pictures[i], times.empty() ? 1 : static_cast<std::int64_t>(times[i]));
  }
  return sum;
}

}  // namespace

FigureTable MeasureSegmentation(std::span<const SegmentedSet> sets,
                                const SegmenterSettings& settings,
                                const metrics::BootstrapSettings& bootstrap) {
  FigureTable table;
  table.pictures = sets.front().pictures.size();
  for (const int label : settings.evaluated) {
    table.columns.push_back({settings.labels[static_cast<std::size_t>(label)], "IoU"});
  }
  table.columns.push_back({"mean", "IoU"});
  for (const SegmentedSet& set : sets) {
    TaskRow row{.name = set.name, .figures = {}, .pictures_per_second = set.pictures_per_second};
    const auto add = [&](const std::function<std::optional<double>(const ConfusionMatrix&)>& of) {
      row.figures.push_back(
          MeasureFigure(set.pictures.size(), bootstrap,
                        [&](std::span<const std::uint32_t> times) { return of(Sum(set, times)); }));
    };
    for (const int label : settings.evaluated) {
      add([label](const ConfusionMatrix& matrix) { return matrix.Iou(label); });
    }
    add([&](const ConfusionMatrix& matrix) { return matrix.MeanIou(settings.evaluated); });
    table.rows.push_back(std::move(row));
  }
  return table;
}

std::string ConfusionCsv(const SegmentedSet& set, const SegmenterSettings& settings) {
  const ConfusionMatrix matrix = Sum(set, {});
  std::string text = "labelled,predicted,pixels\n";
  const auto labels = static_cast<int>(settings.labels.size());
  for (int labelled = 0; labelled < labels; ++labelled) {
    for (int predicted = 0; predicted <= labels; ++predicted) {
      text +=
          CsvField(settings.labels[static_cast<std::size_t>(labelled)]) + "," +
          (predicted == labels ? std::string("other")
                               : CsvField(settings.labels[static_cast<std::size_t>(predicted)])) +
          "," + std::to_string(matrix.count(labelled, predicted)) + "\n";
    }
  }
  return text;
}

}  // namespace seafusion::tasks
