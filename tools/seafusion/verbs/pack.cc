// seafusion pack: the options; the work is in learning/run_pack.cc.
#include <memory>

#include "command.h"
#include "module.h"
#include "options/learning_options.h"
#include "options/option_checks.h"
#include "options/run_options.h"
#include "options/source_options.h"

namespace seafusion::tools {
namespace {

constexpr const char* kPackFooter =
    R"(Training reads every picture again and again. This decodes them once into one file, which train
and evaluate take in place of the folder: it opens in a moment, gives the same samples, and only
those parts of it are in memory that are being looked at, however many trainings share it.
It needs 6 bytes a pixel, 7 with labels. Labels are packed where there is a folder for them.

Example:
  seafusion pack --data MSRS -o msrs_train.pack
  seafusion train --data msrs_train.pack --out runs/first

Exit status: 0 written, 1 something failed, 2 wrong arguments.)";

class PackCommand : public Command {
 public:
  CLI::App* Register(CLI::App& app) override {
    CLI::App* sub = app.add_subcommand("pack", "Put decoded pairs and labels into one file");
    sub->footer(kPackFooter);
    sub->add_option("--data", options_.data,
                    "Folder with ir/ and vi/ (or infrared/, vis/, visible/),\nor with the split in "
                    "it; labels/ if there are any")
        ->required()
        ->type_name("DIR");
    sub->add_option("-o,--output", options_.output, "File to write")->required()->type_name("FILE");
    sub->add_option("--split", options_.split, "Subfolder of --data to pack, if it has one")
        ->type_name("NAME");
    AddRigOptions(*sub, kNoGroup, options_.placing.rig);
    AddLabelsOf(*sub, kNoGroup, options_.placing.labels_of);
    sub->add_option("--classes", options_.classes,
                    "Labels of this value and above, other than 255\n(ignore), are refused")
        ->check(InRange(1, 255));
    sub->add_option("--threads", options_.threads, "Threads that decode; 0: all processors")
        ->check(InRange(0, 4096));
    sub->add_flag("--overwrite", overwrite_, "Replace the output if it exists");
    sub->add_flag("--json", options_.json, "Print the summary as JSON");
    sub->add_flag("-q,--quiet", options_.quiet,
                  "Print nothing but errors, and what --json asks for");
    return sub;
  }

  int Run() override {
    if (overwrite_) options_.if_exists = IfExists::kReplace;
    options_.check = options_.json || !options_.quiet;  // its figures would not be seen
    return RunInModule("learning", "seafusion_run_pack", &options_);
  }

 private:
  PackOptions options_;
  bool overwrite_ = false;
};

}  // namespace

std::unique_ptr<Command> MakePackCommand() {
  return std::make_unique<PackCommand>();
}

}  // namespace seafusion::tools
