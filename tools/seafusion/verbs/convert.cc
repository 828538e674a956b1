// seafusion convert: the options; the work is in src/model/convert.
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "command.h"
#include "command_status.h"
#include "core/status_macros.h"
#include "model/convert/conversion.h"
#include "model/convert/inspection.h"
#include "model/convert/target.h"
#include "options/option_checks.h"
#include "options/run_options.h"

namespace seafusion::tools {
namespace {

// "NAME  file" for each method, below one another.
std::string TargetList() {
  std::string list = "Whose weights IN must hold, as their authors publish them:";
  constexpr std::size_t kNameWidth = 11;
  for (const model::ConvertTarget& target : model::ConvertTargets()) {
    std::string name(target.method);
    name.resize(std::max(name.size() + 1, kNameWidth), ' ');
    list += "\n" + name + target.from;
  }
  return list;
}

std::vector<std::string> TargetNames() {
  std::vector<std::string> names;
  for (const model::ConvertTarget& target : model::ConvertTargets())
    names.emplace_back(target.method);
  return names;
}

class ConvertCommand : public Command {
 public:
  CLI::App* Register(CLI::App& app) override {
    CLI::App* sub = app.add_subcommand(
        "convert", "Import weights from other programs, export ONNX, or show what a file holds");
    sub->add_option("IN", settings_.input,
                    "PyTorch checkpoint (.pth, .pt), TensorFlow checkpoint\n"
                    "(its prefix or its .index), MATLAB file (.mat) or\n"
                    "safetensors file;\n"
                    "`default`, `lite` and `full` mean weights in this program")
        ->required();
    sub->add_option("-o,--out", settings_.output,
                    "What to write; its extension says the form:\n"
                    ".safetensors or .onnx");
    sub->add_option("--method", settings_.method, TargetList())
        ->check(OneOf(TargetNames()))
        ->type_name("NAME");
    sub->add_flag("--inspect", inspect_, "List the tensors of IN instead of writing");
    sub->add_flag("--raw", settings_.raw,
                  "Take any network's tensors as they are;\n"
                  "without it they must be the method's");
    sub->add_option("--size", size_,
                    "Width and height of the pictures in ONNX: any unless\n"
                    "given, which OpenCV needs for lite networks; of\n"
                    "segmentation multiples of 32 (640x480), of espnetv2\n"
                    "multiples of 16 (640x480)")
        ->check(CLI::Validator(
            [this](const std::string& text) { return ReadSize(text, width_, height_); }, ""))
        ->type_name("WxH");
    sub->add_flag("--half", settings_.half, "Write 16-bit floats: half the size, rounded");
    AddOverwrite(*sub, kNoGroup, settings_.overwrite, "Replace the output if it exists");
    sub->add_flag("--json", json_, "Report as JSON");
    sub->add_flag("-q,--quiet", quiet_, "Report nothing when all is well");
    sub->final_callback([this] { CheckArguments(); });
    return sub;
  }

  int Run() override { return ExitStatus("convert", inspect_ ? Inspect() : Convert()); }

 private:
  void CheckArguments() {
    if (!size_.empty()) settings_.size = {width_, height_};
    if (inspect_ != settings_.output.empty()) {
      throw CLI::ValidationError("give either -o OUT or --inspect");
    }
    if (inspect_) return;
    const std::string extension = std::filesystem::path(settings_.output).extension().string();
    if (extension != ".safetensors" && extension != ".onnx") {
      throw CLI::ValidationError("-o " + settings_.output +
                                 ": the name must end in .safetensors or .onnx");
    }
    if (settings_.half && extension == ".onnx") {
      throw CLI::ValidationError("--half writes .safetensors only");
    }
    if (settings_.raw && extension == ".onnx") {
      throw CLI::ValidationError("--raw writes .safetensors only: ONNX needs the fusion network");
    }
    const model::ConvertTarget* target = model::FindConvertTarget(settings_.method);
    if (settings_.method != "seafusion" && !target->segmentation && extension == ".onnx") {
      throw CLI::ValidationError("--method " + settings_.method +
                                 " writes .safetensors only: ONNX is written of seafusion and of "
                                 "segmentation networks");
    }
  }

  Status Convert() const {
    SEAFUSION_ASSIGN_OR_RETURN(const model::Conversion conversion,
                               model::ConvertWeights(settings_));
    if (!quiet_) {
      std::fputs(json_ ? model::ConversionJson(conversion).c_str()
                       : model::ConversionText(conversion).c_str(),
                 stdout);
    }
    return OkStatus();
  }

  Status Inspect() const {
    SEAFUSION_ASSIGN_OR_RETURN(const model::Inspection inspection,
                               model::InspectWeights(settings_.input, settings_.method));
    std::fputs(json_ ? model::InspectionJson(inspection).c_str()
                     : model::InspectionText(inspection).c_str(),
               stdout);
    return OkStatus();
  }

  model::ConversionSettings settings_;
  std::string size_;
  int width_ = 0, height_ = 0;
  bool inspect_ = false;
  bool json_ = false;
  bool quiet_ = false;
};

}  // namespace

std::unique_ptr<Command> MakeConvertCommand() {
  return std::make_unique<ConvertCommand>();
}

}  // namespace seafusion::tools
