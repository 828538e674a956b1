// A Fuser with weights from a file.
#ifndef SEAFUSION_FUSE_LOAD_FUSER_H_
#define SEAFUSION_FUSE_LOAD_FUSER_H_

#include <cstdint>
#include <string>
#include <vector>

#include <seafusion/fuser.h>
#include <seafusion/status.h>

namespace seafusion {

/// The bytes of the weights in the file `path`; none where it is empty, which means the built-in
/// ones. Fails as ReadFile, and with kCorruptData for an empty file. Messages name the file.
StatusOr<std::vector<std::uint8_t>> ReadWeights(const std::string& path);

/// Fuser::Create with what ReadWeights gives in place of `options.weights`. Messages name the file.
StatusOr<Fuser> LoadFuser(const std::string& path, FuserOptions options = {});

}  // namespace seafusion

#endif  // SEAFUSION_FUSE_LOAD_FUSER_H_
