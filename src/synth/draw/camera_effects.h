// From painted sheets to what two cameras see.
#ifndef SEAFUSION_SYNTH_DRAW_CAMERA_EFFECTS_H_
#define SEAFUSION_SYNTH_DRAW_CAMERA_EFFECTS_H_

#include <opencv2/core.hpp>

#include "core/seeded_noise.h"
#include "synth/draw/canvas.h"
#include "synth/draw/objects.h"

namespace seafusion::synth {

/// The visible camera: light on surfaces plus lights, glare, exposure, sensor noise. 8UC3 RGB.
cv::Mat DevelopVisible(const Canvas& canvas, const Ambience& ambience, SeededNoise& noise);

/// What falls on the sensor of a thermal camera that sees all of the canvas. 32FC1.
cv::Mat HeatSeen(const Canvas& canvas);

/// The thermal camera: softer optics, fixed-pattern noise, vignetting. 32FC1 to 8UC1.
cv::Mat DevelopInfrared(const cv::Mat& heat, SeededNoise& noise);

}  // namespace seafusion::synth

#endif  // SEAFUSION_SYNTH_DRAW_CAMERA_EFFECTS_H_
