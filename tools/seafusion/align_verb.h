// `seafusion align`, whichever module finds the rig.
#ifndef SEAFUSION_TOOLS_ALIGN_VERB_H_
#define SEAFUSION_TOOLS_ALIGN_VERB_H_

#include <cstdio>
#include <string>

#include "command_status.h"
#include "module_run.h"
#include "options/imaging_options.h"
#include "terminal_monitor.h"

namespace seafusion::tools {

/// `find`: what finds the rig, of pictures or of streams.
inline int RunAlign(const AlignOptions& options,
                    align::RigReport (*find)(const align::RigSettings&, const RunMonitor&)) {
  TerminalMonitor terminal("align", ModeOf(options.progress, options.quiet));
  const align::RigReport report = find(options, terminal.monitor());
  terminal.Finish();
  ExitStatus("align", report.status);
  std::string text;
  if (options.json) {
    text = align::JsonText(report);
  } else if (report.status.ok() && (!options.quiet || report.refused)) {
    text = align::SummaryText(report);
  }
  if (!PrintResult("align", text)) return kExitFailed;
  if (report.refused) {
    std::fprintf(stderr, "seafusion align: %s\n",
                 report.verdict == align::Verdict::kUnsure
                     ? "unsure of the map, so nothing was written; see --accept-unsure"
                     : "the pictures do not say how the cameras map onto each other; nothing was "
                       "written. More pairs, --scale or --points may help");
  }
  return report.status.ok() && !report.refused ? kExitOk : kExitFailed;
}

}  // namespace seafusion::tools

#endif  // SEAFUSION_TOOLS_ALIGN_VERB_H_
