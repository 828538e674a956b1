// Rigs as JSON files; docs/alignment.md describes the format.
#ifndef SEAFUSION_ALIGN_RIG_RIG_FILE_H_
#define SEAFUSION_ALIGN_RIG_RIG_FILE_H_

#include <string>
#include <string_view>

#include <seafusion/status.h>

#include "align/rig/rig.h"
#include "core/files/file.h"

namespace seafusion::align {

inline constexpr int kRigFileVersion = 1;

/// The file's text, ending in a newline. Numbers are written so that they are read back exactly.
/// Precondition: rig.Validate() is ok.
std::string RigText(const Rig& rig);

/// A validated rig. Every message names the member ("visible.crop"). Unknown members are refused: a
/// misspelled one must not be overlooked. Errors: kCorruptData (no JSON, a member missing, of
/// another kind, unknown or out of range), kUnsupported (a later version).
StatusOr<Rig> ParseRig(std::string_view text);

/// Reads at most 1 MiB. Each message begins with the path.
StatusOr<Rig> ReadRig(const std::string& path);
Status WriteRig(const std::string& path, const Rig& rig, IfExists if_exists);

}  // namespace seafusion::align

#endif  // SEAFUSION_ALIGN_RIG_RIG_FILE_H_
