// A method by its name, with weights from a file.
#ifndef SEAFUSION_METHODS_METHOD_CHOICE_H_
#define SEAFUSION_METHODS_METHOD_CHOICE_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>

#include "fuse/weights/load_fuser.h"
#include "methods/fusion_method.h"
#include "methods/registry.h"

namespace seafusion::methods {

struct MethodChoice {
  std::string name = "seafusion";  ///< Out of BuiltInMethods().
  std::string model;               ///< Safetensors file; empty: none, or the built-in weights.
  int threads = 0;                 ///< As MethodOptions, like the others.
  Precision precision = Precision::kAuto;
  std::string cpu_target;
  int tile = 0;
};

/// seafusion::DefaultOutputRange, and kNone for other methods: what they give, as it is.
inline OutputRange DefaultOutputRange(const MethodChoice& choice) {
  return choice.name == "seafusion" ? seafusion::DefaultOutputRange(choice.model) : OutputRange();
}

/// Gives the registry of methods/learned, which lives as long as the program. Called only when a
/// method that runs on LibTorch is to be created: loading that takes long. `threads` as
/// MethodOptions.
using OpenLearnedMethods = std::function<StatusOr<const MethodRegistry*>(int threads)>;

/// Creates the method with `weights`, the bytes of `choice.model`. `open_learned` may be empty:
/// there is no LibTorch. Fails as MethodRegistry::Create; messages name the file of the weights.
StatusOr<std::unique_ptr<FusionMethod>> CreateMethod(const MethodChoice& choice,
                                                     std::span<const std::uint8_t> weights,
                                                     const OpenLearnedMethods& open_learned);

/// The same, reading the weights. Fails as ReadWeights, too.
StatusOr<std::unique_ptr<FusionMethod>> CreateMethod(const MethodChoice& choice,
                                                     const OpenLearnedMethods& open_learned);

}  // namespace seafusion::methods

#endif  // SEAFUSION_METHODS_METHOD_CHOICE_H_
