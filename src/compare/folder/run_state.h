// What is done of a comparison, on disk: an interrupted run goes on where it was.
#ifndef SEAFUSION_COMPARE_FOLDER_RUN_STATE_H_
#define SEAFUSION_COMPARE_FOLDER_RUN_STATE_H_

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <seafusion/metrics.h>
#include <seafusion/status.h>

#include "core/files/file.h"

namespace seafusion::compare {

/// A pair that one method fused.
struct FusedRecord {
  /// SHA-256 of the files: the two sources and the result.
  std::string infrared;
  std::string visible;
  std::string fused;
  int width = 0;
  int height = 0;
  double seconds = 0;       ///< Of the fusion; 0 for pictures that someone else made.
  bool first_call = false;  ///< Of the method in its process.
  std::vector<metrics::MetricValue> values;  ///< Empty: not measured yet. Without parts.
};

/// What must be equal for records to be good still: name, value.
using RunStamp = std::vector<std::pair<std::string, std::string>>;

/// The records of one method on one data set: a file of JSON lines, the stamp first, then one line
/// for what was done, appended at once. A line that a crash cut short is left out, and so done
/// again. Not thread-safe.
class RunState {
 public:
  RunState() = default;

  /// Opens the file, or makes it. Records of another stamp are dropped, and all with `anew`.
  static StatusOr<RunState> Open(const std::string& path, const RunStamp& stamp, bool anew);

  /// Names of the stamp's parts that differed from those of the file; empty: none did, or there
  /// was no file.
  const std::vector<std::string>& changed() const { return changed_; }

  /// Null: there is none.
  const FusedRecord* Find(const std::string& pair) const;

  /// Keeps the record, in place of an earlier one of that pair. kIoError names the file.
  Status Put(const std::string& pair, const FusedRecord& record);

 private:
  Status Append(const std::string& line);
  void Load(const std::string& text, const RunStamp& stamp);

  std::optional<AppendedFile> file_;  // none: not opened
  std::vector<std::string> changed_;
  bool matches_ = false;  // the file's stamp is ours
  std::map<std::string, FusedRecord> records_;
};

}  // namespace seafusion::compare

#endif  // SEAFUSION_COMPARE_FOLDER_RUN_STATE_H_
