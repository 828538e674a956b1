// Weights by name or from a file, and a Fuser with them. The one place where such names mean
// something.
#ifndef SEAFUSION_FUSE_WEIGHTS_LOAD_FUSER_H_
#define SEAFUSION_FUSE_WEIGHTS_LOAD_FUSER_H_

#include <cstdint>
#include <string>
#include <vector>

#include <seafusion/fuser.h>
#include <seafusion/status.h>

#include "model/weights/safetensors.h"

namespace seafusion {

/// The bytes of the weights that `model` names: "lite", "full" or "default" (see BuiltInWeights),
/// else those in a file of that path ("./lite" for one that is called like them); none where it is
/// empty, which means the default ones. Fails as ReadFile, and with kCorruptData for an empty file.
/// Messages name the file.
StatusOr<std::vector<std::uint8_t>> ReadWeights(const std::string& model);

/// ReadWeights, parsed; of an empty name the default ones.
StatusOr<model::TensorArchive> LoadWeights(const std::string& model);

/// What front ends take where the user names no range: kGentle with the weights of this program,
/// kNone with those of a file, whose pictures somebody means to compare.
OutputRange DefaultOutputRange(const std::string& model);

/// Fuser::Create with what ReadWeights gives in place of `options.weights`. Messages name the file.
StatusOr<Fuser> LoadFuser(const std::string& model, FuserOptions options = {});

}  // namespace seafusion

#endif  // SEAFUSION_FUSE_WEIGHTS_LOAD_FUSER_H_
