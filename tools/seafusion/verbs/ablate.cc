// seafusion ablate: options only; the work is in the learning module.
#include <string>
#include <vector>

#include "arguments/named_source.h"
#include "command.h"
#include "learning_module.h"
#include "options/learning_options.h"
#include "options/option_checks.h"

namespace seafusion::tools {
namespace {

class AblateCommand : public Command {
 public:
  CLI::App* Register(CLI::App& app) override {
    CLI::App* sub = app.add_subcommand(
        "ablate", "Compare ways to train by what a segmentation network makes of the results");
    sub->add_option("--data", o_.data, "Folder with labels, or with train/ and val/ or test/ in it")
        ->required();
    sub->add_option("--out", o_.out, "Folder for the runs and the table")->required();
    sub->add_option("--val", o_.val,
                    "Labelled folder to measure on; default: val or test of --data");
    std::vector<std::string> names;
    std::string meanings;
    for (const learn::AblationRow& row : learn::kAblationRows) {
      names.emplace_back(row.name);
      meanings += "  " + names.back() + std::string(16 - names.back().size(), ' ') +
                  std::string(row.meaning) + "\n";
    }
    sub->add_option("--strategies", o_.rows, "Rows of the table, separated by commas; default: all")
        ->delimiter(',')
        ->check(CLI::IsMember(names).description(""))
        ->type_name("LIST")
        ->default_str("");
    CLI::Option* weights =
        sub->add_option("--weights", weights_,
                        "Fusion network that is trained already (a file, full or lite),\n"
                        "as the row NAME of the table; may be repeated");
    TakeNamedSources(*weights, "NAME=FILE");
    weights->default_str("");
    sub->add_option("--preset", o_.choice.preset, "paper, reference-code or small")
        ->check(CLI::IsMember({"paper", "reference-code", "small"}).description(""))
        ->type_name("P");
    sub->add_option("--config", o_.choice.config,
                    "JSON file of settings that differ from the preset's\n(docs/training.md)");
    sub->add_option("--set", o_.choice.set, "NAME=VALUE: one such setting; may be repeated")
        ->expected(1)
        ->take_all()
        ->default_str("")
        ->type_name("NAME=VALUE");
    sub->add_option(
        "--init", o_.init,
        "Fusion weights that every strategy begins with: a file, or\nfull or lite, those "
        "of this program");
    sub->add_option("--init-segmentation", o_.init_segmentation,
                    "Segmentation network (segmentation.safetensors of train, or\n"
                    "ESPNetv2) that every one begins with, in place of random\nweights");
    sub->add_option("--seeds", o_.seeds, "Trainings of each row; the table has mean and deviation")
        ->check(InRange(1, 100));
    sub->add_option("--workers", o_.workers, "Threads that make batches")->check(InRange(0, 256));
    sub->add_option("--checkpoint-every", o_.checkpoint_every, "Seconds between two checkpoints")
        ->check(InRange(1, 86400));
    sub->add_option("--threads", o_.threads, "Processor threads; 0: all")->check(InRange(0, 4096));
    sub->add_option("--device", o_.device, "cpu, cuda or cuda:N");
    sub->add_flag("--json", o_.json, "Print the table as JSON");
    sub->add_flag("--quiet", o_.quiet, "No progress");
    sub->callback([this] { NameRows(); });
    sub->footer("Strategies:\n" + meanings +
                "Each row trains a segmentation network anew, in the same way. Rows that are done\n"
                "are kept: run the same command again to go on after Ctrl-C.\n"
                "Example: seafusion ablate --data MSRS --out runs/ablation");
    return sub;
  }
  int Run() override { return RunLearning("seafusion_run_ablate", &o_, o_.threads); }

 private:
  void NameRows() {
    o_.weights = NamedSources(weights_, "--weights");
    CheckFolderNames(o_.weights, "--weights");
    for (const NamedSource& given : o_.weights) {
      for (const learn::AblationRow& row : learn::kAblationRows) {
        if (given.name == row.name) {
          throw CLI::ValidationError("--weights", "'" + given.name + "' is a strategy");
        }
      }
    }
  }

  AblateOptions o_;
  std::vector<std::string> weights_;
};

}  // namespace

std::unique_ptr<Command> MakeAblateCommand() {
  return std::make_unique<AblateCommand>();
}

}  // namespace seafusion::tools
