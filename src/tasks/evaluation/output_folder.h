// The folder that a verb writes its results to.
#ifndef SEAFUSION_TASKS_EVALUATION_OUTPUT_FOLDER_H_
#define SEAFUSION_TASKS_EVALUATION_OUTPUT_FOLDER_H_

#include <filesystem>
#include <string>

#include <seafusion/status.h>

#include "core/files/file.h"

namespace seafusion::tasks {

class OutputFolder {
 public:
  /// `path` may be empty: nothing is to be written.
  OutputFolder(const std::string& path, bool overwrite) : path_(path), overwrite_(overwrite) {}

  explicit operator bool() const { return !path_.empty(); }
  IfExists if_exists() const { return overwrite_ ? IfExists::kReplace : IfExists::kFail; }

  /// Makes it, and fails with kAlreadyExists where something is in it that must not be replaced: a
  /// refusal that would come after all the work comes before it.
  Status Check() const;

  /// The path of a file in it, whose folders are made: "overlays/a.png".
  StatusOr<std::string> Place(const std::string& name) const;

  /// Writes a text, completely or not at all.
  Status Write(const std::string& name, const std::string& text) const;

 private:
  std::filesystem::path path_;
  bool overwrite_;
};

}  // namespace seafusion::tasks

#endif  // SEAFUSION_TASKS_EVALUATION_OUTPUT_FOLDER_H_
