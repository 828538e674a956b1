// The folder of a training run.
#ifndef SEAFUSION_TOOLS_LEARNING_RUN_FOLDER_H_
#define SEAFUSION_TOOLS_LEARNING_RUN_FOLDER_H_

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

#include <seafusion/status.h>

#include "model/safetensors.h"

namespace seafusion::tools {

/// settings.json, checkpoint, log.csv, fusion.safetensors and, of joint training,
/// segmentation.safetensors, val.csv and samples/.
class RunFolder {
 public:
  explicit RunFolder(std::filesystem::path root) : root_(std::move(root)) {}

  /// Fails with kAlreadyExists when it holds a run that is not to be resumed, with kNotFound when
  /// there is none to resume.
  Status CheckResume(bool resume) const;
  /// With `subfolder` in it.
  Status Create(std::string_view subfolder = {}) const;

  std::string path(std::string_view file) const { return (root_ / file).string(); }
  std::string checkpoint() const { return path("checkpoint"); }
  std::string log() const { return path("log.csv"); }

  Status WriteText(std::string_view file, const std::string& text) const;
  Status WriteWeights(std::string_view file, const model::TensorArchive& archive) const;

  /// Keeps the header of a CSV file and the lines that `keep` wants: a run that is resumed writes
  /// the others again. Writes `header` where there is no such file.
  Status TrimCsv(std::string_view file, const std::string& header,
                 const std::function<bool(const std::string&)>& keep) const;

 private:
  std::filesystem::path root_;
};

}  // namespace seafusion::tools

#endif  // SEAFUSION_TOOLS_LEARNING_RUN_FOLDER_H_
