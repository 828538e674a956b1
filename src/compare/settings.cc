#include "compare/settings.h"

#include <algorithm>
#include <filesystem>
#include <initializer_list>
#include <set>
#include <system_error>

#include "core/status_macros.h"
#include "core/text/printable.h"
#include "methods/registry.h"

namespace seafusion::compare {
namespace {

using Method = CompareSettings::Method;
using methods::ModelUse;

// The first of `names` that is a folder in `folder`; empty: none is.
std::string FirstFolder(const std::string& folder, std::initializer_list<const char*> names) {
  for (const char* name : names) {
    std::error_code ec;
    const std::filesystem::path path = std::filesystem::path(folder) / name;
    if (std::filesystem::is_directory(path, ec)) return path.string();
  }
  return "";
}

StatusOr<std::vector<Method>> RowsOf(const methods::MethodInfo& info,
                                     const std::vector<GivenWeights>& given,
                                     const MethodSupply& supply) {
  const std::string name(info.name);
  Method plain = {.label = std::string(info.title), .name = name, .model = "", .skip = ""};
  std::vector<Method> labelled;
  for (const GivenWeights& weights : given) {
    if (weights.method != name) continue;
    if (!weights.label.empty()) {
      labelled.push_back({.label = weights.label, .name = name, .model = weights.file, .skip = ""});
    } else if (plain.model.empty()) {
      plain.model = weights.file;
    } else {
      return InvalidArgument(name + " has two; give one of them a LABEL");
    }
  }
  const bool needs_weights = info.model == ModelUse::kRequired;
  if (needs_weights && plain.model.empty() && supply.weights) plain.model = supply.weights(name);
  const bool lacks_weights = needs_weights && plain.model.empty();
  if (info.runs_on_libtorch && !supply.libtorch) {
    plain.skip = "it runs on LibTorch, and this installation has no learning module";
  }
  if (lacks_weights) plain.skip = "it needs weights: --model " + name + "=FILE";
  std::vector<Method> rows;
  if (!lacks_weights || labelled.empty()) rows.push_back(std::move(plain));
  rows.insert(rows.end(), labelled.begin(), labelled.end());
  return rows;
}

}  // namespace

Status CheckFolderName(const std::string& name) {
  constexpr std::size_t kLongest = 100;
  const bool control =
      std::any_of(name.begin(), name.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; });
  if (name.empty() || name[0] == '.' || name.size() > kLongest || control ||
      name.find_first_of("/:") != std::string::npos) {
    return InvalidArgument("'" + Printable(name) +
                           "' cannot name a folder: 1 to 100 bytes, none of them / or :, the first "
                           "no dot");
  }
  return OkStatus();
}

Status CheckNames(const CompareSettings& settings) {
  if (settings.data.empty()) return InvalidArgument("there is no data set");
  std::set<std::string> sets;
  for (const CompareSettings::DataSet& data : settings.data) {
    if (settings.data.size() > 1 || !data.name.empty()) {
      SEAFUSION_RETURN_IF_ERROR(CheckFolderName(data.name));
    }
    if (!sets.insert(data.name).second) {
      return InvalidArgument("the name '" + Printable(data.name) + "' comes twice");
    }
    std::set<std::string> labels;
    const auto check = [&](const std::string& label) -> Status {
      SEAFUSION_RETURN_IF_ERROR(CheckFolderName(label));
      if (label == kInfraredLabel || label == kVisibleLabel) {
        return InvalidArgument("the label '" + label + "' is that of the sources");
      }
      if (labels.insert(label).second) return OkStatus();
      return InvalidArgument("the label '" + Printable(label) + "' comes twice");
    };
    for (const Method& method : settings.methods) {
      SEAFUSION_RETURN_IF_ERROR(check(method.label));
    }
    for (const CompareSettings::Pictures& pictures : settings.pictures) {
      if (pictures.data == data.name) SEAFUSION_RETURN_IF_ERROR(check(pictures.label));
    }
  }
  for (const CompareSettings::Pictures& pictures : settings.pictures) {
    if (!sets.contains(pictures.data)) {
      return InvalidArgument("no data set is called '" + Printable(pictures.data) + "'");
    }
  }
  return OkStatus();
}

CompareSettings::DataSet DataSetOf(const std::string& name, const std::string& folder) {
  return {.name = name,
          .infrared = folder + "/ir",
          .visible = folder + "/vi",
          .boxes = FirstFolder(folder, {"boxes"}),
          .labels = FirstFolder(folder, {"labels", "Label", "Segmentation_labels"})};
}

StatusOr<std::vector<Method>> MethodsOf(const std::vector<std::string>& names,
                                        const std::vector<GivenWeights>& given,
                                        const MethodSupply& supply) {
  std::vector<Method> all;
  for (const std::string& name : names) {
    const methods::RegisteredMethod* method = methods::BuiltInMethods().Find(name);
    if (method == nullptr) return methods::BuiltInMethods().Unknown(name);
    SEAFUSION_ASSIGN_OR_RETURN(const std::vector<Method> rows, RowsOf(method->info, given, supply));
    all.insert(all.end(), rows.begin(), rows.end());
  }
  return all;
}

}  // namespace seafusion::compare
