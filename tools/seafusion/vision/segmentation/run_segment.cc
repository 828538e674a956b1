// The work of `seafusion segment`: run, count, tables.
#include <cstdio>
#include <exception>
#include <string>
#include <vector>

#include <opencv2/core/utility.hpp>

#include "command.h"
#include "command_status.h"
#include "core/status_macros.h"
#include "options/vision_options.h"
#include "tasks/bootstrap.h"
#include "vision/figure_table.h"
#include "vision/output_folder.h"
#include "vision/segmentation/segmentation_run.h"

namespace seafusion::tools {
namespace {

using metrics::ConfusionMatrix;

ConfusionMatrix Sum(const SegmentedSource& source, std::span<const std::uint32_t> times) {
  ConfusionMatrix sum(source.pictures.front().classes());
  for (std::size_t i = 0; i < source.pictures.size(); ++i) {
    sum.Add(source.pictures[i], times.empty() ? 1 : static_cast<std::int64_t>(times[i]));
  }
  return sum;
}

// `figure`: of a sum of pictures.
template <typename Figure>
TaskFigure Measure(const VisionOptions& options, const SegmentedSource& source,
                   const Figure& figure) {
  const auto of = [&](std::span<const std::uint32_t> times) { return figure(Sum(source, times)); };
  TaskFigure result{.value = of({}), .interval = {}};
  if (options.bootstrap > 0 && result.value) {
    result.interval = tasks::BootstrapInterval(
        source.pictures.size(), {.samples = options.bootstrap, .seed = options.seed}, of);
  }
  return result;
}

FigureTable Evaluate(const VisionOptions& options, const tasks::SegmenterSettings& settings,
                     const std::vector<SegmentedSource>& sources) {
  FigureTable table;
  table.pictures = sources.front().pictures.size();
  for (const int label : settings.evaluated) {
    table.columns.push_back({settings.labels[static_cast<std::size_t>(label)], "IoU"});
  }
  table.columns.push_back({"mean", "IoU"});
  for (const SegmentedSource& source : sources) {
    TaskRow row{
        .name = source.name, .figures = {}, .pictures_per_second = source.pictures_per_second};
    for (const int label : settings.evaluated) {
      row.figures.push_back(Measure(
          options, source, [&](const ConfusionMatrix& matrix) { return matrix.Iou(label); }));
    }
    row.figures.push_back(Measure(options, source, [&](const ConfusionMatrix& matrix) {
      return matrix.MeanIou(settings.evaluated);
    }));
    table.rows.push_back(std::move(row));
  }
  return table;
}

// labelled,predicted,pixels
std::string MatrixCsv(const tasks::SegmenterSettings& settings, const ConfusionMatrix& matrix) {
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

Status SegmentAndMeasure(const VisionOptions& options) {
  SEAFUSION_ASSIGN_OR_RETURN(const tasks::SegmenterSettings settings,
                             ReadSegmenterSettings(options));
  const OutputFolder folder(options.output, options.overwrite);
  SEAFUSION_RETURN_IF_ERROR(folder.Check());
  if (options.threads > 0) cv::setNumThreads(options.threads);
  SEAFUSION_ASSIGN_OR_RETURN(const std::vector<SegmentedSource> sources,
                             SegmentAll(options, settings, folder));
  if (options.labels.empty()) return OkStatus();
  const FigureTable table = Evaluate(options, settings, sources);
  if (folder) {
    SEAFUSION_RETURN_IF_ERROR(folder.Write("table.csv", FigureTableCsv(table)));
    SEAFUSION_RETURN_IF_ERROR(folder.Write("table.json", FigureTableJson(table)));
    SEAFUSION_RETURN_IF_ERROR(folder.Write("table.txt", FigureTableText(table)));
    for (const SegmentedSource& source : sources) {
      SEAFUSION_RETURN_IF_ERROR(
          folder.Write("confusion/" + source.name + ".csv", MatrixCsv(settings, Sum(source, {}))));
    }
  }
  if (options.quiet) return OkStatus();
  if (options.json) {
    std::fputs(FigureTableJson(table).c_str(), stdout);
    return OkStatus();
  }
  std::fputs(FigureTableText(table).c_str(), stdout);
  std::printf("%zu pictures\n", table.pictures);
  for (const SegmentedSource& source : sources) {
    std::printf("%s: %.1f pictures/s, reading included\n", source.name.c_str(),
                source.pictures_per_second);
  }
  return OkStatus();
}

}  // namespace
}  // namespace seafusion::tools

extern "C" __attribute__((visibility("default"))) int seafusion_run_segment(const void* options) {
  using namespace seafusion;  // NOLINT: one function
  Status status;
  try {
    status = tools::SegmentAndMeasure(*static_cast<const tools::VisionOptions*>(options));
  } catch (const std::exception& e) {
    status = Internal(e.what());
  }
  if (std::fflush(stdout) != 0 && status.ok()) status = IoError("cannot write the result");
  return tools::ExitStatus("segment", status);
}
