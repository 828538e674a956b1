// What a method is trained with. Without LibTorch.
#ifndef SEAFUSION_METHODS_LEARNED_TRAINING_METHOD_SETTINGS_H_
#define SEAFUSION_METHODS_LEARNED_TRAINING_METHOD_SETTINGS_H_

#include <cstdint>
#include <string>

namespace seafusion::methods {

/// Everything that decides the resulting weights.
struct MethodTrainSettings {
  std::string method;
  std::uint64_t seed = 1;
  std::uint64_t steps = 0;  ///< Of each stage; 0: as published for this much data.
  int batch = 0;
  int crop = 0;  ///< Side of the squares cut from the pictures.
  double lr = 0;
  int width = 0;  ///< Of methods whose network can be narrowed; 0 for the others.
};

}  // namespace seafusion::methods

#endif  // SEAFUSION_METHODS_LEARNED_TRAINING_METHOD_SETTINGS_H_
