// seafusion pack
#include <cstdio>

#include "learning_verb.h"

SEAFUSION_LEARNING_VERB(seafusion_run_pack) {
  using namespace seafusion;  // NOLINT: one line
  const auto& o = *static_cast<const tools::PackOptions*>(options);
  const auto pack = tools::Monitored(o, learn::RunPack);
  if (pack.ok() && (o.json || !o.quiet)) {
    std::printf("%s", (o.json ? learn::PackJson(*pack) : learn::PackText(*pack)).c_str());
  }
  return tools::ExitStatus("pack", pack.status());
}
