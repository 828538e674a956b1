// What the machine's arithmetic units can do at most.
#ifndef SEAFUSION_NN_WINOGRAD_PEAK_H_
#define SEAFUSION_NN_WINOGRAD_PEAK_H_

#include <seafusion/status.h>

#include "core/cpu/cpu_target.h"
#include "core/cpu/thread_pool.h"

namespace seafusion::nn::winograd {

/// 32-bit multiply-adds per second that the pool's threads do together, measured for about 50 ms
/// with a CPU target this machine supports.
StatusOr<double> MeasurePeakMultiplyAdds(ThreadPool& pool, CpuTarget target);

}  // namespace seafusion::nn::winograd

#endif  // SEAFUSION_NN_WINOGRAD_PEAK_H_
