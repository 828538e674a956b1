// A folder of a test's own that is gone when the test ends.
#ifndef SEAFUSION_CORE_TESTING_SCRATCH_FOLDER_H_
#define SEAFUSION_CORE_TESTING_SCRATCH_FOLDER_H_

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

namespace seafusion {

class ScratchFolder {
 public:
  ScratchFolder() {
    const auto* info = ::testing::UnitTest::GetInstance()->current_test_info();
    std::string name = std::string(info->test_suite_name()) + "." + info->name();
    std::replace(name.begin(), name.end(), '/', '_');
    path_ = std::filesystem::path(::testing::TempDir()) /
            ("seafusion-" + name + "-" + std::to_string(::getpid()));
    std::filesystem::remove_all(path_);
    std::filesystem::create_directories(path_);
  }
  ~ScratchFolder() {
    std::error_code ignored;  // a leftover in the temporary folder must not fail the test
    std::filesystem::remove_all(path_, ignored);
  }
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }
  std::string operator/(std::string_view name) const { return (path_ / name).string(); }

  std::string WriteFile(std::string_view name, std::string_view content) const {
    std::string path = *this / name;
    std::filesystem::create_directories(std::filesystem::path(path).parent_path());
    std::ofstream(path, std::ios::binary) << content;
    return path;
  }

  /// Names of all files below the folder (or below `sub` in it), sorted.
  std::vector<std::string> Files(std::string_view sub = "") const {
    std::vector<std::string> names;
    const std::filesystem::path root = path_ / sub;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) {
      if (!entry.is_directory()) {
        names.push_back(std::filesystem::relative(entry.path(), root).string());
      }
    }
    std::sort(names.begin(), names.end());
    return names;
  }

 private:
  std::filesystem::path path_;
};

}  // namespace seafusion

#endif  // SEAFUSION_CORE_TESTING_SCRATCH_FOLDER_H_
