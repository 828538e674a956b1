// The entry point: fuse a registered infrared and visible picture into one.
#ifndef SEAFUSION_FUSER_H_
#define SEAFUSION_FUSER_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include <seafusion/image.h>
#include <seafusion/status.h>

namespace seafusion {

/// How infrared samples become the network's 0..1.
struct InfraredRange {
  enum class Kind : std::uint8_t {
    /// kFull for 8-bit and for floats within 0..1. For 16-bit (raw thermal counts) and other floats
    /// (temperatures) 0.5 % to 99.5 % of what shows the scene: without rows of telemetry, values
    /// that are not finite, and zeros that stand for no data; of a flat scene at least 16 times its
    /// noise, so that it stays flat.
    kAuto,
    kFull,        ///< 0..255 or 0..65535; float 0..1.
    kMinMax,      ///< Smallest to largest sample of the picture.
    kPercentile,  ///< From `percentile` to `upper_percentile`.
    kFixed,       ///< lo..hi in the samples' own unit.
  };
  Kind kind = Kind::kAuto;
  double percentile = 0.5;        ///< 0 <= percentile < 50, or < upper_percentile if that is given.
  double upper_percentile = 0.0;  ///< At most 100; 0: the mirror image, 1 means 1 % to 99 %.
  double lo = 0.0, hi = 1.0;
  bool invert = false;  ///< The coldest becomes white: for pictures of cameras set to black-hot.
};

/// How infrared samples within their range become brightness: the gain control of thermal cameras.
struct InfraredGain {
  enum class Kind : std::uint8_t {
    kLinear,   ///< Evenly.
    kPlateau,  ///< More contrast where the scene has more pixels: plateau equalisation.
    kClahe,    ///< The same in each part of the picture: contrast-limited adaptive equalisation.
  };
  Kind kind = Kind::kLinear;
  /// kPlateau: the most that one level of 4096 counts for, in percent of all pixels. Less is nearer
  /// to linear, 100 is histogram equalisation.
  double plateau = 0.1;
  /// kClahe: contrast at most this many times that of kLinear, where levels are all alike; 1 is
  /// linear.
  double clip_limit = 2.5;
};

/// How the fused 0..1 result becomes samples.
struct OutputRange {
  enum class Kind : std::uint8_t {
    kNone,       ///< Clamped to 0..1 and rounded.
    kImage,      ///< The picture's own minimum and maximum (over R, G and B together) stretched to
                 ///< 0..1; rounded.
    kReference,  ///< kImage, truncated: what the published SeAFusion pictures were saved with.
    kFixed,      ///< lo..hi stretched to 0..1, clamped, rounded.
    /// Contrast up to a quarter more where the fused brightness leaves black and white unused, but
    /// for 0.2 % of the pixels at the dark end and 0.1 % at the bright one; Cb and Cr stay.
    kGentle,
    kFixedLuma,  ///< lo..hi of the fused brightness stretched to 0..1; Cb and Cr stay.
  };
  Kind kind = Kind::kNone;
  double lo = 0.0, hi = 1.0;
};

/// How 8- and 16-bit gray samples, and the Y of kYuyv8, hold brightness.
enum class LumaRange : std::uint8_t {
  kFull,   ///< 0 is black, 255 (65535) white: pictures.
  kVideo,  ///< 16 is black, 235 white, with 16 bits 4096 and 60160: most video (ITU-R BT.601, 709).
};

/// Arithmetic of the network.
enum class Precision : std::uint8_t {
  /// The fastest on this machine that cannot be told from kFp32 by eye. SeAFusion: at most one
  /// level
  /// of 8 bits from it, kInt16 where the CPU has vectors for it and the weights hold its ranges,
  /// else kFp32; lite networks without ranges: kBf16 where the CPU is fast at it.
  kAuto,
  kFp32,   ///< 32-bit floats.
  kInt16,  ///< 16-bit integers in the products; needs weights with ranges (seafusion calibrate).
  kBf16,   ///< bfloat16 in the products. Up to a few levels off. SeAFusion: needs AVX512-BF16.
  kReference,  ///< 32-bit floats in plain loops: slow, what the others are measured against.
  kInt8,  ///< 8-bit integers in the products, of lite networks only; needs weights with ranges.
};

struct FuserOptions {
  /// Threads that share one picture, the caller's included; 0: as many as there are processors.
  int threads = 0;
  Precision precision = Precision::kAuto;
  /// Instruction set to use, for comparisons: "avx512amx", "avx512bf16", "avx512vnni", "avx512",
  /// "avx2", "sse4", "neon" or "scalar", as far as the machine has it; empty: its best. The same
  /// target and precision give the same pixels on every machine.
  std::string cpu_target;
  /// Side of the square tiles in pixels (an odd one becomes even where the network works at half
  /// resolution); 0: the engine's choice. The result never depends on it.
  int tile = 0;
  /// Weights as the bytes of a safetensors file; empty: the ones this library ships with. Read
  /// during Create only.
  std::span<const std::uint8_t> weights;
};

struct FuseSettings {
  InfraredRange infrared_range;
  OutputRange output_range;
  InfraredGain infrared_gain;
  /// True, set by any thread, ends the call after the tiles under way, with kCancelled; null: none.
  const std::atomic<bool>* stop = nullptr;
  /// Of a gray or kYuyv8 visible picture and of such a result. Infrared in video's range:
  /// InfraredRange kFixed 16..235.
  LumaRange visible_luma = LumaRange::kFull;
  LumaRange output_luma = LumaRange::kFull;
  /// Where given, becomes the range that kGentle means for this picture, whichever it was fused
  /// with (kFixedLuma; kNone where there is nothing to stretch): streams follow it slowly.
  OutputRange* gentle_range = nullptr;
};

/// Fuses pictures. Immutable after Create, so one Fuser serves any number of threads at once; calls
/// share its threads. Source of the method: Tang, Yuan, Ma, Information Fusion 82 (2022).
class Fuser {
 public:
  /// Fails with kInvalidArgument (an option out of range, weights of another network), kUnsupported
  /// (a precision this CPU or network lacks), kNotFound (kInt16 or kInt8, and weights without
  /// ranges), kCorruptData (weights that break the format) or kResourceExhausted.
  static StatusOr<Fuser> Create(const FuserOptions& options = {});

  Fuser(Fuser&&) noexcept;
  Fuser& operator=(Fuser&&) noexcept;
  ~Fuser();

  /// `ir`: gray8, gray16 or float, or colour whose luma is taken. `vi`: any format. `out`: the same
  /// size; gray for the fused luma alone, rgb, bgr or rgba for the fused luma with the visible
  /// picture's Cb and Cr. A gray `vi` may go to a colour `out` (three equal channels). 8 and 16
  /// bits may be mixed freely, floats with both (result 0..1). kYuyv8 keeps the chroma of a `vi` in
  /// the same format and takes no other; it goes to gray, too. Planar video (I420, NV12): fuse the
  /// Y plane as gray8, with the settings' luma ranges, and copy the others. `out` must not overlap
  /// the inputs. Scratch memory: a few megabytes a thread; with OutputRange kImage, kReference and
  /// kGentle 4 bytes a pixel more, up to 64 MiB: larger pictures pass the network twice. Where `ir`
  /// shows nothing (gray floats that are not finite; zeros of 16 bits far below all other values,
  /// as in warped pictures) `out` is `vi`, in `out`'s own samples; `vi` must be finite. On failure
  /// `out` may hold part of the result. Errors: kInvalidArgument, kResourceExhausted, kCancelled
  /// (FuseSettings::stop).
  Status Fuse(const ImageView& ir, const ImageView& vi, const MutableImageView& out,
              const FuseSettings& settings = {}) const;

  /// Name of the engine in use, as "winograd int16 avx512vnni" or "reference".
  std::string engine_name() const;

 private:
  struct State;
  explicit Fuser(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace seafusion

#endif  // SEAFUSION_FUSER_H_
