// seafusion report: the options; the work is in src/report/report_run.cc.
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "arguments/metric_text.h"
#include "arguments/named_source.h"
#include "command.h"
#include "module.h"
#include "options/imaging_options.h"
#include "options/option_checks.h"
#include "options/run_options.h"
#include "options/source_options.h"

namespace seafusion::tools {
namespace {

constexpr const char* kReportFooter =
    R"(SRC and DIR are a folder of pictures, a picture, or a pattern in quotes. Pictures of folders
belong together by their names without extension. Every method must have every picture of the
sources, unless --keep-going is given.

The page needs no network and no other file as long as its pictures are in it. --embed auto puts
them in, as JPEG of quality 92, while they take at most 64 MiB together; beyond that the page
points to the files, which then have to stay where they are.

Example, four methods and the paper's six metrics:
  seafusion report --ir data/ir --vis data/vi --method SeAFusion=fused --method IFCNN=ifcnn \
    --method DenseFuse=densefuse --method GTF=gtf --metrics six -o report.html

Exit status: 0 the page is written, 1 something failed, 2 wrong arguments.)";

class ReportCommand : public Command {
 public:
  CLI::App* Register(CLI::App& app) override {
    CLI::App* sub = app.add_subcommand("report", "Compare methods of fusion on an HTML page");
    sub->footer(kReportFooter);
    AddFiles(*sub);
    AddMetricOptions(*sub, "Numbers", metrics_, convention_);
    AddRun(*sub);
    sub->callback([this] {
      CheckSourcesNamed(options_.pairing, options_.infrared, options_.visible);
      options_.methods.clear();
      for (const NamedSource& method : NamedSources(methods_, "--method")) {
        options_.methods.push_back({method.name, method.source});
      }
    });
    return sub;
  }

  int Run() override {
    options_.request = RequestOf(metrics_, convention_);
    TakeSourceTexts(texts_, options_.sources);
    TakePairingTexts(texts_, options_.pairing);
    options_.infrared_range = RangeOf(texts_);
    if (embed_ == "all") options_.embed = report::EmbedPictures::kAll;
    if (embed_ == "none") options_.embed = report::EmbedPictures::kNone;
    return RunInModule("imaging", "seafusion_run_report", &options_);
  }

 private:
  void AddFiles(CLI::App& sub) {
    const std::string group = "Files";
    sub.add_option("--ir", options_.infrared, "Infrared pictures")->type_name("SRC")->group(group);
    sub.add_option("--vis", options_.visible, "Visible pictures")->type_name("SRC")->group(group);
    CLI::Option* method =
        sub.add_option("--method", methods_, "What a method made of them; once for each method");
    TakeNamedSources(*method, "NAME=DIR");
    method->required()->group(group);
    sub.add_option("--task", options_.tasks,
                   "Folder that seafusion detect or segment wrote\n(-o; its pictures with "
                   "--overlays): their tables\n"
                   "stand on the page, too; may be repeated")
        ->expected(1)
        ->take_all()
        ->default_str("")
        ->type_name("DIR")
        ->group(group);
    sub.add_option("-o,--output", options_.output, "The page to write")
        ->required()
        ->type_name("FILE")
        ->group(group);
    AddOverwrite(sub, group, options_.overwrite, "Replace a page that exists already");
    AddPairingOptions(sub, group, texts_, options_.pairing);
    AddRigOptions(sub, group, options_.rig);
    const std::string pictures = "Infrared pictures";
    AddRangeOptions(sub, pictures, texts_, /*fuse=*/false);
    AddSourceOptions(sub, pictures, texts_, options_.sources);
    sub.add_option("--embed", embed_, "Pictures in the page: all, none or auto")
        ->check(OneOf({"all", "none", "auto"}))
        ->type_name("E")
        ->group(group);
    sub.add_option("--title", options_.title, "Title of the page")->type_name("TEXT")->group(group);
  }

  void AddRun(CLI::App& sub) {
    const std::string group = "Run";
    AddPairOptions(sub, group, options_.threads, options_.sources.max_pixels);
    sub.add_flag("--keep-going", options_.keep_going,
                 "Leave out what has no partner or cannot be measured")
        ->group(group);
    AddProgressAndQuiet(sub, group, options_.progress, options_.quiet);
  }

  ReportOptions options_;
  std::vector<std::string> methods_;
  std::string metrics_ = "all";
  std::string convention_ = "all";
  SourceTexts texts_;
  std::string embed_ = "auto";
};

}  // namespace

std::unique_ptr<Command> MakeReportCommand() {
  return std::make_unique<ReportCommand>();
}

}  // namespace seafusion::tools
