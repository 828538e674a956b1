// One interface for SeAFusion and the methods it is compared with.
#ifndef SEAFUSION_METHODS_FUSION_METHOD_H_
#define SEAFUSION_METHODS_FUSION_METHOD_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include <seafusion/fuser.h>
#include <seafusion/image.h>
#include <seafusion/status.h>

namespace seafusion::methods {

/// What a method wants in MethodOptions::weights.
enum class ModelUse : std::uint8_t {
  kNone,      ///< Nothing.
  kOptional,  ///< Has its own; a file replaces them.
  kRequired,
};

/// What is known of a method without running it. The texts are static.
struct MethodInfo {
  std::string_view name;      ///< As the command takes it: "mst-sr".
  std::string_view title;     ///< As tables show it: "MST-SR".
  std::string_view summary;   ///< A few words for a list.
  std::string_view citation;  ///< Authors, journal, year; empty for the trivial ones.
  std::string_view training;  ///< What it is trained on: "nothing".
  std::string_view colour;    ///< What it fuses, and where the colour comes from.
  /// How its authors' code turns the result into samples, which OutputRange::kReference asks for.
  std::string_view published_range;
  ModelUse model = ModelUse::kNone;
  /// Created by the registry of methods/learned only.
  bool runs_on_libtorch = false;
  /// Some milliseconds for a picture of 640x480 on one core: fast enough for cameras.
  bool real_time = false;
};

/// Called with one line of text for each step of a method that iterates, by the thread that called
/// Fuse.
using TraceLine = std::function<void(const std::string&)>;

struct MethodOptions {
  /// Threads that share one picture, the caller's included; 0: as many as there are processors. The
  /// result never depends on it.
  int threads = 0;
  /// The bytes of a safetensors file, read during creation only; empty: none given.
  std::span<const std::uint8_t> weights;
  Precision precision = Precision::kAuto;  ///< SeAFusion only.
  std::string cpu_target;                  ///< SeAFusion only.
  int tile = 0;                            ///< SeAFusion only.
};

/// Fuses pictures by one method. Immutable after creation: Fuse may be called by any number of
/// threads at once; calls share the method's threads.
class FusionMethod {
 public:
  virtual ~FusionMethod() = default;

  virtual const MethodInfo& info() const = 0;

  /// What does the arithmetic, as "winograd int16 avx512vnni".
  virtual std::string engine_name() const = 0;

  /// Pictures, colour, errors and overlap as Fuser::Fuse. `settings.output_range`: kReference is
  /// the range of the published code (MethodInfo::published_range), kNone clips to 0..1. `trace`,
  /// if given, hears of each step. On failure `out` may hold part of the result.
  Status Fuse(const ImageView& ir, const ImageView& vi, const MutableImageView& out,
              const FuseSettings& settings, const TraceLine& trace) const;
  Status Fuse(const ImageView& ir, const ImageView& vi, const MutableImageView& out,
              const FuseSettings& settings = {}) const {
    return Fuse(ir, vi, out, settings, {});
  }

 protected:
  /// The same; every sample of `ir` shows something, and the gain is linear.
  virtual Status FuseComplete(const ImageView& ir, const ImageView& vi, const MutableImageView& out,
                              const FuseSettings& settings, const TraceLine& trace) const = 0;
};

}  // namespace seafusion::methods

#endif  // SEAFUSION_METHODS_FUSION_METHOD_H_
