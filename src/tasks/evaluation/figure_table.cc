#include "tasks/evaluation/figure_table.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <set>

#include <nlohmann/json.hpp>

#include "core/text/csv_field.h"
#include "core/text/json_file_text.h"

namespace seafusion::tasks {
namespace {

using Json = nlohmann::ordered_json;

template <typename... T>
std::string Text(const char* format, T... values) {
  std::array<char, 128> text{};
  std::snprintf(text.data(), text.size(), format, values...);
  return text.data();
}

std::string Padded(const std::string& text, std::size_t width) {
  return std::string(width - std::min(width, text.size()), ' ') + text;
}

// Of the rows; empty where all are alike.
std::optional<double> Highest(const std::vector<TaskRow>& rows, std::size_t column) {
  std::set<double> values;
  for (const TaskRow& row : rows) {
    if (row.figures[column].value) values.insert(*row.figures[column].value);
  }
  if (values.size() < 2) return std::nullopt;
  return *values.rbegin();
}

std::string Cell(const TaskFigure& figure, std::optional<double> highest) {
  if (!figure.value) return "-";
  return Text("%.4f", *figure.value) + (highest && *figure.value == *highest ? "*" : " ");
}

std::string OptionalText(const std::optional<double>& value) {
  return value ? Text("%.17g", *value) : "";
}

std::string RowsText(const std::vector<TaskColumn>& columns, const std::vector<TaskRow>& rows) {
  constexpr std::size_t kCell = 10;
  std::size_t name_width = 0;
  for (const TaskRow& row : rows) name_width = std::max(name_width, row.name.size());
  std::string head(name_width, ' ');
  std::string subhead(name_width, ' ');
  for (std::size_t c = 0; c < columns.size(); ++c) {
    const bool first = c == 0 || columns[c].figure != columns[c - 1].figure;
    // Headings that are wider than a cell run on above the next ones.
    const std::size_t at = subhead.size() + 3;
    if (first) {
      if (head.size() < at) head.resize(at, ' ');
      head += columns[c].figure;
    }
    subhead += Padded(columns[c].category + " ", kCell);
  }
  std::string text = head + "\n" + subhead + "\n";
  for (const TaskRow& row : rows) {
    text += row.name + std::string(name_width - row.name.size(), ' ');
    for (std::size_t c = 0; c < columns.size(); ++c) {
      text += Padded(Cell(row.figures[c], Highest(rows, c)), kCell);
    }
    text += "\n";
  }
  const std::size_t last = columns.size() - 1;
  if (std::any_of(rows.begin(), rows.end(),
                  [&](const TaskRow& row) { return row.figures[last].interval; })) {
    text += "\n" + columns[last].category + " " + columns[last].figure +
            ", 95 % interval (bootstrap over pictures):\n";
    for (const TaskRow& row : rows) {
      const auto& interval = row.figures[last].interval;
      text += row.name + std::string(name_width - row.name.size(), ' ');
      text += interval ? Text("  %.4f .. %.4f\n", interval->low, interval->high) : "  -\n";
    }
  }
  return text;
}

Json RowsJson(const std::vector<TaskColumn>& columns, const std::vector<TaskRow>& all) {
  Json rows = Json::array();
  for (const TaskRow& row : all) {
    Json figures = Json::array();
    for (std::size_t c = 0; c < columns.size(); ++c) {
      const TaskFigure& measured = row.figures[c];
      Json entry = {{"category", columns[c].category},
                    {"figure", columns[c].figure},
                    {"value", measured.value ? Json(*measured.value) : Json()}};
      if (measured.interval) {
        entry["interval"] = {measured.interval->low, measured.interval->high};
      }
      figures.push_back(std::move(entry));
    }
    rows.push_back({{"name", row.name}, {"figures", std::move(figures)}});
    if (row.pictures_per_second > 0) {
      rows.back()["pictures_per_second"] = row.pictures_per_second;
    }
  }
  return rows;
}

}  // namespace

TaskFigure MeasureFigure(
    std::size_t pictures, const metrics::BootstrapSettings& bootstrap,
    const std::function<std::optional<double>(std::span<const std::uint32_t> times)>& figure) {
  TaskFigure result{.value = figure({}), .interval = {}};
  if (bootstrap.samples > 0 && result.value) {
    result.interval = metrics::BootstrapInterval(pictures, bootstrap, figure);
  }
  return result;
}

std::string FigureTableText(const FigureTable& table) {
  std::string text = RowsText(table.columns, table.rows);
  for (const TablePart& part : table.parts) {
    text += "\n" + part.name + ", " + std::to_string(part.pictures) +
            (part.pictures == 1 ? " picture:\n" : " pictures:\n") +
            RowsText(table.columns, part.rows);
  }
  return text;
}

std::string FigureTableCsv(const FigureTable& table) {
  std::string text = "name,category,figure,value,low,high,part\n";
  const auto add = [&](const std::vector<TaskRow>& rows, const std::string& part) {
    for (const TaskRow& row : rows) {
      for (std::size_t c = 0; c < table.columns.size(); ++c) {
        const TaskFigure& measured = row.figures[c];
        text += CsvField(row.name) + "," + CsvField(table.columns[c].category) + "," +
                table.columns[c].figure + "," + OptionalText(measured.value) + ",";
        if (measured.interval) {
          text += Text("%.17g,%.17g,", measured.interval->low, measured.interval->high);
        } else {
          text += ",,";
        }
        text += part + "\n";
      }
    }
  };
  add(table.rows, "all");
  for (const TablePart& part : table.parts) add(part.rows, part.name);
  return text;
}

std::string FigureTableJson(const FigureTable& table) {
  Json all = {{"pictures", table.pictures}};
  for (const auto& [name, value] : table.facts) all[name] = value;
  all["rows"] = RowsJson(table.columns, table.rows);
  for (const TablePart& part : table.parts) {
    all["parts"].push_back({{"name", part.name},
                            {"pictures", part.pictures},
                            {"rows", RowsJson(table.columns, part.rows)}});
  }
  for (const TaskCurve& curve : table.precision) {
    all["precision_at_recall"].push_back(
        {{"name", curve.name}, {"category", curve.category}, {"values", curve.values}});
  }
  return JsonFileText(all);
}

}  // namespace seafusion::tasks
