#include "tasks/evaluation/evaluation.h"

#include <array>
#include <chrono>
#include <cstdio>

#include "core/status_macros.h"

namespace seafusion::tasks {

std::string EvaluationText(const Evaluation& evaluation) {
  std::string text;
  if (evaluation.measured) {
    text = FigureTableText(evaluation.table) + evaluation.counts + "\n";
  }
  for (const Evaluation::Rate& rate : evaluation.rates) {
    if (rate.pictures_per_second <= 0) continue;
    std::array<char, 64> number{};
    std::snprintf(number.data(), number.size(), "%.1f", rate.pictures_per_second);
    text += rate.name + ": " + number.data() + " pictures/s, reading included\n";
  }
  return text;
}

Status WriteTables(const OutputFolder& folder, const FigureTable& table) {
  SEAFUSION_RETURN_IF_ERROR(folder.Write("table.csv", FigureTableCsv(table)));
  SEAFUSION_RETURN_IF_ERROR(folder.Write("table.json", FigureTableJson(table)));
  return folder.Write("table.txt", FigureTableText(table));
}

StatusOr<std::vector<double>> ForEachPicture(
    const std::vector<io::PictureSet>& sets, std::string_view label, const RunMonitor& monitor,
    const std::function<Status(std::size_t set)>& begin,
    const std::function<Status(std::size_t set, const io::PictureFile& file)>& one) {
  using Clock = std::chrono::steady_clock;
  RunProgress progress = {.label = label, .unit = "pictures"};
  for (const io::PictureSet& set : sets) progress.total += set.files.size();
  monitor.Report(progress);
  std::vector<double> rates;
  for (std::size_t i = 0; i < sets.size(); ++i) {
    SEAFUSION_RETURN_IF_ERROR(begin(i));
    const auto start = Clock::now();
    for (const io::PictureFile& file : sets[i].files) {
      if (monitor.Stopped()) return Cancelled("interrupted");
      SEAFUSION_RETURN_IF_ERROR(one(i, file));
      ++progress.done;
      const std::string detail = sets[i].name + "/" + file.stem;
      progress.detail = detail;
      monitor.Report(progress);
    }
    const std::chrono::duration<double> seconds = Clock::now() - start;
    rates.push_back(static_cast<double>(sets[i].files.size()) / seconds.count());
  }
  return rates;
}

}  // namespace seafusion::tasks
