// seafusion segment: the options; the work is in vision/segmentation/run_segment.cc.
#include <memory>
#include <string>
#include <vector>

#include "command.h"
#include "module.h"
#include "vision_options.h"

namespace seafusion::tools {
namespace {

constexpr const char* kFooter =
    R"(SRC is a folder of pictures, a picture, or a pattern in quotes. FILE is a segmentation network as
ONNX; a JSON file beside it (FILE with .json, or --settings) says how it is fed and which of its
classes stand for which labels: docs/segmentation.md. Labels are gray pictures of the same names and
sizes, whose samples are class numbers; 255 does not count.

Examples:
  Our own network, as ONNX, with its JSON beside it:
    seafusion convert weights/segmentation.safetensors --method segmentation -o network.onnx
  Infrared, visible and fused pictures judged by it:
    seafusion segment --model network.onnx --labels data/labels --pictures Infrared=data/ir \
      --pictures Visible=data/vi --pictures SeAFusion=fused
  With the table, confusion matrices and coloured pictures in a folder:
    seafusion segment --model network.onnx --labels data/labels --pictures SeAFusion=fused \
      -o segmented --overlays

Exit status: 0 done, 1 something failed, 2 wrong arguments.)";

class SegmentCommand : public Command {
 public:
  CLI::App* Register(CLI::App& app) override {
    CLI::App* sub =
        app.add_subcommand("segment", "Measure how well a network segments pictures into classes");
    sub->footer(kFooter);
    AddFiles(*sub);
    AddBootstrapOptions(*sub, options_);
    AddVisionRunOptions(*sub, options_);
    sub->callback([this] { CheckTogether(); });
    return sub;
  }

  int Run() override { return RunInModule("vision", "seafusion_run_segment", &options_); }

 private:
  void AddFiles(CLI::App& sub) {
    const std::string group = "Files";
    AddPictureSets(sub, pictures_);
    sub.add_option("--model", options_.model, "The network, an ONNX file")
        ->required()
        ->type_name("FILE")
        ->group(group);
    sub.add_option("--settings", options_.settings, "How to feed it; default: beside it, .json")
        ->type_name("FILE")
        ->group(group);
    sub.add_option("--labels", options_.labels, "Classes by pixel; without it nothing is measured")
        ->type_name("DIR")
        ->group(group);
    sub.add_option("-o,--output", options_.output, "Folder for tables and confusion matrices")
        ->type_name("DIR")
        ->group(group);
    sub.add_flag("--overlays", options_.overlays, "Write the pictures with classes in colour, too")
        ->group(group);
    sub.add_flag("--overwrite", options_.overwrite, "Replace files that exist already")
        ->group(group);
  }

  void CheckTogether() {
    options_.pictures = PictureSetsOf(pictures_);
    CheckOutputs(options_);
  }

  VisionOptions options_;
  std::vector<std::string> pictures_;
};

}  // namespace

std::unique_ptr<Command> MakeSegmentCommand() {
  return std::make_unique<SegmentCommand>();
}

}  // namespace seafusion::tools
