// seafusion ablate
#include <cstdio>

#include "learning_verb.h"

SEAFUSION_LEARNING_VERB(seafusion_run_ablate) {
  using namespace seafusion;  // NOLINT: one line
  const auto& o = *static_cast<const tools::AblateOptions*>(options);
  const auto ablation = tools::Monitored(o, learn::RunAblation);
  if (ablation.ok()) {
    const std::string table = o.json ? learn::AblationJson(ablation->results)
                                     : learn::AblationText(ablation->results, ablation->val);
    std::printf("%s", table.c_str());
  }
  return tools::ExitStatus("ablate", ablation.status());
}
