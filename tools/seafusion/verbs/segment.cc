// seafusion segment: the options; the work is in src/tasks/segmentation.
#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "arguments/named_source.h"
#include "command.h"
#include "command_status.h"
#include "learning_module.h"
#include "module.h"
#include "options/learning_options.h"
#include "options/option_checks.h"
#include "options/run_options.h"
#include "options/vision_options.h"

namespace seafusion::tools {
namespace {

constexpr const char* kSegmentFooter =
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
  A network of its own for each set, all trained in the same way (Tang 2022, Table 1):
    seafusion segment --labels val/labels --pictures Visible=val/vi --pictures SeAFusion=fused/val \
      --train-labels train/labels --train-pictures Visible=train/vi \
      --train-pictures SeAFusion=fused/train -o retrained
  With the table, confusion matrices and coloured pictures in a folder:
    seafusion segment --model network.onnx --labels data/labels --pictures SeAFusion=fused \
      -o segmented --overlays

Exit status: 0 done, 1 something failed, 2 wrong arguments.)";

class SegmentCommand : public Command {
 public:
  CLI::App* Register(CLI::App& app) override {
    CLI::App* sub =
        app.add_subcommand("segment", "Measure how well a network segments pictures into classes");
    sub->footer(kSegmentFooter);
    AddFiles(*sub);
    AddRetraining(*sub);
    AddPlacing(*sub, options_);
    AddBootstrapOptions(*sub, "Numbers", options_.bootstrap);
    AddVisionRunOptions(*sub, options_);
    sub->callback([this] { CheckTogether(); });
    return sub;
  }

  int Run() override {
    if (!retrain_.sets.empty()) {
      const int status = RunLearning("seafusion_run_retrain", &retrain_, retrain_.threads);
      if (status != kExitOk) return status;
    }
    return RunInModule("vision", "seafusion_run_segment", &options_);
  }

 private:
  void AddFiles(CLI::App& sub) {
    const std::string group = "Files";
    AddPictureSets(sub, pictures_);
    sub.add_option("--model", options_.model, "The network, an ONNX file")
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
    AddOverwrite(sub, group, options_.overwrite, "Replace files that exist already");
  }

  void AddRetraining(CLI::App& sub) {
    const std::string group = "Networks of their own, in place of --model (OUTPUT/networks)";
    CLI::Option* pictures =
        sub.add_option("--train-pictures", train_pictures_,
                       "What the network of the set NAME trains on; one for\neach --pictures");
    TakeNamedSources(*pictures, "NAME=SRC");
    pictures->default_str("")->group(group);
    sub.add_option("--train-labels", retrain_.labels, "Their classes by pixel")
        ->type_name("DIR")
        ->group(group);
    sub.add_option("--preset", retrain_.choice.preset,
                   "Schedule: paper, reference-code or small\n(docs/training.md)")
        ->check(OneOf({"paper", "reference-code", "small"}))
        ->type_name("P")
        ->group(group);
    sub.add_option("--config", retrain_.choice.config, "JSON file of settings that differ from it")
        ->type_name("FILE")
        ->group(group);
    sub.add_option("--set", retrain_.choice.set, "NAME=VALUE: one such setting; may be repeated")
        ->expected(1)
        ->take_all()
        ->default_str("")
        ->type_name("NAME=VALUE")
        ->group(group);
    sub.add_option("--init-segmentation", retrain_.init_segmentation,
                   "Network that each begins with, in place of random weights:\n"
                   "segmentation.safetensors of train, or ESPNetv2, of\n"
                   "convert --method espnetv2 -o FILE.safetensors")
        ->type_name("FILE")
        ->group(group);
    sub.add_option("--workers", retrain_.workers, "Threads that make batches")
        ->check(InRange(0, 256))
        ->type_name("N")
        ->group(group);
    sub.add_option(
           "--checkpoint-every", retrain_.checkpoint_every,
           "Seconds between two checkpoints; stopped, the same\ncommand goes on from the last")
        ->check(InRange(1, 86400))
        ->type_name("S")
        ->group(group);
    sub.add_option("--device", retrain_.device, "cpu, cuda or cuda:N, for training")
        ->type_name("D")
        ->group(group);
  }

  void CheckTogether() {
    options_.pictures = PictureSetsOf(pictures_);
    CheckOutputs(options_);
    retrain_.sets = NamedSources(train_pictures_, "--train-pictures");
    if (retrain_.sets.empty()) {
      if (options_.model.empty()) throw CLI::RequiredError("--model or --train-pictures");
      return;
    }
    CheckRetraining();
    options_.overwrite = true;  // of the tables; what is trained stays
    retrain_.out = options_.output + "/networks";
    retrain_.threads = options_.threads;
    retrain_.quiet = options_.quiet;
    options_.models.clear();
    for (const NamedSource& set : options_.pictures) {
      options_.models.push_back(retrain_.NetworkOf(set.name));
    }
  }

  void CheckRetraining() const {
    if (!options_.model.empty()) {
      throw CLI::ValidationError("--train-pictures", "is given, and so is --model");
    }
    if (!options_.settings.empty()) {
      throw CLI::ValidationError("--settings", "belongs to --model");
    }
    if (options_.output.empty()) throw CLI::RequiredError("--output");
    if (options_.labels.empty()) throw CLI::RequiredError("--labels");
    if (retrain_.labels.empty()) throw CLI::RequiredError("--train-labels");
    const auto has = [](const std::vector<NamedSource>& sets, const std::string& name) {
      return std::any_of(sets.begin(), sets.end(),
                         [&](const NamedSource& set) { return set.name == name; });
    };
    for (const NamedSource& set : retrain_.sets) {
      if (!has(options_.pictures, set.name)) {
        throw CLI::ValidationError("--train-pictures", "no --pictures are called " + set.name);
      }
    }
    for (const NamedSource& set : options_.pictures) {
      if (!has(retrain_.sets, set.name)) {
        throw CLI::ValidationError("--train-pictures", "there are none called " + set.name);
      }
    }
  }

  VisionOptions options_;
  RetrainOptions retrain_;
  std::vector<std::string> pictures_, train_pictures_;
};

}  // namespace

std::unique_ptr<Command> MakeSegmentCommand() {
  return std::make_unique<SegmentCommand>();
}

}  // namespace seafusion::tools
