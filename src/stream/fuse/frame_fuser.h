// Pair after pair of one stream: ranges and gains that follow it.
#ifndef SEAFUSION_STREAM_FUSE_FRAME_FUSER_H_
#define SEAFUSION_STREAM_FUSE_FRAME_FUSER_H_

#include <cstdint>

#include <seafusion/fuser.h>

#include "align/warp/warper.h"
#include "core/memory/image_buffer.h"
#include "fuse/agc/gain_control.h"
#include "fuse/agc/steady_output.h"
#include "fuse/agc/steady_range.h"

namespace seafusion::stream {

struct FrameSettings {
  FuseSettings settings;
  /// Time constant in seconds of ranges that depend on the picture, infrared and gentle ones; 0:
  /// each on its own.
  double range_smoothing = 1.0;
  bool gray = false;  ///< The fused brightness alone.
  int bits = 8;       ///< Of the samples of fused frames: 8 or 16.
};

/// Not thread-safe: of one stream, in the order of its times.
class FrameFuser {
 public:
  explicit FrameFuser(const FrameSettings& settings);

  /// The fused frame: gray where the visible one is or the settings say so, else rgb. `infrared`
  /// null: none belongs to the visible frame, which passes as it is. `time`: microseconds into the
  /// stream. `levels`, where given, becomes the infrared frame in 8 bits, as it is fused.
  /// `placed_by`, where given, brought both frames onto its canvas: what only one camera sees is
  /// shown as it saw it. Errors: those of Fuser::Fuse and align::ShowWhatOneSees,
  /// kResourceExhausted.
  StatusOr<ImageBuffer> Fuse(const Fuser& fuser, const ImageBuffer* infrared,
                             const ImageView& visible, std::int64_t time,
                             ImageBuffer* levels = nullptr,
                             const align::Warper* placed_by = nullptr);

  /// How gray visible frames and the fused ones of these hold brightness, from the next frame on;
  /// full at first.
  void set_luma(LumaRange luma) { luma_ = luma; }

  /// The infrared frame alone, as it would be fused but for its gain, in the format of the frame
  /// before (rgb if there was none): for a visible source that is away.
  StatusOr<ImageBuffer> ShowInfrared(const ImageBuffer& infrared, std::int64_t time);

  /// The range of the last frame; of one that depends on the picture, the numbers it was then.
  const InfraredRange& range_in_use() const { return range_in_use_; }

  /// Spent so far in Fuser::Fuse and the gain before it.
  double fusing_seconds() const { return fusing_seconds_; }

 private:
  Status FuseWithGain(const Fuser& fuser, const ImageBuffer& infrared, const ImageView& visible,
                      const MutableImageView& out, const FuseSettings& settings, std::int64_t time,
                      ImageBuffer* levels, const align::Warper* placed_by);

  FrameSettings settings_;
  PixelFormat format_;
  LumaRange luma_ = LumaRange::kFull;
  SteadyRange range_;
  GainControl gain_;
  SteadyOutput output_;
  InfraredRange range_in_use_;
  double fusing_seconds_ = 0;
};

}  // namespace seafusion::stream

#endif  // SEAFUSION_STREAM_FUSE_FRAME_FUSER_H_
