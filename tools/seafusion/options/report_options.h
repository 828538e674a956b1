// What `seafusion report` hands to the imaging module.
#ifndef SEAFUSION_TOOLS_OPTIONS_REPORT_OPTIONS_H_
#define SEAFUSION_TOOLS_OPTIONS_REPORT_OPTIONS_H_

#include <cstdint>
#include <string>
#include <vector>

#include <seafusion/metrics.h>

#include "arguments/named_source.h"

namespace seafusion::tools {

enum class EmbedPictures : std::uint8_t {
  kAuto,  ///< kAll while that stays within kEmbedLimit, else kNone.
  kAll,
  kNone,
};

/// Bytes of pictures that --embed auto puts into a page at most.
inline constexpr std::uint64_t kEmbedLimit = std::uint64_t{64} << 20;

struct ReportOptions {
  std::string infrared;  ///< File, folder or pattern.
  std::string visible;
  std::vector<NamedSource> methods;
  std::vector<std::string> tasks;  ///< Folders that detect and segment wrote.
  std::string output;
  std::string title;
  metrics::MetricRequest request;
  EmbedPictures embed = EmbedPictures::kAuto;
  int threads = 0;
  std::uint64_t max_pixels = 0;
  bool overwrite = false;
  bool keep_going = false;
  bool quiet = false;
  bool progress = false;  ///< Also where stderr is no terminal.
};

}  // namespace seafusion::tools

#endif  // SEAFUSION_TOOLS_OPTIONS_REPORT_OPTIONS_H_
