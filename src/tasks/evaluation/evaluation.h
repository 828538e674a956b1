// What an evaluation of networks on several sets of pictures found.
#ifndef SEAFUSION_TASKS_EVALUATION_EVALUATION_H_
#define SEAFUSION_TASKS_EVALUATION_EVALUATION_H_

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include <seafusion/status.h>

#include "core/run_monitor.h"
#include "io/sets/picture_sets.h"
#include "tasks/evaluation/figure_table.h"
#include "tasks/evaluation/output_folder.h"

namespace seafusion::tasks {

struct Evaluation {
  struct Rate {
    std::string name;                ///< Of a set.
    double pictures_per_second = 0;  ///< Reading included; 0: no network ran.
  };

  bool measured = false;  ///< Labels were given: the rows of `table` are there.
  FigureTable table;
  std::string counts;  ///< "20 pictures, 31 boxes to be found, rule coco"
  std::vector<Rate> rates;
};

/// The table and the rates, for people.
std::string EvaluationText(const Evaluation& evaluation);

/// table.csv, table.json and table.txt in `folder`.
Status WriteTables(const OutputFolder& folder, const FigureTable& table);

/// Calls `begin` for each set and `one` for each of its pictures. Progress counts "pictures" of
/// `label`. Ends at the first failure, and with kCancelled where the monitor says so. Returns how
/// many pictures a second each set took, without `begin`.
StatusOr<std::vector<double>> ForEachPicture(
    const std::vector<io::PictureSet>& sets, std::string_view label, const RunMonitor& monitor,
    const std::function<Status(std::size_t set)>& begin,
    const std::function<Status(std::size_t set, const io::PictureFile& file)>& one);

}  // namespace seafusion::tasks

#endif  // SEAFUSION_TASKS_EVALUATION_EVALUATION_H_
