// seafusion detect: the options; the work is in src/tasks/detection.
#include <memory>
#include <string>
#include <vector>

#include "command.h"
#include "module.h"
#include "options/detect_options.h"
#include "options/option_checks.h"
#include "options/run_options.h"

namespace seafusion::tools {
namespace {

constexpr const char* kDetectFooter =
    R"(SRC is a folder of pictures, a picture, or a pattern in quotes. FILE is a YOLO network as ONNX;
a JSON file beside it (FILE with .json, or --settings) says how it is fed and which of its classes
stand for which labels: docs/detection.md. Labels and predictions are YOLO text files, one for each
picture, of the same name.

Examples:
  Infrared, visible and fused pictures judged by one detector:
    seafusion detect --model yolov5n.onnx --labels data/boxes --pictures Infrared=data/ir \
      --pictures Visible=data/vi --pictures SeAFusion=fused
  With predictions, curves, COCO files and overlays in a folder:
    seafusion detect --model yolov5n.onnx --labels data/boxes --pictures SeAFusion=fused \
      -o detected --overlays
  Predictions that something else made, in other/SeAFusion/NAME.txt:
    seafusion detect --predictions other --settings yolov5n.json --labels data/boxes \
      --pictures SeAFusion=fused

Exit status: 0 done, 1 something failed, 2 wrong arguments.)";

class DetectCommand : public Command {
 public:
  CLI::App* Register(CLI::App& app) override {
    CLI::App* sub = app.add_subcommand(
        "detect", "Measure how well a detector finds people and cars in pictures");
    sub->footer(kDetectFooter);
    AddFiles(*sub);
    AddPlacing(*sub, options_);
    AddNumbers(*sub);
    AddVisionRunOptions(*sub, options_);
    sub->callback([this] { CheckTogether(); });
    return sub;
  }

  int Run() override {
    options_.detection.rule =
        rule_ == "voc" ? tasks::ApRule::kVocAllPoint : tasks::ApRule::kCoco101;
    return RunInModule("vision", "seafusion_run_detect", &options_);
  }

 private:
  void AddFiles(CLI::App& sub) {
    const std::string group = "Files";
    AddPictureSets(sub, pictures_);
    sub.add_option("--model", options_.model, "The detector, an ONNX file")
        ->type_name("FILE")
        ->group(group);
    sub.add_option("--settings", options_.settings, "How to feed it; default: beside it, .json")
        ->type_name("FILE")
        ->group(group);
    sub.add_option("--predictions", options_.detection.predictions,
                   "Instead of a detector: DIR/NAME/*.txt as -o writes them")
        ->type_name("DIR")
        ->group(group);
    sub.add_option("--labels", options_.labels,
                   "What is to be found; without it nothing is measured")
        ->type_name("DIR")
        ->group(group);
    sub.add_option("-o,--output", options_.output,
                   "Folder for tables, curves, predictions and COCO files")
        ->type_name("DIR")
        ->group(group);
    sub.add_flag("--overlays", options_.overlays, "Write the pictures with boxes drawn, too")
        ->group(group);
    AddOverwrite(sub, group, options_.overwrite, "Replace files that exist already");
  }

  void AddNumbers(CLI::App& sub) {
    const std::string group = "Numbers";
    sub.add_option("--confidence", options_.detection.limits.confidence,
                   "Lowest score of an answer")
        ->check(InRange(0.0, 1.0))
        ->type_name("P")
        ->group(group);
    sub.add_option("--iou", options_.detection.limits.iou,
                   "Of answers that overlap more, the surest stays\n(non-maximum suppression)")
        ->check(InRange(0.0, 1.0))
        ->type_name("P")
        ->group(group);
    sub.add_option("--most", options_.detection.limits.most,
                   "Answers kept for a picture; 100 of a class are measured")
        ->check(InRange(1, 100000))
        ->type_name("N")
        ->group(group);
    sub.add_option("--rule", rule_, "Area under the curve: coco (101 points) or voc (all points)")
        ->check(OneOf({"coco", "voc"}))
        ->type_name("R")
        ->group(group);
    AddBootstrapOptions(sub, "Numbers", options_.bootstrap);
    sub.add_option("--shown-score", options_.detection.shown_score,
                   "Overlays show boxes from this score on")
        ->check(InRange(0.0, 1.0))
        ->type_name("P")
        ->group(group);
  }

  void CheckTogether() {
    options_.pictures = PictureSetsOf(pictures_);
    if (options_.model.empty() == options_.detection.predictions.empty()) {
      throw CLI::ValidationError("--model", "give either --model or --predictions");
    }
    if (options_.model.empty() && options_.settings.empty()) throw CLI::RequiredError("--settings");
    if (!options_.detection.predictions.empty() && options_.labels.empty()) {
      throw CLI::RequiredError("--labels");
    }
    CheckOutputs(options_);
  }

  DetectOptions options_;
  std::vector<std::string> pictures_;
  std::string rule_ = "coco";
};

}  // namespace

std::unique_ptr<Command> MakeDetectCommand() {
  return std::make_unique<DetectCommand>();
}

}  // namespace seafusion::tools
