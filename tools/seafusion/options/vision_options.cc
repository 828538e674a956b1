#include "options/vision_options.h"
#include "options/run_options.h"

#include <CLI/CLI.hpp>

#include "arguments/metric_text.h"
#include "options/option_checks.h"
#include "options/source_options.h"

namespace seafusion::tools {

void AddPictureSets(CLI::App& sub, std::vector<std::string>& texts) {
  CLI::Option* pictures =
      sub.add_option("--pictures", texts, "Pictures and what to call them; may be repeated");
  TakeNamedSources(*pictures, "NAME=SRC");
  pictures->required()->default_str("")->group("Files");
}

void AddPlacing(CLI::App& sub, VisionOptions& options) {
  const std::string group = "Two cameras that do not look alike";
  AddRigOptions(sub, group, options.rig);
  sub.get_option("--rig")->description(
      "The rig that the pictures were fused with: labels\nare carried over to its canvas");
  AddLabelsOf(sub, group, options.labels_of);
  const auto add_sets = [&](const char* name, std::vector<std::string>& sets, const char* help) {
    sub.add_option(name, sets, help)
        ->expected(1)
        ->take_all()
        ->needs(sub.get_option("--rig"))
        ->default_str("")
        ->type_name("NAME")
        ->group(group);
  };
  add_sets("--ir-set", options.infrared_sets,
           "One of --pictures that holds the infrared camera's\n"
           "pictures as it took them; may be repeated");
  add_sets("--vis-set", options.visible_sets, "The same of the visible camera's");
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
