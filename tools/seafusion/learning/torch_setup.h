// Process-wide settings that training needs.
#ifndef SEAFUSION_TOOLS_LEARNING_TORCH_SETUP_H_
#define SEAFUSION_TOOLS_LEARNING_TORCH_SETUP_H_

#include <string>

#include <seafusion/status.h>
#include <torch/types.h>

namespace seafusion::tools {

/// Threads (0: all processors) and allocator limits; returns the device named "cpu", "cuda" or
/// "cuda:N".
StatusOr<torch::Device> SetUpTorch(int threads, const std::string& device);

}  // namespace seafusion::tools

#endif  // SEAFUSION_TOOLS_LEARNING_TORCH_SETUP_H_
