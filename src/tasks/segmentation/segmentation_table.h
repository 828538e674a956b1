// Intersection over union of several sets of pictures, as a table.
#ifndef SEAFUSION_TASKS_SEGMENTATION_SEGMENTATION_TABLE_H_
#define SEAFUSION_TASKS_SEGMENTATION_SEGMENTATION_TABLE_H_

#include <span>
#include <string>
#include <vector>

#include "metrics/sets/bootstrap.h"
#include "metrics/sets/confusion_matrix.h"
#include "tasks/evaluation/figure_table.h"
#include "tasks/segmentation/segmenter_settings.h"

namespace seafusion::tasks {

struct SegmentedSet {
  std::string name;
  /// Of each picture; a class more than there are labels: pixels that the network gives none.
  std::vector<metrics::ConfusionMatrix> pictures;
  double pictures_per_second = 0;  ///< Reading, measuring and writing included.
};

/// The columns of Tang 2022, Table 1; a row for each set. `bootstrap` of 0 samples: no intervals.
/// Precondition: there is a set, and each has a picture.
FigureTable MeasureSegmentation(std::span<const SegmentedSet> sets,
                                const SegmenterSettings& settings,
                                const metrics::BootstrapSettings& bootstrap);

/// labelled,predicted,pixels of all pictures of a set together
std::string ConfusionCsv(const SegmentedSet& set, const SegmenterSettings& settings);

}  // namespace seafusion::tasks

#endif  // SEAFUSION_TASKS_SEGMENTATION_SEGMENTATION_TABLE_H_
