#include "methods/seafusion_method.h"

#include <new>
#include <utility>

#include "core/memory/out_of_memory.h"
#include "core/status_macros.h"

namespace seafusion::methods {
namespace {

class SeAFusion : public FusionMethod {
 public:
  explicit SeAFusion(Fuser fuser) : fuser_(std::move(fuser)), info_(SeAFusionInfo()) {}

  const MethodInfo& info() const override { return info_; }
  std::string engine_name() const override { return fuser_.engine_name(); }

  Status FuseComplete(const ImageView& ir, const ImageView& vi, const MutableImageView& out,
                      const FuseSettings& settings, const TraceLine&) const override {
    return fuser_.Fuse(ir, vi, out, settings);
  }

 private:
  Fuser fuser_;
  MethodInfo info_;
};

}  // namespace

MethodInfo SeAFusionInfo() {
  return {.name = "seafusion",
          .title = "SeAFusion",
          .summary = "this project's networks: lite, or the paper's",
          .citation = "Tang, Yuan, Ma, Information Fusion 82 (2022)",
          .training =
              "lite (the default): 454 pairs of seven data sets; full: MSRS with a segmentation "
              "network, then these",
          .colour = "fuses brightness; the visible picture's Cb and Cr are kept",
          .published_range = "stretched by each picture's extremes over R, G, B; truncated",
          .model = ModelUse::kOptional};
}

StatusOr<std::unique_ptr<FusionMethod>> MakeSeAFusion(const MethodOptions& options) try {
  SEAFUSION_ASSIGN_OR_RETURN(Fuser fuser, Fuser::Create({.threads = options.threads,
                                                         .precision = options.precision,
                                                         .cpu_target = options.cpu_target,
                                                         .tile = options.tile,
                                                         .weights = options.weights}));
  return std::unique_ptr<FusionMethod>(std::make_unique<SeAFusion>(std::move(fuser)));
} catch (const std::bad_alloc&) {
  return OutOfMemory("for the network");
}

}  // namespace seafusion::methods
