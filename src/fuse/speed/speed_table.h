// How fast this machine fuses by size, precision and threads.
#ifndef SEAFUSION_FUSE_SPEED_SPEED_TABLE_H_
#define SEAFUSION_FUSE_SPEED_SPEED_TABLE_H_

#include <string>
#include <utility>
#include <vector>

#include <seafusion/status.h>

#include "core/run_monitor.h"
#include "fuse/speed/speed.h"

namespace seafusion {

struct SpeedTable {
  struct Row {
    std::string precision;             ///< "fp32"
    std::vector<SpeedReport> reports;  ///< One for each of `threads`.
  };
  std::vector<int> threads;  ///< 1, and those asked for where they are more.
  std::vector<Row> rows;     ///< Sizes in the order asked; of each, the precisions that there are.
  std::vector<std::string> missing;  ///< "int8: " and why the weights or this machine lack it.
};

/// MeasureSpeed for each size (width, height), precision and count of threads, `settings.seconds`
/// each; of the settings, size and precision are not used. Errors: those of MeasureSpeed, but for a
/// precision that is not there.
StatusOr<SpeedTable> MeasureSpeedTable(const SpeedSettings& settings,
                                       const std::vector<std::pair<int, int>>& sizes,
                                       const RunMonitor& monitor = {});

/// A line for each row; and a JSON array of them. Both end in a newline.
std::string SpeedTableText(const SpeedTable& table);
std::string SpeedTableJson(const SpeedTable& table);

}  // namespace seafusion

#endif  // SEAFUSION_FUSE_SPEED_SPEED_TABLE_H_
