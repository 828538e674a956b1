// "NAME=SRC" on the command line: pictures and what to call them.
#ifndef SEAFUSION_TOOLS_ARGUMENTS_NAMED_SOURCE_H_
#define SEAFUSION_TOOLS_ARGUMENTS_NAMED_SOURCE_H_

#include <string>
#include <vector>

#include "io/sets/picture_sets.h"

namespace CLI {
class Option;
}

namespace seafusion::tools {

using io::NamedSource;

/// Makes `option` take any number of NAME=SRC, refusing what is none.
void TakeNamedSources(CLI::Option& option, const char* type_name);

/// What such an option has taken. Throws CLI::ValidationError for a name that comes twice.
std::vector<NamedSource> NamedSources(const std::vector<std::string>& texts, const char* option);

/// Throws CLI::ValidationError for a name that cannot name a folder.
void CheckFolderNames(const std::vector<NamedSource>& sources, const char* option);

}  // namespace seafusion::tools

#endif  // SEAFUSION_TOOLS_ARGUMENTS_NAMED_SOURCE_H_
