// Two sources that are not what they seem: told before they are fused.
#ifndef SEAFUSION_IO_SOURCES_SOURCE_CHECKS_H_
#define SEAFUSION_IO_SOURCES_SOURCE_CHECKS_H_

#include <string>
#include <vector>

#include <seafusion/status.h>

#include "core/memory/image_buffer.h"
#include "io/image_file.h"

namespace seafusion::io {

/// Looks at the two pictures of a pair as they were read. Refuses with kInvalidArgument: an
/// infrared picture in colours that do not grow brighter with heat, unless `infrared` says that the
/// picture for people was asked for; pictures that seem to be given the wrong way round. Of an
/// infrared picture in colours that do grow brighter, a remark. Thread-safe.
Status CheckSources(const std::string& infrared_path, const ImageView& infrared,
                    const std::string& visible_path, const ImageView& visible,
                    CameraPicture infrared_picture, std::vector<std::string>& remarks);

/// kInvalidArgument where both paths name the same file.
Status CheckDifferentFiles(const std::string& infrared, const std::string& visible);

}  // namespace seafusion::io

#endif  // SEAFUSION_IO_SOURCES_SOURCE_CHECKS_H_
