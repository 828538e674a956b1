#include "methods/pixelwise.h"

#include <algorithm>
#include <utility>

#include "core/status_macros.h"
#include "methods/luma_method.h"

namespace seafusion::methods {
namespace {

using Rule = double (*)(double ir, double vi);

double Average(double ir, double vi) {
  return (ir + vi) / 2;
}
double Maximum(double ir, double vi) {
  return std::max(ir, vi);
}

class Pixelwise : public LumaMethod {
 public:
  Pixelwise(std::unique_ptr<ThreadPool> pool, const MethodInfo& info, Rule rule)
      : LumaMethod(std::move(pool)), info_(info), rule_(rule) {}

  const MethodInfo& info() const override { return info_; }

 protected:
  StatusOr<LumaPlane> FuseLuma(const LumaPlane& ir, const LumaPlane& vi,
                               const TraceLine&) const override {
    LumaPlane fused(ir.width(), ir.height());
    std::transform(ir.samples().begin(), ir.samples().end(), vi.samples().begin(),
                   fused.samples().begin(), rule_);
    return fused;
  }

 private:
  MethodInfo info_;
  Rule rule_;
};

StatusOr<std::unique_ptr<FusionMethod>> Make(const MethodInfo& info, Rule rule) {
  // One thread: reading and writing take longer than the rule.
  SEAFUSION_ASSIGN_OR_RETURN(std::unique_ptr<ThreadPool> pool, ThreadPool::Create(1));
  return std::unique_ptr<FusionMethod>(std::make_unique<Pixelwise>(std::move(pool), info, rule));
}

}  // namespace

MethodInfo AverageInfo() {
  return {.name = "average",
          .title = "Average",
          .summary = "mean of the two brightnesses",
          .training = "nothing",
          .colour = kLumaColour,
          .published_range = kClippedAndRounded,
          .real_time = true};
}

StatusOr<std::unique_ptr<FusionMethod>> MakeAverage(const MethodOptions&) {
  return Make(AverageInfo(), Average);
}

MethodInfo MaximumInfo() {
  return {.name = "maximum",
          .title = "Maximum",
          .summary = "larger of the two brightnesses",
          .training = "nothing",
          .colour = kLumaColour,
          .published_range = kClippedAndRounded,
          .real_time = true};
}

StatusOr<std::unique_ptr<FusionMethod>> MakeMaximum(const MethodOptions&) {
  return Make(MaximumInfo(), Maximum);
}

}  // namespace seafusion::methods
