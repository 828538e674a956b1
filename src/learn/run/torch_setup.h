// Process-wide settings that LibTorch needs.
#ifndef SEAFUSION_LEARN_RUN_TORCH_SETUP_H_
#define SEAFUSION_LEARN_RUN_TORCH_SETUP_H_

#include <string>

#include <c10/core/Device.h>
#include <seafusion/status.h>

#include "learn/parallel/process_place.h"

namespace seafusion::learn {

/// glibc gives the tens of megabytes of each layer back to the system and faults them in again;
/// keeping them makes LibTorch two to three times faster. Of the whole process, for good.
void KeepLargeBlocks();

/// KeepLargeBlocks; threads (0: all processors); returns the device named "cpu", "cuda" or
/// "cuda:N". Several processes on a machine share its processors, and each takes a GPU of its own
/// where the device is "cuda".
StatusOr<c10::Device> SetUpTorch(int threads, const std::string& device,
                                 const ProcessPlace& place = {});

/// Fails with kUnsupported, saying `what`, where mpirun, srun or torchrun has started several.
Status CheckOneProcess(const std::string& what);

}  // namespace seafusion::learn

#endif  // SEAFUSION_LEARN_RUN_TORCH_SETUP_H_
