// Finds how two cameras map onto each other from what they see, without training, markers or
// calibration.
#ifndef SEAFUSION_ALIGN_REGISTRATION_H_
#define SEAFUSION_ALIGN_REGISTRATION_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include <seafusion/image.h>
#include <seafusion/status.h>

#include "align/geometry/homography.h"
#include "core/run_monitor.h"

namespace seafusion::align {

/// From the stiffest to the freest.
enum class TransformModel : std::uint8_t {
  kIdentity,        ///< The pictures lie on each other already.
  kSimilarity,      ///< Shift, rotation, one scale.
  kHomography,      ///< What a flat or far scene does to two pinhole cameras.
  kHomographyLens,  ///< And a radial lens term.
};

/// "identity", "similarity", "homography", "homography+lens".
std::string_view TransformModelName(TransformModel model);
std::optional<TransformModel> TransformModelNamed(std::string_view name);

/// Width of the visible camera's field of view over the infrared camera's.
struct FieldRatio {
  double least = 0, most = 0;
};

struct RegistrationOptions {
  /// Threads, the caller's included; 0: as many as there are processors. The result never depends
  /// on it.
  int threads = 0;
  /// Of the random search. Another seed gives a slightly different result.
  std::uint64_t seed = 1;
  /// The freest map that may come out; a stiffer one does where the pictures do not ask for more.
  /// kHomographyLens needs kLeastLensFrames frames.
  TransformModel model = TransformModel::kHomography;
  /// Nothing: 0.78 to 1.28 where both pictures have about one size, else 0.85 to 2.6. A narrower
  /// range is faster and safer. Each in 0.1..10.
  std::optional<FieldRatio> field_ratio;
};

enum class Verdict : std::uint8_t { kOk, kUnsure, kRefuse };
/// "ok", "unsure", "refused".
std::string_view VerdictName(Verdict verdict);

/// What the verdict rests on.
struct Evidence {
  double score = 0;        ///< Mean correlation of the blocks where the map puts them, 0..1.
  double peak = 0;         ///< Height of the joint peak over what is around it, in deviations.
  double margin = 0;       ///< The joint peak less the highest elsewhere.
  double inliers = 0;      ///< Share of the blocks with structure whose own peak is there, 0..1.
  double coverage = 0;     ///< Share of 12 picture fields in which a quarter of the blocks agrees.
  double runner_up = 0;    ///< Score of the best different map over this one's, coarse level, 0..1.
  double half_spread = 0;  ///< Between fits to one and the other half of the blocks, infrared px.
  double half_shift = 0;   ///< Largest move of such a fit, infrared px.
  double t_similarity = 0;  ///< Student's t by which the free map beats a similarity,
  double t_identity = 0;    ///< the identity (0 where that is out of the question),
  double t_lens = 0;        ///< and by which the lens term beats none.
  double move_px = 0;       ///< Mean move of the free map from the identity; pictures of one size.
};

struct Registration {
  TransformModel model = TransformModel::kHomography;
  CameraMap map;  ///< Between the pixels of the pictures as they were given.
  int frames = 0;
  int infrared_width = 0, infrared_height = 0, visible_width = 0, visible_height = 0;
  Verdict verdict = Verdict::kRefuse;
  double confidence = 0;         ///< Probability that the mean error of the corners is under 2 %.
  double expected_error_px = 0;  ///< Median error of the corners among maps like this, infrared px.
  /// Pictures of one size only: moves smaller than this are not told from none, infrared px.
  double identity_zone_px = 0;
  Evidence evidence;
};

/// Collects what a pair of cameras saw at one or several moments and finds the map between them.
///
/// Method: structure features blind to contrast reversal; an exhaustive search over scale, rotation
/// and shift by FFT; correlation surfaces of blocks, added over frames before any peak is taken;
/// one objective over the corners' shifts, maximised by the cross-entropy method and by
/// Levenberg-Marquardt, from coarse to fine; nested models; evidence from halves of the blocks.
///
/// Memory: at most 12 MB a frame. Time: about a second for a pair of 640x480 on one core; coarse
/// levels look at kCoarseFrames frames at most. Movable; one thread at a time.
class Registrar {
 public:
  static constexpr int kMostFrames = 64;
  static constexpr int kCoarseFrames = 8;
  static constexpr int kLeastLensFrames = 8;
  static constexpr int kLeastSide = 32;

  /// Errors: kInvalidArgument, kResourceExhausted (threads).
  static StatusOr<Registrar> Create(const RegistrationOptions& options = {});
  Registrar(Registrar&&) noexcept;
  Registrar& operator=(Registrar&&) noexcept;
  ~Registrar();

  /// Takes what it needs of the two pictures, in any formats; they may differ in size, but all
  /// frames must have the sizes of the first. Errors: kInvalidArgument (sizes, a side under
  /// kLeastSide), kResourceExhausted (kMostFrames are there already).
  Status Add(const ImageView& infrared, const ImageView& visible);
  int frames() const;

  /// The map that all frames together speak for. A map that is not to be trusted is a result with
  /// Verdict::kRefuse, not an error. Errors: kInvalidArgument (no frames, too few for a lens),
  /// kCancelled, kResourceExhausted.
  StatusOr<Registration> Estimate(const RunMonitor& monitor = {}) const;

 private:
  struct State;
  explicit Registrar(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace seafusion::align

#endif  // SEAFUSION_ALIGN_REGISTRATION_H_
