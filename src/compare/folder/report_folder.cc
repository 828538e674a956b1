#include "compare/folder/report_folder.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>

#include "core/files/file.h"
#include "core/status_macros.h"

namespace seafusion::compare {
namespace {

namespace fs = std::filesystem;

constexpr const char* kState = "state";
constexpr const char* kPictures = "fused";

}  // namespace

ReportFolder::~ReportFolder() {
  if (lock_ >= 0) ::close(lock_);
}

StatusOr<ReportFolder> ReportFolder::Open(const std::string& path) {
  const fs::path root(path);
  const fs::path state = root / kState;
  std::error_code ec;
  if (fs::exists(root, ec) && !fs::is_directory(root, ec)) {
    return InvalidArgument(path + ": is not a folder");
  }
  if (fs::exists(root, ec) && !fs::is_empty(root, ec) && !fs::is_directory(state, ec)) {
    return AlreadyExists(path + ": is not empty, and not the folder of an earlier comparison");
  }
  SEAFUSION_RETURN_IF_ERROR(MakeFolder(state.string()));
  const int lock = ::open(state.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (lock < 0) return IoError(state.string() + ": cannot be opened: " + std::strerror(errno));
  if (::flock(lock, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
    ::close(lock);
    return AlreadyExists(path + ": another comparison is at work there");
  }
  return ReportFolder(path, lock);
}

std::string ReportFolder::File(const std::string& name) const {
  return (fs::path(path_) / name).string();
}

std::string ReportFolder::PageOf(const std::string& data) const {
  return (fs::path(path_) / data / "report.html").string();
}

std::string ReportFolder::PicturesOf(const std::string& data, const std::string& label) const {
  return (fs::path(path_) / data / kPictures / label).string();
}

std::string ReportFolder::TaskOf(const std::string& data, const std::string& task) const {
  return (fs::path(path_) / data / task).string();
}

std::string ReportFolder::TaskStampOf(const std::string& data, const std::string& task) const {
  return (fs::path(path_) / kState / data / (task + ".sha256")).string();
}

std::string ReportFolder::StateOf(const std::string& data, const std::string& label) const {
  return (fs::path(path_) / kState / data / (label + ".jsonl")).string();
}

Status ReportFolder::MakeFolders(const std::string& data, const std::string& label,
                                 bool pictures) const {
  SEAFUSION_RETURN_IF_ERROR(MakeFolder(fs::path(StateOf(data, label)).parent_path().string()));
  return pictures ? MakeFolder(PicturesOf(data, label)) : OkStatus();
}

bool ReportFolder::Holds(const std::string& path) const {
  std::error_code ec;
  const fs::path folder = fs::weakly_canonical(path_, ec);
  const fs::path file = fs::weakly_canonical(path, ec);
  return std::mismatch(folder.begin(), folder.end(), file.begin(), file.end()).first ==
         folder.end();
}

}  // namespace seafusion::compare
