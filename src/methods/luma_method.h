// What the methods that fuse brightness in double precision share: reading, colour, writing.
#ifndef SEAFUSION_METHODS_LUMA_METHOD_H_
#define SEAFUSION_METHODS_LUMA_METHOD_H_

#include <memory>

#include "core/cpu/thread_pool.h"
#include "methods/fusion_method.h"
#include "methods/luma_plane.h"

namespace seafusion::methods {

/// How every such method treats colour, for MethodInfo::colour.
inline constexpr std::string_view kLumaColour =
    "fuses brightness; the visible picture's colour is added, as in SeAFusion";
/// For MethodInfo::published_range.
inline constexpr std::string_view kClippedAndRounded = "clipped and rounded";

/// Reads the infrared samples and the visible picture's luma (not rounded to 8 bits), has them
/// fused and puts the visible colour back. OutputRange::kReference is kNone here: the published
/// code of these methods clips and rounds.
class LumaMethod : public FusionMethod {
 public:
  std::string engine_name() const override;

 protected:
  Status FuseComplete(const ImageView& ir, const ImageView& vi, const MutableImageView& out,
                      const FuseSettings& settings, const TraceLine& trace) const override;
  explicit LumaMethod(std::unique_ptr<ThreadPool> pool) : pool_(std::move(pool)) {}

  /// Two planes of one size, at least 1 x 1, finite and in 0..255; the result is clipped later.
  /// std::bad_alloc may leave it.
  virtual StatusOr<LumaPlane> FuseLuma(const LumaPlane& ir, const LumaPlane& vi,
                                       const TraceLine& trace) const = 0;

  ThreadPool& pool() const { return *pool_; }

 private:
  std::unique_ptr<ThreadPool> pool_;
};

}  // namespace seafusion::methods

#endif  // SEAFUSION_METHODS_LUMA_METHOD_H_
