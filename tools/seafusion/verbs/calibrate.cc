// seafusion calibrate: the options; the work is in src/batch/precision.
#include <memory>
#include <string>

#include "command.h"
#include "fuse/range/range_text.h"
#include "module.h"
#include "options/imaging_options.h"
#include "options/option_checks.h"
#include "options/run_options.h"

namespace seafusion::tools {
namespace {

constexpr const char* kCalibrateFooter =
    R"(The int16 and int8 precisions of fuse need to know how large the network's numbers become. This
runs the network over pictures, day and night ones, and writes the weights with the largest numbers
met; of a lite network, with what 97 of 100 pictures stay within. In int16, numbers up to twice as
large still fit. Whatever changes the weights asks for a new calibration.

Example:
  seafusion calibrate --ir data/ir --vis data/vi --model trained.safetensors -o calibrated.safetensors

Exit status: 0 written, 1 something failed, 2 wrong arguments.)";

class CalibrateCommand : public Command {
 public:
  CLI::App* Register(CLI::App& app) override {
    CLI::App* sub = app.add_subcommand("calibrate", "Prepare weights for fusing in integers");
    sub->footer(kCalibrateFooter);
    sub->add_option("--ir", options_.infrared, "Infrared picture, folder or pattern")
        ->required()
        ->type_name("SRC");
    sub->add_option("--vis", options_.visible, "Visible picture, folder or pattern")
        ->required()
        ->type_name("SRC");
    sub->add_option("-o,--output", options_.output, "Weights (.safetensors) to write")
        ->required()
        ->type_name("FILE");
    sub->add_option("--model", options_.model,
                    "Weights (.safetensors) to calibrate in place of\nthe built-in ones")
        ->type_name("FILE");
    sub->add_option("--ir-range", ir_range_, "As for fuse")
        ->check(Accepts(ParseInfraredRange))
        ->type_name("R");
    AddOverwrite(*sub, kNoGroup, options_.overwrite, "Replace the output if it exists");
    AddQuiet(*sub, kNoGroup, options_.quiet);
    return sub;
  }

  int Run() override {
    options_.infrared_range = *ParseInfraredRange(ir_range_);
    return RunInModule("imaging", "seafusion_run_calibrate", &options_);
  }

 private:
  CalibrateOptions options_;
  std::string ir_range_ = "auto";
};

}  // namespace

std::unique_ptr<Command> MakeCalibrateCommand() {
  return std::make_unique<CalibrateCommand>();
}

}  // namespace seafusion::tools
