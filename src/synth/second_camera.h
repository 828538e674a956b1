// The thermal camera that stands beside the visible one.
#ifndef SEAFUSION_SYNTH_SECOND_CAMERA_H_
#define SEAFUSION_SYNTH_SECOND_CAMERA_H_

#include <string>

#include <opencv2/core.hpp>

#include <seafusion/status.h>

#include "align/rig/rig.h"
#include "synth/draw/canvas.h"
#include "synth/render.h"

namespace seafusion::synth {

/// kInvalidArgument unless both sides are in 64..4096; `what` begins the message.
Status CheckSides(const std::string& what, int width, int height);

/// The visible camera of all scenes of a seed that have an infrared camera.
Camera VisibleCamera(const SceneOptions& options);

/// What falls on the infrared camera's sensor, from a canvas that was painted from where it stands,
/// but looking straight ahead as the visible camera does. 32FC1 of its size.
cv::Mat HeatThroughLens(const Canvas& canvas, const SceneOptions& options, const align::Rig& rig);

}  // namespace seafusion::synth

#endif  // SEAFUSION_SYNTH_SECOND_CAMERA_H_
