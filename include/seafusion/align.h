// Brings pictures of two cameras that do not look alike onto each other, once found and used for
// every picture after. In a library of its own, libseafusion-align (CMake: the component `align` of
// the package seafusion, target seafusion::align); OpenCV is inside it and not seen here.
//
// Coordinates: pixel centres at integers, so that a picture reaches from -0.5 to width - 0.5; x to
// the right, y down. Maps say where one camera's picture shows what the other's shows at a pixel;
// both are meant as the cameras deliver them, before any crop, flip or rotation that a rig file
// asks for. docs/alignment.md says what accuracy to expect.
#ifndef SEAFUSION_ALIGN_H_
#define SEAFUSION_ALIGN_H_

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <seafusion/image.h>
#include <seafusion/status.h>

namespace seafusion {

struct PixelPoint {
  double x = 0, y = 0;
};

enum class Camera : std::uint8_t { kInfrared, kVisible };

/// How two cameras map onto each other. An immutable value; copies share their memory, and any
/// number of threads may use one.
class Rig {
 public:
  /// From a rig file or its text (docs/alignment.md), as `seafusion align` writes them. Messages
  /// name the file and the member. Errors: kNotFound, kIoError, kCorruptData, kUnsupported (a later
  /// version of the format).
  static StatusOr<Rig> Read(const std::string& path);
  static StatusOr<Rig> Parse(std::string_view text);
  /// From a homography over homogeneous pixel coordinates, row by row: the visible pixel x appears
  /// in the infrared picture at `visible_to_infrared` x. Errors: kInvalidArgument (a side that is
  /// not in 2..32766, a map that cannot be inverted on the pictures).
  static StatusOr<Rig> FromHomography(int infrared_width, int infrared_height, int visible_width,
                                      int visible_height,
                                      const std::array<double, 9>& visible_to_infrared);

  /// The text of the rig's file. Read back it is the same rig.
  std::string Text() const;
  /// Written whole or not at all; a file that exists is refused (kAlreadyExists) unless
  /// `overwrite`.
  Status Write(const std::string& path, bool overwrite = false) const;

  int width(Camera camera) const;  ///< Of the pictures that the camera delivers.
  int height(Camera camera) const;

  /// Where `from`'s other camera shows what `from` shows at `pixel`. May lie outside its picture;
  /// NaN where there is nothing, as beyond a lens' reach.
  PixelPoint Across(Camera from, PixelPoint pixel) const;

  /// The same rig set to what is `metres` away; 0: far away. Errors: kInvalidArgument where the rig
  /// knows nothing of parallax.
  StatusOr<Rig> AtDistance(double metres) const;

  /// Inside of the library.
  struct State;
  explicit Rig(std::shared_ptr<const State> state);
  const State& state() const { return *state_; }

 private:
  std::shared_ptr<const State> state_;
};

/// What both cameras saw at one moment.
struct CameraPair {
  ImageView infrared, visible;
};

/// The freest map that may be found, from the stiffest on.
enum class RigModel : std::uint8_t {
  kSimilarity,      ///< Shift, rotation, one scale.
  kHomography,      ///< What a flat or far scene does to two pinhole cameras.
  kHomographyLens,  ///< And radial distortion; needs 8 pairs.
};

struct EstimateOptions {
  /// Threads, the caller's included; 0: as many as there are processors. The result never depends
  /// on it.
  int threads = 0;
  RigModel model = RigModel::kHomography;
  /// Where it is known: between which numbers the width of the visible field of view over that of
  /// the infrared one lies, both in 0.1..10. 0 and 0: unknown, 0.85..2.6 is searched (0.78..1.28
  /// where the pictures have about one size).
  double least_field_ratio = 0, most_field_ratio = 0;
  std::uint64_t seed = 1;  ///< Of the random part of the search.
  /// True, set by any thread, ends the call soon, with kCancelled; null: none.
  const std::atomic<bool>* stop = nullptr;
};

enum class EstimateVerdict : std::uint8_t {
  kOk,       ///< Confidence of at least 0.7.
  kUnsure,   ///< At least 0.4: look at the result before it is used.
  kRefused,  ///< Less: the pictures do not say how they map onto each other.
};

struct RigEstimate {
  EstimateVerdict verdict = EstimateVerdict::kRefused;
  double confidence = 0;  ///< 0..1: probability that the corners are right to 2 % of the width.
  double expected_error_px = 0;  ///< Median error of the corners to be expected, infrared pixels.
  /// The pictures lie on each other already, as far as can be told: the map is the identity.
  bool registered = false;
  /// Nothing where the verdict is kRefused.
  std::optional<Rig> rig;
};

/// Finds the rig from 1 to 64 pairs of two cameras that are fixed to each other. Each picture of at
/// least 32 pixels a side, in any format; all infrared ones of one size, and all visible ones.
/// About a second for a pair of 640x480 on one core, 12 MB a pair. An estimate that is not to be
/// trusted is a result, not an error. Errors: kInvalidArgument, kResourceExhausted, kCancelled.
StatusOr<RigEstimate> Estimate(std::span<const CameraPair> pairs,
                               const EstimateOptions& options = {});

/// What both cameras' pictures are brought onto.
enum class RigCanvas : std::uint8_t {
  /// The largest upright rectangle that both cameras see, at the visible camera's pixels unless the
  /// infrared camera has more there. That camera's pixels are cut out, not interpolated.
  kOverlap,
  kVisible,   ///< The whole visible picture.
  kInfrared,  ///< The whole infrared picture.
};

/// Brings pictures onto one canvas, where they can be fused. Immutable after Create, which takes as
/// long as a few pictures: any number of threads may use one Warper at a time.
class Warper {
 public:
  /// Errors: kInvalidArgument (fields of view that share less than 16 pixels a side),
  /// kResourceExhausted.
  static StatusOr<Warper> Create(const Rig& rig, RigCanvas canvas = RigCanvas::kOverlap);
  Warper(Warper&&) noexcept;
  Warper& operator=(Warper&&) noexcept;
  ~Warper();

  int width() const;  ///< Of the canvas.
  int height() const;

  /// `picture`: as the camera delivers it, of the rig's size, in any format; `out`: of the canvas'
  /// size and the same format, not overlapping it. Area averaging where the camera has more pixels
  /// than the canvas, cubic interpolation where it has fewer; 16 bits stay 16 bits. Beyond the
  /// camera's field its edge is repeated. Errors: kInvalidArgument, kResourceExhausted,
  /// kUnsupported (kYuyv8 that would be interpolated).
  Status Warp(Camera camera, const ImageView& picture, const MutableImageView& out) const;
  /// The same for labels, gray8: the nearest pixel's value; `outside` beyond the camera's field.
  Status WarpLabels(Camera camera, const ImageView& labels, std::uint8_t outside,
                    const MutableImageView& out) const;

  /// True where the camera sees all of the canvas.
  bool Covers(Camera camera) const;
  /// Between a camera's pixels and the canvas'. NaN where there is nothing.
  PixelPoint ToCanvas(Camera camera, PixelPoint pixel) const;
  PixelPoint FromCanvas(Camera camera, PixelPoint canvas) const;

 private:
  struct State;
  explicit Warper(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace seafusion

#endif  // SEAFUSION_ALIGN_H_
