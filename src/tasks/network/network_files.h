// The files that come with a network, and labels as text.
#ifndef SEAFUSION_TASKS_NETWORK_NETWORK_FILES_H_
#define SEAFUSION_TASKS_NETWORK_NETWORK_FILES_H_

#include <cstdint>
#include <string>
#include <vector>

#include <seafusion/status.h>

namespace seafusion::tasks {

/// Text of at most 64 MiB. Fails as ReadFile.
StatusOr<std::string> ReadSmallText(const std::string& path);

/// The text of `settings`, or where that is empty of the JSON file beside `model`; `path` becomes
/// its name. Fails with kNotFound saying what is missing.
StatusOr<std::string> ReadSettingsText(const std::string& settings, const std::string& model,
                                       std::string& path);

/// The bytes of an ONNX file. Fails as ReadFile.
StatusOr<std::vector<std::uint8_t>> ReadNetwork(const std::string& path);

}  // namespace seafusion::tasks

#endif  // SEAFUSION_TASKS_NETWORK_NETWORK_FILES_H_
