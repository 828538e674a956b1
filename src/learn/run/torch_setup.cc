#include "learn/run/torch_setup.h"

#include <malloc.h>
#include <unistd.h>

#include <algorithm>
#include <climits>
#include <exception>

#include "core/cpu/thread_pool.h"
#include "core/status_macros.h"
#include "learn/libtorch.h"

namespace seafusion::learn {
namespace {

int ThreadsFor(const ProcessPlace& place) {
  const int available = AvailableProcessors();
  // mpirun and srun may have given each process processors of its own.
  const bool bound = available < ::sysconf(_SC_NPROCESSORS_ONLN);
  return bound ? available : std::max(1, available / place.local_size);
}

}  // namespace

void KeepLargeBlocks() {
  mallopt(M_MMAP_MAX, 0);
  mallopt(M_TRIM_THRESHOLD, INT_MAX);
  mallopt(M_TOP_PAD, 256 << 20);
}

StatusOr<torch::Device> SetUpTorch(int threads, const std::string& device,
                                   const ProcessPlace& place) {
  KeepLargeBlocks();
  try {
    torch::set_num_threads(threads == 0 ? ThreadsFor(place) : threads);
    torch::Device parsed(device);
    if (!parsed.is_cpu() && !parsed.is_cuda()) {
      return InvalidArgument("--device " + device + ": only cpu and cuda are supported");
    }
    if (parsed.is_cuda() && !torch::cuda::is_available()) {
      return Unsupported("--device " + device + ": this LibTorch sees no CUDA device");
    }
    if (parsed.is_cuda() && !parsed.has_index() && !place.alone()) {
      const auto gpus = static_cast<int>(torch::cuda::device_count());
      if (place.local_rank >= gpus) {
        return InvalidArgument("--device cuda: process " + std::to_string(place.local_rank + 1) +
                               " on this machine, which has " + std::to_string(gpus) + " GPUs");
      }
      parsed.set_index(static_cast<c10::DeviceIndex>(place.local_rank));
    }
    return parsed;
  } catch (const std::exception&) {
    return InvalidArgument("--device " + device + ": not a device name");
  }
}

Status CheckOneProcess(const std::string& what) {
  SEAFUSION_ASSIGN_OR_RETURN(const ProcessPlace place, FindProcessPlace());
  if (place.alone()) return OkStatus();
  return Unsupported("started as " + std::to_string(place.size) + " processes: " + what);
}

}  // namespace seafusion::learn
