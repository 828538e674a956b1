#include "nn/depth_first/program.h"

#include <algorithm>
#include <string>
#include <utility>

#include "core/status_macros.h"
#include "model/weights/tensor_check.h"
#include "nn/plan/prune.h"
#include "nn/winograd/kernels/kernels.h"
#include "nn/winograd/quantise.h"
#include "nn/winograd/steps.h"
#include "nn/winograd/weights.h"

namespace seafusion::nn {
namespace {

std::unique_ptr<StepKernel> MakeKernel(const plan::Plan& plan, int step,
                                       const model::TensorArchive& archive, Precision precision,
                                       const winograd::Kernels& kernels,
                                       const ProductRanges& ranges) {
  winograd::StepWeights<float> weights = winograd::PackWeights(plan, plan.steps[step], archive);
  const ProductRanges::OfStep& of_step = ranges.steps[step];
  switch (precision) {
    case Precision::kInt16:
      return winograd::MakeStep(plan, step, kernels,
                                winograd::Quantise(std::move(weights), ranges, of_step), of_step);
    case Precision::kBf16:
      return winograd::MakeStep(plan, step, kernels, winograd::RoundToBf16(std::move(weights)),
                                of_step);
    default:
      return winograd::MakeStep(plan, step, kernels, std::move(weights), of_step);
  }
}

}  // namespace

StatusOr<std::unique_ptr<const Program>> Program::Make(const model::Graph& graph,
                                                       const model::TensorArchive& weights,
                                                       Precision precision, CpuTarget target,
                                                       const plan::Options& options) {
  const winograd::Kernels& kernels = winograd::KernelsFor(target);
  if (precision == Precision::kBf16 && kernels.bf16.product == nullptr) {
    return Unsupported("bf16 needs a CPU with AVX512-BF16; in use is " +
                       std::string(CpuTargetName(target)));
  }
  SEAFUSION_RETURN_IF_ERROR(model::CheckTensorsAreThere(weights, model::TensorsOf(graph)));
  SEAFUSION_ASSIGN_OR_RETURN(plan::Plan plan, plan::Compile(plan::Pruned(graph, weights), options));
  std::unique_ptr<Program> program(new Program(std::move(plan)));
  ProductRanges ranges(program->plan());
  if (precision == Precision::kInt16) {
    SEAFUSION_ASSIGN_OR_RETURN(ranges, LoadRanges(weights, program->plan()));
  }
  const int steps = static_cast<int>(program->plan().steps.size());
  for (int s = 0; s < steps; ++s) {
    auto kernel = MakeKernel(program->plan(), s, weights, precision, kernels, ranges);
    if (kernel == nullptr) {
      return Unsupported("no kernel for " +
                         program->plan().node(program->plan().steps[s].node).name);
    }
    program->kernels_.push_back(std::move(kernel));
  }
  return std::unique_ptr<const Program>(std::move(program));
}

std::size_t Program::ScratchBytes() const {
  std::size_t most = 0;
  for (const auto& kernel : kernels_) most = std::max(most, kernel->ScratchBytes());
  return most;
}

bool HasRanges(const model::Graph& graph, const model::TensorArchive& weights) {
  if (!model::CheckTensorsAreThere(weights, model::TensorsOf(graph)).ok()) return false;
  const auto plan = plan::Compile(plan::Pruned(graph, weights));
  return plan.ok() && LoadRanges(weights, *plan).ok();
}

}  // namespace seafusion::nn
