#include "detection_table.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include <nlohmann/json.hpp>

namespace seafusion::tools {
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

// Names may hold what CSV separates by.
std::string CsvField(const std::string& text) {
  if (text.find_first_of(",\"\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + '"';
}

std::optional<double> Highest(const DetectionTable& table, std::size_t column) {
  std::optional<double> highest;
  for (const DetectionRow& row : table.rows) {
    const auto& value = row.figures[column].value;
    if (value && (!highest || *value > *highest)) highest = value;
  }
  return highest;
}

std::string Cell(const DetectionFigure& figure, std::optional<double> highest) {
  if (!figure.value) return "-";
  return Text("%.4f", *figure.value) + (highest && *figure.value == *highest ? "*" : " ");
}

std::string OptionalText(const std::optional<double>& value) {
  return value ? Text("%.17g", *value) : "";
}

}  // namespace

std::string DetectionTableText(const DetectionTable& table) {
  constexpr std::size_t kCell = 10;
  std::size_t name_width = 0;
  for (const DetectionRow& row : table.rows) name_width = std::max(name_width, row.name.size());
  std::string head(name_width, ' ');
  std::string subhead(name_width, ' ');
  for (std::size_t c = 0; c < table.columns.size(); ++c) {
    const bool first = c == 0 || table.columns[c].threshold != table.columns[c - 1].threshold;
    // Headings that are wider than a cell run on above the next ones.
    const std::size_t at = subhead.size() + 3;
    if (first) {
      if (head.size() < at) head.resize(at, ' ');
      head += table.columns[c].threshold;
    }
    subhead += Padded(table.columns[c].category + " ", kCell);
  }
  std::string text = head + "\n" + subhead + "\n";
  for (const DetectionRow& row : table.rows) {
    text += row.name + std::string(name_width - row.name.size(), ' ');
    for (std::size_t c = 0; c < table.columns.size(); ++c) {
      text += Padded(Cell(row.figures[c], Highest(table, c)), kCell);
    }
    text += "\n";
  }
  const std::size_t last = table.columns.size() - 1;
  if (std::any_of(table.rows.begin(), table.rows.end(),
                  [&](const DetectionRow& row) { return row.figures[last].interval; })) {
    text += "\n" + table.columns[last].category + " " + table.columns[last].threshold +
            ", 95 % interval (bootstrap over pictures):\n";
    for (const DetectionRow& row : table.rows) {
      const auto& interval = row.figures[last].interval;
      text += row.name + std::string(name_width - row.name.size(), ' ');
      text += interval ? Text("  %.4f .. %.4f\n", interval->low, interval->high) : "  -\n";
    }
  }
  return text;
}

std::string DetectionTableCsv(const DetectionTable& table) {
  std::string text = "name,category,figure,value,low,high\n";
  for (const DetectionRow& row : table.rows) {
    for (std::size_t c = 0; c < table.columns.size(); ++c) {
      const DetectionFigure& figure = row.figures[c];
      text += CsvField(row.name) + "," + CsvField(table.columns[c].category) + "," +
              table.columns[c].threshold + "," + OptionalText(figure.value) + ",";
      if (figure.interval) text += Text("%.17g,%.17g", figure.interval->low, figure.interval->high);
      text += figure.interval ? "\n" : ",\n";
    }
  }
  return text;
}

std::string DetectionTableJson(const DetectionTable& table) {
  Json rows = Json::array();
  for (const DetectionRow& row : table.rows) {
    Json figures = Json::array();
    for (std::size_t c = 0; c < table.columns.size(); ++c) {
      const DetectionFigure& figure = row.figures[c];
      Json entry = {{"category", table.columns[c].category},
                    {"figure", table.columns[c].threshold},
                    {"value", figure.value ? Json(*figure.value) : Json()}};
      if (figure.interval) entry["interval"] = {figure.interval->low, figure.interval->high};
      figures.push_back(std::move(entry));
    }
    rows.push_back({{"name", row.name}, {"figures", std::move(figures)}});
    if (row.pictures_per_second > 0) {
      rows.back()["pictures_per_second"] = row.pictures_per_second;
    }
  }
  const Json all = {{"rule", table.rule},
                    {"pictures", table.pictures},
                    {"boxes", table.boxes},
                    {"rows", std::move(rows)}};
  return all.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string DetectionCurvesCsv(const DetectionTable& table) {
  std::string text = "name,category,score,recall,precision\n";
  for (const DetectionCurve& curve : table.curves) {
    for (std::size_t i = 0; i < curve.curve.score.size(); ++i) {
      text += CsvField(curve.name) + "," + CsvField(curve.category) + "," +
              Text("%.6f,%.6f,%.6f\n", curve.curve.score[i], curve.curve.recall[i],
                   curve.curve.precision[i]);
    }
  }
  return text;
}

}  // namespace seafusion::tools
