// Settings saved on the page of `seafusion serve`, as options that the command line may override.
#ifndef SEAFUSION_TOOLS_OPTIONS_CONFIG_FILE_H_
#define SEAFUSION_TOOLS_OPTIONS_CONFIG_FILE_H_

#include <string>
#include <vector>

#include <CLI/CLI.hpp>

namespace seafusion::tools {

/// --config.
void AddConfig(CLI::App& sub, const std::string& group, std::string& path);

/// After parsing: gives each option that the command line left out the value that the file has for
/// it in one of its `sections` ("fuse", "view"), checked as the option is. Nothing for an empty
/// path. Throws CLI::ValidationError, naming the file.
void TakeConfig(CLI::App& sub, const std::string& path, const std::vector<std::string>& sections);

}  // namespace seafusion::tools

#endif  // SEAFUSION_TOOLS_OPTIONS_CONFIG_FILE_H_
