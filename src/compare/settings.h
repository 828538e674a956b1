// What a comparison of methods is to do.
#ifndef SEAFUSION_COMPARE_SETTINGS_H_
#define SEAFUSION_COMPARE_SETTINGS_H_

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include <seafusion/fuser.h>
#include <seafusion/metrics.h>
#include <seafusion/status.h>

#include "align/place/placed_sources.h"
#include "io/pairing/pair_list.h"
#include "io/sets/picture_sets.h"
#include "methods/method_choice.h"
#include "metrics/sets/bootstrap.h"
#include "report/page_pictures.h"

namespace seafusion::compare {

/// What a network is to make of pictures.
enum class TaskKind : std::uint8_t { kDetection, kSegmentation };

/// "detection"; also the name of the folder of its results.
inline const char* TaskName(TaskKind kind) {
  return kind == TaskKind::kDetection ? "detection" : "segmentation";
}

/// Labels of the sources, which are measured as if they had been fused: what a method is worth
/// shows beside a copy of one of them. Nothing of theirs counts as failed.
inline constexpr char kInfraredLabel[] = "Infrared";
inline constexpr char kVisibleLabel[] = "Visible";

struct TaskRequest {
  TaskKind kind = TaskKind::kDetection;
  std::string model;                      ///< ONNX file with its JSON beside it.
  std::vector<io::NamedSource> pictures;  ///< A row of the table each.
  std::vector<std::string> stems;         ///< Names of the pictures that are judged.
  std::string labels;                     ///< Folder.
  align::RigChoice rig;  ///< That the labels are carried over by; all pictures are on its canvas.
  align::Source labels_of = align::Source::kVisible;
  std::string output;  ///< Folder: table.json, table.txt and overlays/ROW/STEM.png, replaced.
  int threads = 0;
  std::uint64_t max_pixels = 0;
};

/// What a comparison does not bring along, because of the libraries behind it.
struct CompareServices {
  methods::OpenLearnedMethods open_learned;  ///< May be empty.
  /// Runs a network and writes its tables; tells itself what fails. kCancelled ends the whole run.
  /// Needed for a detector or segmenter only.
  std::function<Status(const TaskRequest&)> run_task;
};

struct CompareSettings {
  struct DataSet {
    std::string name;      ///< Its folder in the report's; empty: the only one, in that itself.
    std::string infrared;  ///< File, folder or pattern.
    std::string visible;
    std::string boxes;   ///< Folder: YOLO text for each pair; empty: none.
    std::string labels;  ///< Folder: classes by pixel for each pair; empty: none.
  };
  /// A method with certain weights.
  struct Method {
    std::string label;  ///< As in tables, and the name of its folder; no two alike.
    std::string name;   ///< A name out of methods::BuiltInMethods().
    std::string model;  ///< Safetensors file; empty: none, or the built-in weights.
    std::string skip;   ///< Why it cannot be run; empty: it can.
  };
  /// Fused pictures that exist already.
  struct Pictures {
    std::string data;   ///< DataSet::name.
    std::string label;  ///< As Method::label.
    std::string source;
  };

  std::vector<DataSet> data;
  std::vector<Method> methods;
  std::vector<Pictures> pictures;
  std::string detector;   ///< ONNX file with its JSON beside it; empty: nothing is detected.
  std::string segmenter;  ///< The same.
  std::string folder;     ///< Of the report and all that belongs to it.
  /// By which the sources are brought onto each other, for methods, metrics and networks alike.
  align::RigChoice rig;
  align::Source labels_of = align::Source::kVisible;  ///< On whose pictures boxes and labels lie.
  FuseSettings fuse;
  std::string range = "reference";  ///< The texts that `fuse` and `precision` are from.
  std::string ir_range = "auto";    ///< The same.
  std::string precision_name = "auto";
  Precision precision = Precision::kAuto;  ///< Of SeAFusion.
  metrics::MetricRequest request;
  metrics::BootstrapSettings bootstrap;  ///< Over pairs; 0 samples: no intervals.
  report::EmbedPictures embed = report::EmbedPictures::kAuto;
  std::string title = report::kDefaultTitle;
  io::PairOptions pairing;
  std::uint64_t first = 0;  ///< Pairs of each data set that are compared; 0: all.
  int threads = 0;          ///< Of a method, and pairs measured at a time; 0: one a processor.
  std::uint64_t max_pixels = std::uint64_t{1} << 28;
  bool overwrite = false;   ///< Take over nothing from an earlier run.
  bool keep_going = false;  ///< Leave out pictures without partners.
  bool notes = true;        ///< Say what is no error, too.
};

/// kInvalidArgument where a label or the name of a data set cannot name a folder.
Status CheckFolderName(const std::string& name);

/// What CompareMethods asks of the names in its settings: those of data sets and labels can name
/// folders, none comes twice or is a source's, pictures are of a data set. kInvalidArgument.
Status CheckNames(const CompareSettings& settings);

/// The data set of a folder with the folders ir and vi, and perhaps boxes, and labels, Label or
/// Segmentation_labels.
CompareSettings::DataSet DataSetOf(const std::string& name, const std::string& folder);

/// Weights that are given for a method: in place of its own, or, with a label, for one more row.
struct GivenWeights {
  std::string method;
  std::string label;
  std::string file;
};

/// What an installation has for methods that need more than themselves.
struct MethodSupply {
  std::function<std::string(const std::string& method)> weights;  ///< A file; empty: none.
  bool libtorch = false;
};

/// The methods `names` out of methods::BuiltInMethods(), each with its weights, then once more for
/// each of its labels. What lacks weights or LibTorch has `skip` set. kInvalidArgument where a
/// method has two weights without a label.
StatusOr<std::vector<CompareSettings::Method>> MethodsOf(const std::vector<std::string>& names,
                                                         const std::vector<GivenWeights>& given,
                                                         const MethodSupply& supply);

}  // namespace seafusion::compare

#endif  // SEAFUSION_COMPARE_SETTINGS_H_
