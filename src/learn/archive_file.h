// LibTorch archives on disk, safe against crashes, full disks and changed bytes.
#ifndef SEAFUSION_LEARN_ARCHIVE_FILE_H_
#define SEAFUSION_LEARN_ARCHIVE_FILE_H_

#include <string>
#include <string_view>

#include <seafusion/status.h>
#include <torch/serialize/input-archive.h>
#include <torch/serialize/output-archive.h>

namespace seafusion::learn {

/// A file is the line `format`, the SHA-256 of the rest in hexadecimal, a newline, and the archive,
/// whose own reader does not notice changed bytes. Written through WriteFileAtomically.
Status WriteArchiveFile(const std::string& path, std::string_view format,
                        torch::serialize::OutputArchive& archive);

/// Fails with kNotFound, or kCorruptData ("not a complete `what`") for anything but such a file.
StatusOr<torch::serialize::InputArchive> ReadArchiveFile(const std::string& path,
                                                         std::string_view format,
                                                         std::string_view what);

}  // namespace seafusion::learn

#endif  // SEAFUSION_LEARN_ARCHIVE_FILE_H_
