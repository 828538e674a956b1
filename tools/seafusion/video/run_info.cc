// `seafusion info` on pictures and videos.
#include <exception>
#include <utility>

#include "command_status.h"
#include "module_run.h"
#include "options/info_options.h"
#include "stream/facts/video_facts.h"

SEAFUSION_MODULE_FUNCTION int seafusion_run_info(seafusion::tools::FileInfo* info) {
  try {
    auto facts = seafusion::stream::FindFileFacts(info->path, info->max_pixels, info->raw_format);
    if (facts.ok()) {
      info->text = std::move(facts->text);
      info->json = std::move(facts->json);
    }
    info->status = facts.status();
  } catch (const std::exception& e) {
    info->status = seafusion::Internal(info->path + ": " + e.what());
  }
  return info->status.ok() ? seafusion::tools::kExitOk : seafusion::tools::kExitFailed;
}
