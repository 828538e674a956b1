// A file for readers that take a path, in memory where the system has such a place.
#ifndef SEAFUSION_FUZZ_TEXTS_SCRATCH_FILE_H_
#define SEAFUSION_FUZZ_TEXTS_SCRATCH_FILE_H_

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <span>
#include <string>

#include <unistd.h>

namespace seafusion::fuzz {

/// A folder of this process's own, removed at its end.
class ScratchFolder {
 public:
  ScratchFolder() {
    std::error_code ec;
    const std::filesystem::path memory = "/dev/shm";
    folder_ = (std::filesystem::is_directory(memory, ec) ? memory
                                                         : std::filesystem::temp_directory_path()) /
              ("seafusion_fuzz_" + std::to_string(::getpid()));
    std::filesystem::create_directories(folder_);
  }
  ~ScratchFolder() {
    std::error_code ec;
    std::filesystem::remove_all(folder_, ec);
  }
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;

  /// The file's path, with these bytes in it.
  std::string Put(const std::string& name, std::span<const std::uint8_t> bytes) const {
    const std::string path = (folder_ / name).string();
    std::ofstream file(path, std::ios::binary | std::ios::trunc);
    file.write(reinterpret_cast<const char*>(bytes.data()),
               static_cast<std::streamsize>(bytes.size()));
    if (!file.flush()) std::abort();
    return path;
  }
  const std::filesystem::path& path() const { return folder_; }

 private:
  std::filesystem::path folder_;
};

}  // namespace seafusion::fuzz

#endif  // SEAFUSION_FUZZ_TEXTS_SCRATCH_FILE_H_
