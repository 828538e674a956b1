#include "torch_setup.h"

#include <malloc.h>

#include <climits>
#include <exception>

#include <torch/torch.h>

#include "core/thread_pool.h"

namespace seafusion::tools {

StatusOr<torch::Device> SetUpTorch(int threads, const std::string& device) {
  // glibc gives the tens of megabytes of each layer back to the system and faults them in again;
  // keeping them makes LibTorch two to three times faster.
  mallopt(M_MMAP_MAX, 0);
  mallopt(M_TRIM_THRESHOLD, INT_MAX);
  mallopt(M_TOP_PAD, 256 << 20);
  try {
    torch::set_num_threads(threads == 0 ? AvailableProcessors() : threads);
    const torch::Device parsed(device);
    if (!parsed.is_cpu() && !parsed.is_cuda()) {
      return InvalidArgument("--device " + device + ": only cpu and cuda are supported");
    }
    if (parsed.is_cuda() && !torch::cuda::is_available()) {
      return Unsupported("--device " + device + ": this LibTorch sees no CUDA device");
    }
    return parsed;
  } catch (const std::exception&) {
    return InvalidArgument("--device " + device + ": not a device name");
  }
}

}  // namespace seafusion::tools
