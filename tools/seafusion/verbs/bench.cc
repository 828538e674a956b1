// seafusion bench: the options; the work is in src/fuse/speed.
#include <cstdio>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "command.h"
#include "command_status.h"
#include "core/status_macros.h"
#include "fuse/speed/speed.h"
#include "fuse/speed/speed_table.h"
#include "fuse/weights/precision_choice.h"
#include "module.h"
#include "options/imaging_options.h"
#include "options/option_checks.h"
#include "options/run_options.h"

namespace seafusion::tools {
namespace {

class BenchCommand : public Command {
 public:
  CLI::App* Register(CLI::App& app) override {
    CLI::App* sub = app.add_subcommand("bench", "Measure how fast this machine fuses");
    size_option_ = sub->add_option(
        "--size", size_, "Size of the pictures as WIDTHxHEIGHT; of --table:\nthe only one");
    AddThreads(*sub, kNoGroup, settings_.engine.threads, "Threads; 0: one for each processor");
    sub->add_option("--precision", precision_,
                    "Arithmetic: auto, fp32, int16, bf16, int8 or\nreference")
        ->check(OneOf({"auto", "fp32", "int16", "bf16", "int8", "reference"}))
        ->type_name("P");
    sub->add_option("--cpu-target", settings_.engine.cpu_target,
                    "Instruction set to use; seafusion info lists this\nmachine's")
        ->type_name("T");
    sub->add_option("--model", settings_.weights,
                    "Weights to use: lite (the default), full or a file\n(.safetensors)")
        ->type_name("FILE");
    sub->add_option("--seconds", settings_.seconds, "Time to measure for, at least --frames frames")
        ->check(InRange(0.0, 3600.0))
        ->type_name("S");
    sub->add_option("--frames", settings_.frames, "Least number of frames to measure")
        ->check(InRange(1, 1000000))
        ->type_name("N");
    sub->add_flag("--on-request", on_request_,
                  "Print \"ready\", then for each line of the input fuse\n"
                  "once and print the milliseconds: for comparisons in turn");
    CLI::Option* ir = sub->add_option("--ir", infrared_,
                                      "Picture, folder or pattern: with --vis, print how far\n"
                                      "--precision is from fp32 on them, and measure no time")
                          ->type_name("SRC");
    sub->add_option("--vis", visible_, "The visible partners")->needs(ir)->type_name("SRC");
    ir->needs(sub->get_option("--vis"));
    sub->add_flag("--table", table_,
                  "Frames per second by size, precision and threads,\n"
                  "each measured for a fifth of --seconds")
        ->excludes(ir);
    AddJson(*sub, kNoGroup, json_, "Print as JSON");
    return sub;
  }

  int Run() override {
    if (!infrared_.empty()) return MeasureAccuracy();
    int width = 0, height = 0;
    char rest = 0;
    if (std::sscanf(size_.c_str(), "%6dx%6d%c", &width, &height, &rest) != 2 || width < 1 ||
        height < 1) {
      std::fprintf(stderr, "seafusion bench: --size %s is not WIDTHxHEIGHT\n", size_.c_str());
      return kExitUsage;
    }
    settings_.width = width;
    settings_.height = height;
    settings_.engine.precision = *ParsePrecision(precision_);
    if (table_) return ExitStatus("bench", MeasureTable());
    return ExitStatus("bench", on_request_ ? MeasureOnRequest() : Measure());
  }

 private:
  int MeasureAccuracy() const {
    AccuracyOptions options;
    options.infrared = infrared_;
    options.visible = visible_;
    options.model = settings_.weights;
    options.precision = *ParsePrecision(precision_);
    options.cpu_target = settings_.engine.cpu_target;
    options.threads = settings_.engine.threads;
    options.json = json_;
    return RunInModule("imaging", "seafusion_run_accuracy", &options);
  }

  // A frame for each line of the input.
  Status MeasureOnRequest() const {
    SEAFUSION_ASSIGN_OR_RETURN(FuseTimer timer, FuseTimer::Create(settings_));
    std::printf("ready\n");
    std::fflush(stdout);
    for (int c = std::getchar(); c != EOF; c = std::getchar()) {
      if (c != '\n') continue;
      SEAFUSION_ASSIGN_OR_RETURN(const double milliseconds, timer.Fuse());
      std::printf("%.3f\n", milliseconds);
      std::fflush(stdout);
    }
    return OkStatus();
  }

  Status Measure() const {
    SEAFUSION_ASSIGN_OR_RETURN(const SpeedReport report, MeasureSpeed(settings_));
    std::fputs(json_ ? SpeedJson(report).c_str() : SpeedText(report).c_str(), stdout);
    return OkStatus();
  }

  Status MeasureTable() const {
    std::vector<std::pair<int, int>> sizes = {{640, 480}, {1280, 720}, {1920, 1080}};
    if (size_option_->count() > 0) sizes = {{settings_.width, settings_.height}};
    SpeedSettings settings = settings_;
    settings.seconds /= 5;
    SEAFUSION_ASSIGN_OR_RETURN(const SpeedTable table, MeasureSpeedTable(settings, sizes));
    std::fputs(json_ ? SpeedTableJson(table).c_str() : SpeedTableText(table).c_str(), stdout);
    return OkStatus();
  }

  SpeedSettings settings_;
  CLI::Option* size_option_ = nullptr;
  std::string size_ = "640x480";
  std::string precision_ = "auto";
  std::string infrared_, visible_;
  bool json_ = false;
  bool table_ = false;
  bool on_request_ = false;
};

}  // namespace

std::unique_ptr<Command> MakeBenchCommand() {
  return std::make_unique<BenchCommand>();
}

}  // namespace seafusion::tools
