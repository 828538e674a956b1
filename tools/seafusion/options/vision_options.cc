#include "options/vision_options.h"
#include "options/run_options.h"

#include <CLI/CLI.hpp>

#include "arguments/metric_text.h"
#include "options/option_checks.h"

namespace seafusion::tools {

void AddPictureSets(CLI::App& sub, std::vector<std::string>& texts) {
  CLI::Option* pictures =
      sub.add_option("--pictures", texts, "Pictures and what to call them; may be repeated");
  TakeNamedSources(*pictures, "NAME=SRC");
  pictures->required()->default_str("")->group("Files");
}

void AddVisionRunOptions(CLI::App& sub, VisionOptions& options) {
  const std::string group = "Run";
  AddPairOptions(sub, group, options.threads, options.max_pixels);
  sub.get_option("--threads")->description("Of the network; 0 means one a processor");
  AddJson(sub, group, options.json, "Print the table as JSON");
  sub.add_flag("--progress", options.progress, "Show progress where there is no terminal, too")
      ->group(group);
  AddQuiet(sub, group, options.quiet);
}

std::vector<NamedSource> PictureSetsOf(const std::vector<std::string>& texts) {
  std::vector<NamedSource> sets = NamedSources(texts, "--pictures");
  CheckFolderNames(sets, "--pictures");  // which they become
  return sets;
}

void CheckOutputs(const VisionOptions& options) {
  if (options.labels.empty() && options.output.empty()) {
    throw CLI::ValidationError("--labels",
                               "without it and without --output there is nothing to do");
  }
  if (options.overlays && options.output.empty()) throw CLI::RequiredError("--output");
}

}  // namespace seafusion::tools
