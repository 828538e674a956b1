// seafusion compare: the options; the work is in src/compare.
#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <initializer_list>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "arguments/metric_text.h"
#include "command.h"
#include "core/text/printable.h"
#include "fuse/range/range_text.h"
#include "fuse/weights/precision_choice.h"
#include "methods/registry.h"
#include "module.h"
#include "options/imaging_options.h"
#include "options/option_checks.h"
#include "options/run_options.h"
#include "options/source_options.h"

namespace seafusion::tools {
namespace {

using methods::ModelUse;
using methods::RegisteredMethod;

constexpr const char* kCompareFooter =
    R"(Every method fuses every pair; then all pictures are measured, and REPORT holds
  fused/LABEL/NAME.png   what the methods made
  times.csv              seconds of each fusion, without reading and writing files
  metrics.csv            data,method,pair,metric,convention,value
  means.csv              data,method,metric,convention,pairs,mean,std,low,high
  detection/ segmentation/   with --detect, --segment: tables with intervals, overlays
  compare.json           means, intervals, ranks, settings, and what failed or was left out
  report.html            the page that seafusion report makes: tables, curves, pictures

Infrared and visible pictures are measured, too, as if they had been fused. Intervals hold 95 % of the
means when pairs are drawn anew; a mean rank is the mean of a row's places over the metrics printed.

The first picture of a method is timed apart: it pays for what a program does once.

Stopped, by Ctrl-C or a crash, the same command goes on where it was. Work is done again when the
pictures of a pair, the weights, a setting, the number of threads or the processor changed. What one
method or pair fails at does not keep the others from going on; the exit status tells.

Methods that need weights and have none are left out, and named at the end.

Examples:
  All methods, those with weights from files too, and SeAFusion with other weights beside ours:
    seafusion compare --data data --report out --model mst-sr=dictionary.safetensors \
      --model "seafusion:SeAFusion (published)=published.safetensors"
  Three on one thread, beside pictures that someone else made:
    seafusion compare --data data --methods seafusion,gtf,average --threads 1 --report out \
      --pictures "IFCNN (published)=results/ifcnn"
  With what a detector and a segmentation network see, for data with the folders boxes and labels:
    seafusion compare --data data --report out --detect yolov5n.onnx --segment network.onnx
  Several data sets, each in a folder of its own in REPORT, and one table of times:
    seafusion compare --data MSRS=msrs/val --data TNO=tno --report out \
      --pictures "TNO:IFCNN (published)=tno/published/IFCNN"

Exit status: 0 all of it done, 1 something failed, 2 wrong arguments.)";

// "BEFORE=AFTER", or all of it after where there is no '='.
std::pair<std::string, std::string> SplitAtEquals(const std::string& text) {
  const std::size_t at = text.find('=');
  if (at == std::string::npos) return {"", text};
  return {text.substr(0, at), text.substr(at + 1)};
}

// "BEFORE:AFTER", or all of it before where there is no ':'.
std::pair<std::string, std::string> SplitAtColon(const std::string& text) {
  const std::size_t at = text.find(':');
  if (at == std::string::npos) return {text, ""};
  return {text.substr(0, at), text.substr(at + 1)};
}

void CheckFolderName(const char* option, const std::string& name) {
  const Status named = compare::CheckFolderName(name);
  if (!named.ok()) throw CLI::ValidationError(option, named.message());
}

class CompareCommand : public Command {
 public:
  CLI::App* Register(CLI::App& app) override {
    CLI::App* sub =
        app.add_subcommand("compare", "Run, time and measure methods on the same pairs");
    sub->footer(kCompareFooter);
    AddFiles(*sub);
    AddMethods(*sub);
    AddMetricOptions(*sub, "Numbers", metrics_, convention_);
    AddBootstrapOptions(*sub, "Numbers", options_.bootstrap);
    AddTasks(*sub);
    AddRun(*sub);
    sub->callback([this] {
      options_.data.clear();
      options_.methods.clear();
      options_.pictures.clear();
      ReadData();
      ReadMethods();
      ReadPictures();
      CheckLabels();
      CheckTasks();
    });
    return sub;
  }

  int Run() override {
    options_.request = RequestOf(metrics_, convention_);
    TakePairingTexts(texts_, options_.pairing);
    options_.fuse.output_range = *ParseOutputRange(options_.range);
    options_.fuse.infrared_range = *ParseInfraredRange(options_.ir_range);
    options_.precision =
        PrecisionFor(*ParsePrecision(options_.precision_name), 8, options_.fuse.output_range);
    if (embed_ == "all") options_.embed = report::EmbedPictures::kAll;
    if (embed_ == "none") options_.embed = report::EmbedPictures::kNone;
    options_.notes = !options_.quiet;
    return RunInModule("imaging", "seafusion_run_compare", &options_);
  }

 private:
  void AddFiles(CLI::App& sub) {
    const std::string group = "Files";
    sub.add_option("--data", data_,
                   "Folder with the folders ir and vi; several need\nnames: NAME=DIR each")
        ->expected(1)
        ->take_all()
        ->default_str("")
        ->type_name("[NAME=]DIR")
        ->group(group);
    sub.add_option("--ir", infrared_, "Infrared pictures, in place of --data")
        ->type_name("SRC")
        ->group(group);
    sub.add_option("--vis", visible_, "Visible pictures, in place of --data")
        ->type_name("SRC")
        ->group(group);
    sub.add_option("--pictures", pictures_,
                   "Fused pictures that exist already, measured with\n"
                   "the others; DATA names the data set, where there\nare several")
        ->expected(1)
        ->take_all()
        ->default_str("")
        ->type_name("[DATA:]LABEL=SRC")
        ->group(group);
    AddRigOptions(sub, group, options_.rig);
    AddLabelsOf(sub, group, options_.labels_of);
    sub.add_option("--report", options_.folder, "Folder for all results, made if missing")
        ->required()
        ->type_name("REPORT")
        ->group(group);
    AddOverwrite(sub, group, options_.overwrite, "Take over nothing from an earlier run");
    sub.add_option("--embed", embed_, "Pictures in the page: all, none or auto")
        ->check(OneOf({"all", "none", "auto"}))
        ->type_name("E")
        ->group(group);
    sub.add_option("--title", options_.title, "Title of the page")->type_name("TEXT")->group(group);
  }

  void AddMethods(CLI::App& sub) {
    const std::string group = "Methods";
    sub.add_option("--methods", methods_,
                   "all, or names with commas between:\n" + methods::BuiltInMethods().Names())
        ->type_name("LIST")
        ->group(group);
    sub.add_option("--model", models_,
                   "Weights (.safetensors) of a method; with a LABEL\n"
                   "the method is run with them once more, under\nthat name")
        ->expected(1)
        ->take_all()
        ->default_str("")
        ->type_name("METHOD[:LABEL]=FILE")
        ->group(group);
    sub.add_option("--range", options_.range,
                   "Brightness of the results, as in seafusion fuse;\n"
                   "reference: as the authors' code of each method")
        ->check(Accepts(ParseOutputRange))
        ->type_name("R")
        ->group(group);
    sub.add_option("--ir-range", options_.ir_range, "Infrared samples, as in seafusion fuse")
        ->check(Accepts(ParseInfraredRange))
        ->type_name("R")
        ->group(group);
    std::vector<std::string> precisions;
    for (const auto& [name, precision] : kPrecisions) precisions.emplace_back(name);
    sub.add_option("--precision", options_.precision_name,
                   "Arithmetic of SeAFusion, as in seafusion fuse")
        ->check(OneOf(precisions))
        ->type_name("P")
        ->group(group);
  }

  void AddTasks(CLI::App& sub) {
    const std::string group = "What a network sees in all these pictures";
    sub.add_option("--detect", options_.detector,
                   "A detector: ONNX file with its JSON beside it. Boxes\n"
                   "to be found: folder boxes of --data\n(docs/detection.md)")
        ->type_name("FILE")
        ->group(group);
    sub.add_option("--segment", options_.segmenter,
                   "A segmentation network: the same. Classes by pixel:\n"
                   "folder labels of --data (docs/segmentation.md)")
        ->type_name("FILE")
        ->group(group);
  }

  void AddRun(CLI::App& sub) {
    const std::string group = "Run";
    sub.add_option("--first", options_.first, "Compare the first N pairs only; 0: all")
        ->check(InRange<std::int64_t>(0, 1'000'000'000))
        ->type_name("N")
        ->group(group);
    AddPairingOptions(sub, group, texts_, options_.pairing, /*table=*/false);
    AddPairOptions(sub, group, options_.threads, options_.max_pixels);
    sub.get_option("--threads")
        ->description(
            "Threads of a method, and pairs measured at a time;\n0 means one a processor");
    sub.add_flag("--keep-going", options_.keep_going, "Leave out pictures without partners")
        ->group(group);
    AddJson(sub, group, options_.json, "Print compare.json in place of tables");
    AddProgressAndQuiet(sub, group, options_.progress, options_.quiet);
  }

  void ReadData() {
    const bool sources = !infrared_.empty() || !visible_.empty();
    if (data_.empty() == !sources) {
      throw CLI::ValidationError("--data", sources ? "is given, and so is --ir or --vis"
                                                   : "is missing, and so are --ir and --vis");
    }
    if (sources) {
      if (infrared_.empty()) throw CLI::RequiredError("--ir");
      if (visible_.empty()) throw CLI::RequiredError("--vis");
      options_.data.push_back({.name = "", .infrared = infrared_, .visible = visible_});
      return;
    }
    std::set<std::string> names;
    for (const std::string& text : data_) {
      const auto [name, folder] = SplitAtEquals(text);
      if (folder.empty())
        throw CLI::ValidationError("--data", "'" + Printable(text) + "' has no DIR");
      if (name.empty() && data_.size() > 1) {
        throw CLI::ValidationError("--data", "several need names: NAME=" + Printable(folder));
      }
      if (!name.empty()) CheckFolderName("--data", name);
      if (!names.insert(name).second) {
        throw CLI::ValidationError("--data", "the name '" + Printable(name) + "' comes twice");
      }
      options_.data.push_back(compare::DataSetOf(name, folder));
    }
  }

  void ReadMethods() {
    const methods::MethodRegistry& registry = methods::BuiltInMethods();
    std::vector<std::string> names;
    if (methods_ == "all") {
      for (const RegisteredMethod& method : registry.all()) names.emplace_back(method.info.name);
    } else {
      std::string name;
      for (const char c : methods_ + ",") {
        if (c == ' ') continue;
        if (c != ',') {
          name += c;
          continue;
        }
        if (registry.Find(name) == nullptr) {
          throw CLI::ValidationError("--methods", registry.Unknown(name, "all, ").message());
        }
        if (std::find(names.begin(), names.end(), name) != names.end()) {
          throw CLI::ValidationError("--methods", name + " comes twice");
        }
        names.push_back(name);
        name.clear();
      }
    }
    std::vector<compare::GivenWeights> models;
    for (const std::string& text : models_) models.push_back(ReadModelOption(text, names));
    const compare::MethodSupply supply = {
        .weights =
            [](const std::string& method) {
              return FindInstalledFile("methods/" + method + ".safetensors");
            },
        .libtorch = HasModule("learning")};
    auto listed = compare::MethodsOf(names, models, supply);
    if (!listed.ok()) throw CLI::ValidationError("--model", listed.status().message());
    options_.methods = *std::move(listed);
  }

  // The label is empty where none is given.
  static compare::GivenWeights ReadModelOption(const std::string& text,
                                               const std::vector<std::string>& names) {
    const auto [left, file] = SplitAtEquals(text);
    const auto [name, label] = SplitAtColon(left);
    if (name.empty() || file.empty()) {
      throw CLI::ValidationError("--model", "'" + Printable(text) + "' is not METHOD[:LABEL]=FILE");
    }
    const RegisteredMethod* method = methods::BuiltInMethods().Find(name);
    if (method == nullptr) {
      throw CLI::ValidationError("--model", methods::BuiltInMethods().Unknown(name).message());
    }
    if (method->info.model == ModelUse::kNone) {
      throw CLI::ValidationError("--model", name + " uses no weights");
    }
    if (std::find(names.begin(), names.end(), name) == names.end()) {
      throw CLI::ValidationError("--model", name + " is not among --methods");
    }
    if (left.find(':') != std::string::npos) CheckFolderName("--model", label);
    return {name, label, file};
  }

  void ReadPictures() {
    for (const std::string& text : pictures_) {
      const auto [left, source] = SplitAtEquals(text);
      auto [data, label] = SplitAtColon(left);
      if (left.find(':') == std::string::npos) std::swap(data, label);
      if (label.empty() || source.empty()) {
        throw CLI::ValidationError("--pictures",
                                   "'" + Printable(text) + "' is not [DATA:]LABEL=SRC");
      }
      CheckFolderName("--pictures", label);
      if (data.empty()) {
        if (options_.data.size() > 1) {
          throw CLI::ValidationError(
              "--pictures",
              "'" + Printable(text) + "' does not say of which data set: DATA:LABEL=SRC");
        }
        data = options_.data[0].name;
      }
      const bool known = std::any_of(options_.data.begin(), options_.data.end(),
                                     [&, &d = data](const auto& set) { return set.name == d; });
      if (!known) {
        throw CLI::ValidationError("--pictures", "no data set is called '" + Printable(data) + "'");
      }
      options_.pictures.push_back({data, label, source});
    }
  }

  void CheckTasks() const {
    const auto check = [&](const char* option, const std::string& model, auto folder,
                           const char* what) {
      if (model.empty()) return;
      const bool any = std::any_of(options_.data.begin(), options_.data.end(),
                                   [&](const auto& set) { return !(set.*folder).empty(); });
      if (!any) throw CLI::ValidationError(option, std::string("no --data has a folder ") + what);
    };
    check("--detect", options_.detector, &CompareOptions::DataSet::boxes, "boxes");
    check("--segment", options_.segmenter, &CompareOptions::DataSet::labels, "labels");
  }

  void CheckLabels() const {
    for (const CompareOptions::DataSet& data : options_.data) {
      std::set<std::string> labels;
      const auto add = [&](const char* option, const std::string& label) {
        // The sources have these names in the tables.
        if (label == compare::kInfraredLabel || label == compare::kVisibleLabel) {
          throw CLI::ValidationError(option, "the label '" + label + "' is that of the sources");
        }
        if (labels.insert(label).second) return;
        throw CLI::ValidationError(option, "the label '" + Printable(label) + "' comes twice");
      };
      for (const auto& method : options_.methods) add("--model", method.label);
      for (const auto& pictures : options_.pictures) {
        if (pictures.data == data.name) add("--pictures", pictures.label);
      }
    }
  }

  CompareOptions options_;
  std::vector<std::string> data_;
  std::string infrared_;
  std::string visible_;
  std::vector<std::string> pictures_;
  std::string methods_ = "all";
  std::vector<std::string> models_;
  std::string metrics_ = "all";
  std::string convention_ = "all";
  SourceTexts texts_;
  std::string embed_ = "auto";
};

}  // namespace

std::unique_ptr<Command> MakeCompareCommand() {
  return std::make_unique<CompareCommand>();
}

}  // namespace seafusion::tools
