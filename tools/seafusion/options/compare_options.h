// What `seafusion compare` hands to the imaging module.
#ifndef SEAFUSION_TOOLS_OPTIONS_COMPARE_OPTIONS_H_
#define SEAFUSION_TOOLS_OPTIONS_COMPARE_OPTIONS_H_

#include <cstdint>
#include <string>
#include <vector>

#include <seafusion/fuser.h>
#include <seafusion/metrics.h>

#include "options/report_options.h"

namespace seafusion::tools {

struct CompareOptions {
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
  FuseSettings settings;
  std::string range;     ///< The texts that `settings` and `precision` are from.
  std::string ir_range;  ///< The same.
  std::string precision_name;
  Precision precision = Precision::kAuto;
  metrics::MetricRequest request;
  EmbedPictures embed = EmbedPictures::kAuto;
  std::string title;
  std::uint64_t first = 0;  ///< Pairs of each data set that are compared; 0: all.
  int threads = 0;
  std::uint64_t max_pixels = 0;
  bool overwrite = false;
  bool keep_going = false;
  bool json = false;
  bool quiet = false;
  bool progress = false;  ///< Also where stderr is no terminal.
};

}  // namespace seafusion::tools

#endif  // SEAFUSION_TOOLS_OPTIONS_COMPARE_OPTIONS_H_
