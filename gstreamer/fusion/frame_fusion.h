// Frames of two cameras into one, without anything of pipelines: the network, the rig, the steady
// range of the infrared.
#ifndef SEAFUSION_GSTREAMER_FUSION_FRAME_FUSION_H_
#define SEAFUSION_GSTREAMER_FUSION_FRAME_FUSION_H_

#include <optional>
#include <string>

#include <gst/video/video.h>
#include <seafusion/fuser.h>
#include <seafusion/status.h>

#include "align/rig/rig.h"
#include "align/warp/warper.h"
#include "core/memory/image_buffer.h"
#include "fuse/agc/steady_output.h"
#include "fuse/agc/steady_range.h"

namespace seafusion::gst {

struct FusionOptions {
  std::string model;  ///< As LoadFuser takes it.
  FuserOptions engine;
  std::string rig;  ///< A file; empty: the two views are the same.
};

/// One stream's. Not thread-safe.
class FrameFusion {
 public:
  /// Errors: those of LoadFuser and align::ReadRig; kUnsupported for a rig whose visible camera is
  /// cropped, flipped or turned.
  static StatusOr<FrameFusion> Create(const FusionOptions& options);

  /// Whether frames of these sizes can be fused: equal ones, or those of the rig. `infrared` may be
  /// null: not known yet. Fails with kInvalidArgument, naming sizes and what to do.
  Status CheckSizes(const GstVideoInfo* infrared, const GstVideoInfo& visible) const;

  /// The size that infrared and visible frames must have; nothing where any will do.
  std::optional<align::RigCamera> infrared_camera() const;
  std::optional<align::RigCamera> visible_camera() const;

  /// The range of infrared samples from the next frame on.
  void SetRange(const InfraredRange& range);

  /// Fuses two mapped frames into a third one, mapped for writing: of the visible frame's size; of
  /// its format or GRAY8 or GRAY16_LE. `time`: seconds into the stream, for ranges that follow it.
  Status Fuse(const GstVideoFrame& infrared, const GstVideoFrame& visible, double time,
              GstVideoFrame& out);
  /// The visible frame alone, likewise.
  Status Show(const GstVideoFrame& visible, GstVideoFrame& out);

  /// Of the last frame that was fused, or of 8-bit frames.
  std::string engine_name() const;

 private:
  FrameFusion(FusionOptions options, Fuser fuser, std::optional<align::Rig> rig);

  /// The fuser for results of so many bits a sample; made when it is first asked for.
  StatusOr<const Fuser*> FuserFor(int bits);

  /// The infrared frame as the rig's canvas has it.
  StatusOr<ImageView> Warped(const ImageView& infrared);

  FusionOptions options_;
  Fuser fuser_;                 // with the precision that was asked for
  std::optional<Fuser> exact_;  // with that of more bits, where it is another
  bool exactly_ = false;        // which of them fused last
  std::optional<align::Rig> rig_;
  std::optional<align::Warper> warper_;
  InfraredRange range_;
  SteadyRange steady_;
  SteadyOutput output_;
  LumaRange steady_luma_ = LumaRange::kFull;  // of the infrared frames that steady_ is for
  ImageBuffer luma_, warped_;                 // kept from frame to frame
};

}  // namespace seafusion::gst

#endif  // SEAFUSION_GSTREAMER_FUSION_FRAME_FUSION_H_
