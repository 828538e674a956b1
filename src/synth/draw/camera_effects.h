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

/// The thermal camera: softer optics, fixed-pattern noise, vignetting. 8UC1.
cv::Mat DevelopInfrared(const Canvas& canvas, SeededNoise& noise);

}  // namespace seafusion::synth

#endif  // SEAFUSION_SYNTH_DRAW_CAMERA_EFFECTS_H_
