// What `seafusion info` hands to the video module, and gets back.
#ifndef SEAFUSION_TOOLS_OPTIONS_INFO_OPTIONS_H_
#define SEAFUSION_TOOLS_OPTIONS_INFO_OPTIONS_H_

#include <cstdint>
#include <optional>
#include <string>

#include <seafusion/status.h>

#include "io/sources/source_layout.h"

namespace seafusion::tools {

struct FileInfo {
  std::string path;
  std::uint64_t max_pixels = 0;
  std::optional<io::RawFormat> raw_format;
  // The answer.
  Status status;
  std::string text, json;
};

}  // namespace seafusion::tools

#endif  // SEAFUSION_TOOLS_OPTIONS_INFO_OPTIONS_H_
