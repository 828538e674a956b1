// A graph with its weights, ready to run: its plan, and what computes each step.
#ifndef SEAFUSION_NN_DEPTH_FIRST_PROGRAM_H_
#define SEAFUSION_NN_DEPTH_FIRST_PROGRAM_H_

#include <cstddef>
#include <memory>
#include <vector>

#include <seafusion/fuser.h>
#include <seafusion/status.h>

#include "core/cpu/cpu_target.h"
#include "model/graph/graph.h"
#include "model/weights/safetensors.h"
#include "nn/depth_first/step_kernel.h"
#include "nn/plan/plan.h"

namespace seafusion::nn {

/// Immutable once made, and never moved: the kernels refer to the plan.
class Program {
 public:
  /// `weights` may hold more than the graph's tensors; kInvalidArgument where one is missing or of
  /// another shape. `precision`: kFp32, kInt16 or kBf16. Fails with
  /// kUnsupported where the graph has no plan, a step no kernel, or the target no such precision;
  /// for int16 as LoadRanges. Throws std::bad_alloc.
  static StatusOr<std::unique_ptr<const Program>> Make(const model::Graph& graph,
                                                       const model::TensorArchive& weights,
                                                       Precision precision, CpuTarget target,
                                                       const plan::Options& options = {});
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  const plan::Plan& plan() const { return plan_; }
  const StepKernel& kernel(int step) const { return *kernels_[static_cast<std::size_t>(step)]; }

  /// What the most demanding step asks for.
  std::size_t ScratchBytes() const;

 private:
  explicit Program(plan::Plan plan) : plan_(std::move(plan)) {}

  const plan::Plan plan_;
  std::vector<std::unique_ptr<StepKernel>> kernels_;  // one a step
};

/// Whether the archive holds ranges for the graph, which int16 needs.
bool HasRanges(const model::Graph& graph, const model::TensorArchive& weights);

}  // namespace seafusion::nn

#endif  // SEAFUSION_NN_DEPTH_FIRST_PROGRAM_H_
