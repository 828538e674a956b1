#include "batch/measure/written_report.h"

#include <chrono>
#include <string>

#include "core/files/file.h"
#include "core/status_macros.h"

namespace seafusion::batch {
namespace {

IfExists RuleOf(const MetricsRunSettings& settings) {
  return settings.overwrite ? IfExists::kReplace : IfExists::kFail;
}

Status Write(const MetricsRunSettings& settings, const std::string& path, const std::string& text) {
  return path.empty() ? OkStatus() : WriteTextAtomically(path, text, RuleOf(settings));
}

Status MeasureAndWrite(const MetricsRunSettings& settings,
                       const std::function<Status(MetricsReport&)>& measure,
                       MetricsReport& report) {
  for (const std::string& path : {settings.csv, settings.latex}) {
    if (!path.empty()) SEAFUSION_RETURN_IF_ERROR(CheckCanBeWritten(path, RuleOf(settings)));
  }
  SEAFUSION_RETURN_IF_ERROR(measure(report));
  SEAFUSION_RETURN_IF_ERROR(Write(settings, settings.csv, CsvText(report)));
  return Write(settings, settings.latex, LatexText(report));
}

}  // namespace

Status CheckOutputs(const MetricsRunSettings& settings, io::KeptInputs inputs) {
  inputs.Add(settings.pairing.table);
  inputs.Add(settings.rig.file);
  SEAFUSION_RETURN_IF_ERROR(inputs.Check(settings.csv));
  return inputs.Check(settings.latex);
}

MetricsReport WrittenReport(const MetricsRunSettings& settings,
                            const std::function<Status(MetricsReport& report)>& measure) {
  const auto start = std::chrono::steady_clock::now();
  MetricsReport report;
  report.request = settings.request;
  report.status = MeasureAndWrite(settings, measure, report);
  report.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return report;
}

}  // namespace seafusion::batch
