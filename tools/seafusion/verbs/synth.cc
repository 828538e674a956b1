// seafusion synth: the options; the work is in src/synth/scene_files.cc.
#include <cstdio>
#include <memory>
#include <string>

#include "command.h"
#include "module.h"
#include "options/imaging_options.h"
#include "options/option_checks.h"
#include "options/run_options.h"

namespace seafusion::tools {
namespace {

constexpr const char* kSynthFooter =
    R"(Writes OUT/SPLIT/{vi,ir,Segmentation_labels,boxes}/NAME, NAME ending in D (day) or N (night).
Labels: 0 background, 1 car, 2 person, 3 bike, 4 curve, 5 car stop, 6 guardrail, 7 color cone, 8 bump.
Boxes: YOLO text, class cx cy w h from 0 to 1; 0 person, 1 bicycle, 2 car. The same options give the
same files.

Examples:
  seafusion synth --out scenes --count 20 --seed 1
  Two cameras side by side, with their exact rig in rigged/train/rig.json:
    seafusion synth --out rigged --size 1280x960 --ir-size 640x512 --baseline 0.1)";

class SynthCommand : public Command {
 public:
  CLI::App* Register(CLI::App& app) override {
    CLI::App* sub = app.add_subcommand(
        "synth", "Render labelled infrared and visible road scenes, day and night");
    sub->footer(kSynthFooter);
    sub->add_option("--out", o_.out, "Folder to write into")->required()->type_name("DIR");
    sub->add_option("--count", o_.count, "Pairs to render")
        ->check(InRange(std::uint64_t{1}, std::uint64_t{99999}))
        ->type_name("N");
    sub->add_option("--seed", o_.seed,
                    "Another seed gives other scenes: use one of its own for each split")
        ->type_name("N");
    sub->add_option("--size", size_, "Width and height in pixels, 64 to 4096 each")
        ->check(CLI::Validator([this](const std::string& text) { return ParseSize(text); }, ""))
        ->type_name("WxH");
    sub->add_option("--night", o_.night, "Share of night scenes, 0 to 1")
        ->check(InRange(0.0, 1.0))
        ->type_name("SHARE");
    sub->add_option("--split", o_.split, "train or test: the folder below DIR")
        ->check(OneOf({"train", "test"}))
        ->type_name("NAME");
    AddInfraredCamera(*sub);
    AddThreads(*sub, kNoGroup, o_.threads, "Threads; 0 means one a processor");
    AddOverwrite(*sub, kNoGroup, o_.overwrite, "Replace files that exist already");
    AddJson(*sub, kNoGroup, o_.json, "Print a summary as JSON");
    sub->add_flag("--quiet", o_.quiet, "No progress");
    return sub;
  }

  int Run() override {
    ParseSize(size_);
    if (!infrared_size_.empty()) o_.infrared_camera = infrared_;
    return RunInModule("imaging", "seafusion_run_synth", &o_);
  }

 private:
  void AddInfraredCamera(CLI::App& sub) {
    const std::string group = "A second camera";
    CLI::Option* size = sub.add_option("--ir-size", infrared_size_,
                                       "The infrared pictures are those of a camera of its\n"
                                       "own, of this size; boxes and labels are on the\n"
                                       "visible pictures, rig.json has the exact rig")
                            ->check(CLI::Validator(
                                [this](const std::string& text) {
                                  return ParseSize(text, infrared_.width, infrared_.height);
                                },
                                ""))
                            ->type_name("WxH")
                            ->group(group);
    const auto add = [&](const char* name, double& value, double lo, double hi, const char* type,
                         const char* help) {
      sub.add_option(name, value, help)
          ->check(InRange(lo, hi))
          ->type_name(type)
          ->group(group)
          ->needs(size);
    };
    add("--ir-field", infrared_.field_ratio, 1, 4, "R",
        "Width of the visible field of view over its");
    add("--baseline", infrared_.baseline, -1, 1, "M", "Metres to the right of the visible camera");
    add("--ir-k1", infrared_.k1, -0.5, 0.5, "K", "Its radial distortion, as OpenCV has it");
    add("--ir-k2", infrared_.k2, -0.5, 0.5, "K", "Likewise, of fourth order");
    add("--ir-yaw", infrared_.yaw, -10, 10, "DEG", "Degrees that it is turned to the right,");
    add("--ir-pitch", infrared_.pitch, -10, 10, "DEG", "up,");
    add("--ir-roll", infrared_.roll, -10, 10, "DEG", "and clockwise");
  }

  std::string ParseSize(const std::string& text) { return ParseSize(text, o_.width, o_.height); }
  // Empty when the text is a size; CLI11 shows what is wrong otherwise.
  static std::string ParseSize(const std::string& text, int& width, int& height) {
    if (std::string wrong = ReadSize(text, width, height); !wrong.empty()) return wrong;
    for (int side : {width, height}) {
      if (side < 64 || side > 4096) return text + ": each side must be in 64..4096";
    }
    return "";
  }

  SynthOptions o_;
  std::string size_ = "640x480", infrared_size_;
  synth::InfraredCamera infrared_;
};

}  // namespace

std::unique_ptr<Command> MakeSynthCommand() {
  return std::make_unique<SynthCommand>();
}

}  // namespace seafusion::tools
