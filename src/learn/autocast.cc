#include "learn/autocast.h"

#include <algorithm>

#include <ATen/autocast_mode.h>
#include <torch/version.h>

#include "core/cpu/cpu_target.h"
#include "learn/libtorch.h"

namespace seafusion::learn {
namespace {

// Since 2.4 by kind of device, before that with a function for each.
#if TORCH_VERSION_MAJOR > 2 || (TORCH_VERSION_MAJOR == 2 && TORCH_VERSION_MINOR >= 4)
bool IsEnabled(torch::DeviceType device) {
  return at::autocast::is_autocast_enabled(device);
}
void Enable(torch::DeviceType device, bool enabled) {
  at::autocast::set_autocast_dtype(device, torch::kBFloat16);
  at::autocast::set_autocast_enabled(device, enabled);
}
#else
bool IsEnabled(torch::DeviceType device) {
  return device == torch::kCPU ? at::autocast::is_cpu_enabled() : at::autocast::is_enabled();
}
void Enable(torch::DeviceType device, bool enabled) {
  if (device == torch::kCPU) {
    at::autocast::set_autocast_cpu_dtype(torch::kBFloat16);
    at::autocast::set_cpu_enabled(enabled);
  } else {
    at::autocast::set_autocast_gpu_dtype(torch::kBFloat16);
    at::autocast::set_enabled(enabled);
  }
}
#endif

}  // namespace

Autocast::Autocast(torch::DeviceType device, bool enabled) : device_(device), enabled_(enabled) {
  if (!enabled_) return;
  was_enabled_ = IsEnabled(device);
  Enable(device, true);
  at::autocast::increment_nesting();
}

Autocast::~Autocast() {
  if (!enabled_) return;
  // Converted weights are kept until the outermost ends: the next step has others.
  if (at::autocast::decrement_nesting() == 0) at::autocast::clear_cache();
  Enable(device_, was_enabled_);
}

Status CheckBfloat16(torch::Device device) {
  if (!device.is_cpu()) return OkStatus();
  const auto& targets = SupportedCpuTargets();
  if (std::find(targets.begin(), targets.end(), CpuTarget::kAvx512Bf16) == targets.end()) {
    return Unsupported("precision bf16: this processor has no bfloat16 instructions (it has " +
                       SupportedCpuTargetNames() + ")");
  }
  if (!at::globalContext().hasMKLDNN()) {
    return Unsupported("precision bf16: this LibTorch has no oneDNN, which makes it fast");
  }
  return OkStatus();
}

}  // namespace seafusion::learn
