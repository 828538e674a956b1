// The folder of a training run, and the tables in it.
#ifndef SEAFUSION_LEARN_RUN_RUN_FOLDER_H_
#define SEAFUSION_LEARN_RUN_RUN_FOLDER_H_

#include <compare>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

#include <seafusion/status.h>

#include "core/files/file.h"
#include "model/weights/safetensors.h"

namespace seafusion::learn {

/// settings.json, checkpoint, log.csv, the weights and, of joint training, val.csv, throughput.csv,
/// samples/ and event files.
class RunFolder {
 public:
  explicit RunFolder(std::filesystem::path root) : root_(std::move(root)) {}

  /// Fails with kAlreadyExists when it holds a run that is not to be resumed, with kNotFound when
  /// there is none to resume.
  Status CheckResume(bool resume) const;
  /// Whether there is a run to resume.
  bool HoldsRun() const { return Has("checkpoint"); }
  bool Has(std::string_view file) const;
  /// With `subfolder` in it.
  Status Create(std::string_view subfolder = {}) const;

  std::string path(std::string_view file = {}) const { return (root_ / file).string(); }
  std::string checkpoint() const { return path("checkpoint"); }

  /// At most a mebibyte.
  StatusOr<std::string> ReadText(std::string_view file) const;
  Status WriteText(std::string_view file, const std::string& text) const;
  Status WriteWeights(std::string_view file, const model::TensorArchive& archive) const;

  /// For runs that may go on only with what they were begun with: writes `text` where the file is
  /// not there yet, with the folder. Else fails with kInvalidArgument ("PATH: was begun with
  /// `otherwise`") unless it says the same.
  Status BeginWith(std::string_view file, const std::string& text,
                   const std::string& otherwise) const;

 private:
  std::filesystem::path root_;
};

/// Steps done, as the first two columns of a log give them.
struct RunPosition {
  std::size_t stage = 0;
  std::uint64_t step = 0;
  // NOLINTNEXTLINE(modernize-use-nullptr): clang-tidy sees a zero in what the compiler writes
  auto operator<=>(const RunPosition&) const = default;
};
/// Of "1,20,...".
RunPosition PositionOf(const std::string& line);

/// A CSV file of a run, to which lines are added one by one.
class RunTable {
 public:
  /// Keeps the lines below the header that `keep` wants: a run that is resumed writes the others
  /// again. A last line without end was cut short and is none. Writes `header` where there is no
  /// such file.
  static StatusOr<RunTable> Open(const RunFolder& folder, std::string_view file,
                                 const std::string& header,
                                 const std::function<bool(const std::string& line)>& keep);

  /// `line` without its end. On the disk when it returns, but for the system's own delay.
  Status Add(const std::string& line);

 private:
  explicit RunTable(AppendedFile file) : file_(std::move(file)) {}

  AppendedFile file_;
};

}  // namespace seafusion::learn

#endif  // SEAFUSION_LEARN_RUN_RUN_FOLDER_H_
