#include "fuse/speed/speed_table.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include <nlohmann/json.hpp>

#include "core/cpu/thread_pool.h"
#include "core/status_macros.h"

namespace seafusion {
namespace {

constexpr std::pair<const char*, Precision> kRows[] = {{"fp32", Precision::kFp32},
                                                       {"bf16", Precision::kBf16},
                                                       {"int16", Precision::kInt16},
                                                       {"int8", Precision::kInt8}};

bool IsMissing(const Status& status) {
  return status.code() == StatusCode::kUnsupported || status.code() == StatusCode::kNotFound;
}

// Left-aligned in so many columns.
std::string Cell(const std::string& text, int columns) {
  std::array<char, 64> cell{};
  std::snprintf(cell.data(), cell.size(), "%-*s", columns, text.c_str());
  return cell.data();
}
std::string Cell(double value) {
  std::array<char, 32> cell{};
  std::snprintf(cell.data(), cell.size(), "%12.1f", value);
  return cell.data();
}

}  // namespace

StatusOr<SpeedTable> MeasureSpeedTable(const SpeedSettings& settings,
                                       const std::vector<std::pair<int, int>>& sizes,
                                       const RunMonitor& monitor) {
  SpeedTable table;
  table.threads = {1};
  const int most = settings.engine.threads == 0 ? AvailableProcessors() : settings.engine.threads;
  if (most > 1) table.threads.push_back(most);
  for (const auto& [width, height] : sizes) {
    for (const auto& [name, precision] : kRows) {
      SpeedTable::Row row = {name, {}};
      for (const int threads : table.threads) {
        SpeedSettings one = settings;
        one.width = width;
        one.height = height;
        one.engine.precision = precision;
        one.engine.threads = threads;
        StatusOr<SpeedReport> report = MeasureSpeed(one, monitor);
        // A file of weights that is not there is no missing precision.
        if (IsMissing(report.status()) && !table.rows.empty()) {
          const std::string why = std::string(name) + ": " + report.status().message();
          if (std::find(table.missing.begin(), table.missing.end(), why) == table.missing.end()) {
            table.missing.push_back(why);
          }
          break;
        }
        if (!report.ok()) return report.status();
        row.reports.push_back(*std::move(report));
      }
      if (!row.reports.empty()) table.rows.push_back(std::move(row));
    }
  }
  return table;
}

std::string SpeedTableText(const SpeedTable& table) {
  std::string text = Cell("frames/s", 12) + Cell("", 8);
  for (const int threads : table.threads) {
    const std::string head = std::to_string(threads) + (threads == 1 ? " thread" : " threads");
    text += std::string(12 - std::min<std::size_t>(12, head.size()), ' ') + head;
  }
  text += "   engine\n";
  for (const SpeedTable::Row& row : table.rows) {
    const SpeedReport& first = row.reports.front();
    text += Cell(std::to_string(first.width) + "x" + std::to_string(first.height), 12) +
            Cell(row.precision, 8);
    for (const SpeedReport& report : row.reports) text += Cell(report.frames_per_second());
    text += "   " + first.engine + "\n";
  }
  for (const std::string& why : table.missing) text += "without " + why + "\n";
  return text;
}

std::string SpeedTableJson(const SpeedTable& table) {
  nlohmann::ordered_json rows = nlohmann::ordered_json::array();
  for (const SpeedTable::Row& row : table.rows) {
    for (const SpeedReport& report : row.reports) {
      auto one = nlohmann::ordered_json::parse(SpeedJson(report));
      one["precision"] = row.precision;
      rows.push_back(std::move(one));
    }
  }
  return rows.dump(2) + "\n";
}

}  // namespace seafusion
