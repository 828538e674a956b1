// seafusion metrics: the options; the work is in src/batch/measure.
#include <cstdint>
#include <cstdio>
#include <initializer_list>
#include <memory>
#include <string>
#include <vector>

#include <seafusion/metrics.h>

#include "arguments/metric_text.h"
#include "command.h"
#include "module.h"
#include "options/imaging_options.h"
#include "options/run_options.h"
#include "options/source_options.h"
#include "stream/stream_name.h"

namespace seafusion::tools {
namespace {

using metrics::MetricInfo;

constexpr const char* kMetricsFooter =
    R"(SRC is a picture, a folder of pictures, or a pattern in quotes. Pictures of folders belong together
by their names without extension, or what these have in common (fuse --help). Colour pictures are made gray as MATLAB's rgb2gray does it.

Two conventions circulate for the same names, and their numbers must not be mixed:
  paper  as the code published with the SeAFusion paper computes them (8-bit arithmetic that
         saturates for SD and VIF, samples on 0..1 for SF, Qabf and Nabf)
  f255   as the author's later evaluation code and most later papers (floating point on 0..255)

Examples:
  The paper's six numbers of a folder:
    seafusion metrics --ir data/ir --vis data/vi --fused fused --metrics six --convention paper
  A fused video, frame by frame:
    seafusion metrics --ir thermal.mp4 --vis camera.mp4 --fused fused.mp4 --metrics six
  Everything, for a spreadsheet:
    seafusion metrics --ir data/ir --vis data/vi --fused fused --csv metrics.csv
  What the metrics mean:
    seafusion metrics --list

Exit status: 0 all pairs measured, 1 something failed, 2 wrong arguments.)";

void PrintList() {
  for (const MetricInfo& info : metrics::AllMetrics()) {
    const auto line = [](const char* label, std::string_view text) {
      if (text.empty()) return;
      std::printf("  %-12s %.*s\n", label, static_cast<int>(text.size()), text.data());
    };
    std::printf("%.*s: %.*s\n", static_cast<int>(info.name.size()), info.name.data(),
                static_cast<int>(info.title.size()), info.title.data());
    line("formula", info.formula);
    line("range", info.range);
    const std::string_view in_paper = metrics::MetricUnit(info.metric, metrics::Convention::kPaper);
    line("unit", std::string(info.unit) + (in_paper == info.unit ? "" : " (paper: none)"));
    line("better", info.direction == metrics::Direction::kHigherIsBetter ? "higher" : "lower");
    line("conventions", info.conventions.empty() ? "the same in both" : info.conventions);
    line("not finite", info.not_finite_when);
    if (info.smallest_side > 1) {
      std::printf("  %-12s NaN when a side is below %d pixels\n", "size", info.smallest_side);
    }
    line("source", info.source);
  }
  std::printf("A infrared, B visible, F fused, 8-bit gray, H rows, W columns.\n");
}

class MetricsCommand : public Command {
 public:
  CLI::App* Register(CLI::App& app) override {
    CLI::App* sub = app.add_subcommand("metrics", "Measure how good fused pictures are");
    sub->footer(kMetricsFooter);
    AddFiles(*sub);
    AddNumbers(*sub);
    AddRun(*sub);
    sub->callback([this] { CheckTogether(); });
    return sub;
  }

  int Run() override {
    if (list_) {
      PrintList();
      return kExitOk;
    }
    options_.request = RequestOf(metrics_, convention_);
    options_.notes = !options_.quiet;
    TakeSourceTexts(texts_, options_.sources);
    TakePairingTexts(texts_, options_.pairing);
    options_.infrared_range = RangeOf(texts_);
    if (IsVideo()) return RunInModule("video", "seafusion_run_metrics_video", &options_);
    return RunInModule("imaging", "seafusion_run_metrics", &options_);
  }

 private:
  void AddFiles(CLI::App& sub) {
    const std::string group = "Files";
    sub.add_option("--ir", options_.infrared, "Infrared pictures")->type_name("SRC")->group(group);
    sub.add_option("--vis", options_.visible, "Visible pictures")->type_name("SRC")->group(group);
    sub.add_option("--fused", options_.fused, "Fused pictures")->type_name("SRC")->group(group);
    sub.add_option("--csv", options_.csv, "Write pair,metric,convention,value lines")
        ->type_name("FILE")
        ->group(group);
    sub.add_option("--latex", options_.latex, "Write a table of mean, deviation and median")
        ->type_name("FILE")
        ->group(group);
    AddOverwrite(sub, group, options_.overwrite, "Replace files that exist already");
    AddPairingOptions(sub, group, texts_, options_.pairing);
    AddRigOptions(sub, group, options_.rig);
    const std::string pictures = "Infrared pictures";
    AddRangeOptions(sub, pictures, texts_, /*fuse=*/false);
    AddSourceOptions(sub, pictures, texts_, options_.sources);
  }

  void AddNumbers(CLI::App& sub) {
    const std::string group = "Numbers";
    AddMetricOptions(sub, group, metrics_, convention_);
    sub.add_flag("--per-pair", options_.per_pair, "Print the values of each pair, too")
        ->group(group);
    sub.add_flag("--list", list_, "Print what the metrics mean, and do nothing else")->group(group);
  }

  void AddRun(CLI::App& sub) {
    const std::string group = "Run";
    AddPairOptions(sub, group, options_.threads, options_.sources.max_pixels);
    sub.add_flag("--keep-going", options_.keep_going,
                 "Leave out pictures without partners, and go on\nafter a pair that fails")
        ->group(group);
    AddJson(sub, group, options_.json, "Print everything as JSON");
    AddProgressAndQuiet(sub, group, options_.progress, options_.quiet);
    sub.get_option("--quiet")->description("Print nothing but the table and errors");
  }

  // Videos and numbered pictures are measured frame by frame.
  bool IsVideo() const {
    if (!options_.pairing.table.empty()) return false;
    for (const std::string* name : {&options_.infrared, &options_.visible, &options_.fused}) {
      if (stream::KindOfSource(*name) != stream::SourceKind::kPictures) return true;
    }
    return false;
  }

  void CheckTogether() const {
    if (list_) return;
    CheckSourcesNamed(options_.pairing, options_.infrared, options_.visible);
    if (options_.fused.empty()) throw CLI::RequiredError("--fused");
    if (!options_.csv.empty() && options_.csv == options_.latex) {
      throw CLI::ValidationError("--latex", "names the same file as --csv");
    }
  }

  MetricsOptions options_;
  std::string metrics_ = "all";
  std::string convention_ = "all";
  SourceTexts texts_;
  bool list_ = false;
};

}  // namespace

std::unique_ptr<Command> MakeMetricsCommand() {
  return std::make_unique<MetricsCommand>();
}

}  // namespace seafusion::tools
