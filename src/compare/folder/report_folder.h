// The folder that a comparison writes, and who may write it.
#ifndef SEAFUSION_COMPARE_FOLDER_REPORT_FOLDER_H_
#define SEAFUSION_COMPARE_FOLDER_REPORT_FOLDER_H_

#include <string>

#include <seafusion/status.h>

namespace seafusion::compare {

/// REPORT/{state,fused,report.html}, or for a named data set REPORT/state/NAME and
/// REPORT/NAME/{fused,report.html}; tables in REPORT. Held by one process at a time, for the life
/// of the object.
class ReportFolder {
 public:
  ReportFolder(ReportFolder&& other) noexcept : path_(std::move(other.path_)), lock_(other.lock_) {
    other.lock_ = -1;
  }
  ReportFolder& operator=(ReportFolder&&) = delete;
  ~ReportFolder();

  /// Makes the folder or takes that of an earlier comparison. Errors: kAlreadyExists (a folder with
  /// other things in it; another process works in it), kIoError.
  static StatusOr<ReportFolder> Open(const std::string& path);

  std::string File(const std::string& name) const;
  std::string PageOf(const std::string& data) const;
  std::string PicturesOf(const std::string& data, const std::string& label) const;
  /// REPORT/NAME/TASK: what a network makes of the pictures.
  std::string TaskOf(const std::string& data, const std::string& task) const;
  std::string TaskStampOf(const std::string& data, const std::string& task) const;
  std::string StateOf(const std::string& data, const std::string& label) const;
  /// Makes what the two above need.
  Status MakeFolders(const std::string& data, const std::string& label, bool pictures) const;
  /// Whether the file is one that a comparison may write over.
  bool Holds(const std::string& path) const;

 private:
  ReportFolder(std::string path, int lock) : path_(std::move(path)), lock_(lock) {}
  std::string path_;
  int lock_;  // file descriptor
};

}  // namespace seafusion::compare

#endif  // SEAFUSION_COMPARE_FOLDER_REPORT_FOLDER_H_
