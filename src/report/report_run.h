// The page of fused pictures that exist already: read, measured, and put side by side.
#ifndef SEAFUSION_REPORT_REPORT_RUN_H_
#define SEAFUSION_REPORT_REPORT_RUN_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <seafusion/fuser.h>
#include <seafusion/metrics.h>
#include <seafusion/status.h>

#include "align/place/placed_sources.h"
#include "core/run_monitor.h"
#include "io/measure_files.h"
#include "io/pairing/pair_list.h"
#include "report/page.h"
#include "report/page_pictures.h"

namespace seafusion::report {

struct ReportSettings {
  std::string infrared;  ///< File, folder or pattern, as the others.
  std::string visible;
  std::vector<Method> methods;     ///< At least one.
  std::vector<std::string> tasks;  ///< Folders with the tables of detection and segmentation.
  std::string output;              ///< The page.
  std::string title = kDefaultTitle;
  metrics::MetricRequest request;
  EmbedPictures embed = EmbedPictures::kAuto;
  int threads = 0;  ///< Pairs at a time; 0: one a processor.
  io::SourceOptions sources;
  align::RigChoice rig;  ///< That the pictures were fused with.
  io::PairOptions pairing;
  InfraredRange infrared_range;  ///< As which infrared pictures of more than 8 bits are shown.
  bool overwrite = false;
  bool keep_going = false;  ///< Leave out what has no partner or cannot be measured.
};

struct WrittenReport {
  std::string path;
  std::size_t methods = 0;
  std::size_t pairs = 0;
  std::size_t bytes = 0;
  bool embedded = false;  ///< The pictures are in the page.
  int failed = 0;         ///< Pictures that could not be measured, with `keep_going`.
};

/// Measures the pictures, several pairs at a time, and writes the page. Says which pictures lack a
/// partner and what failed. Errors: kUnsupported (a build without the page), kAlreadyExists,
/// kNotFound, kInvalidArgument, kCancelled, those of io::ReadImage; nothing is written then.
StatusOr<WrittenReport> WriteReport(const ReportSettings& settings, const RunMonitor& monitor);

/// "report.html: 2 methods, 30 pairs, 4.1 MB, pictures in the page"
std::string SummaryText(const WrittenReport& report);

}  // namespace seafusion::report

#endif  // SEAFUSION_REPORT_REPORT_RUN_H_
