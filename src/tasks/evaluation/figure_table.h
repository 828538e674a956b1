// Figures of several sets of pictures, as tables.
#ifndef SEAFUSION_TASKS_EVALUATION_FIGURE_TABLE_H_
#define SEAFUSION_TASKS_EVALUATION_FIGURE_TABLE_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "metrics/sets/bootstrap.h"

namespace seafusion::tasks {

struct TaskFigure {
  std::optional<double> value;  ///< Empty: nothing to be found.
  std::optional<metrics::Interval> interval;
};

/// A figure of `pictures` pictures, told how often each counts (empty: once), with its interval
/// where there are samples to be drawn: metrics::BootstrapInterval.
TaskFigure MeasureFigure(
    std::size_t pictures, const metrics::BootstrapSettings& bootstrap,
    const std::function<std::optional<double>(std::span<const std::uint32_t> times)>& figure);

struct TaskColumn {
  std::string category;  ///< "person"; "All": the mean over the categories.
  std::string figure;    ///< "AP@0.5", "IoU"
};

struct TaskRow {
  std::string name;
  std::vector<TaskFigure> figures;  ///< One for each column.
  double pictures_per_second = 0;   ///< 0: no network ran.
};

/// A line of a chart.
struct TaskCurve {
  std::string name;      ///< Of a row.
  std::string category;  ///< "person"
  std::vector<double> values;
};

/// The same columns over some of the pictures.
struct TablePart {
  std::string name;  ///< "night"
  std::size_t pictures = 0;
  std::vector<TaskRow> rows;  ///< As FigureTable::rows.
};

struct FigureTable {
  std::vector<TaskColumn> columns;
  std::vector<TaskRow> rows;
  std::size_t pictures = 0;
  std::vector<TablePart> parts;
  /// The highest precision at a recall of at least 0, 0.01, ... 1, for JSON.
  std::vector<TaskCurve> precision;
  /// More of what was measured, for JSON: "rule": "coco".
  std::vector<std::pair<std::string, std::string>> facts;
};

/// The layout of Tang 2022, Tables 1 and 2: for each figure the categories; then the intervals of
/// the last column; then the same for each part. The highest value of a column has a star, unless
/// all are alike.
std::string FigureTableText(const FigureTable& table);

/// name,category,figure,value,low,high,part; "all" for all pictures together
std::string FigureTableCsv(const FigureTable& table);
std::string FigureTableJson(const FigureTable& table);

}  // namespace seafusion::tasks

#endif  // SEAFUSION_TASKS_EVALUATION_FIGURE_TABLE_H_
