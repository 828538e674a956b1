// What `seafusion detect` and `seafusion segment` have in common: sets of pictures that a network
// judges.
#ifndef SEAFUSION_TOOLS_OPTIONS_VISION_OPTIONS_H_
#define SEAFUSION_TOOLS_OPTIONS_VISION_OPTIONS_H_

#include <string>
#include <vector>

#include "arguments/named_source.h"
#include "options/verb_options.h"
#include "tasks/evaluation/evaluation_settings.h"

namespace CLI {
class App;
}

namespace seafusion::tools {

using VisionOptions = VerbOptions<tasks::EvaluationSettings>;

/// --pictures; PictureSetsOf reads the texts.
void AddPictureSets(CLI::App& sub, std::vector<std::string>& texts);

/// --rig, --canvas, --labels-of, --ir-set and --vis-set.
void AddPlacing(CLI::App& sub, VisionOptions& options);

/// The group "Run".
void AddVisionRunOptions(CLI::App& sub, VisionOptions& options);

/// What --pictures has taken. Throws CLI::ValidationError for names that cannot name a folder.
std::vector<NamedSource> PictureSetsOf(const std::vector<std::string>& texts);

/// Throws where there is nothing to do, or overlays have no folder to go to.
void CheckOutputs(const VisionOptions& options);

}  // namespace seafusion::tools

#endif  // SEAFUSION_TOOLS_OPTIONS_VISION_OPTIONS_H_
