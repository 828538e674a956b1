// Everything behind the objects: sky, houses, street.
#ifndef SEAFUSION_SYNTH_DRAW_BACKDROP_H_
#define SEAFUSION_SYNTH_DRAW_BACKDROP_H_

#include "core/seeded_noise.h"
#include "synth/draw/canvas.h"
#include "synth/draw/objects.h"

namespace seafusion::synth {

/// The street's cross-section in metres from the camera's axis.
struct Street {
  double left = -4.2, right = 4.2;  ///< Kerbs.
  double pavement = 3.2;            ///< Width of each pavement.
};

/// How far the street reaches; beyond it lies the horizon.
inline constexpr double kStreetEnd = 120.0;
/// Nearest ground that is painted; closer points lie below the picture.
inline constexpr double kStreetStart = 1.2;

void DrawSky(Canvas& canvas, const Camera& camera, const Ambience& ambience, SeededNoise& noise);
void DrawHouses(Canvas& canvas, const Camera& camera, const Street& street,
                const Ambience& ambience, SeededNoise& noise);
/// Carriageway, pavements, markings and kerb curves.
void DrawStreet(Canvas& canvas, const Camera& camera, const Street& street,
                const Ambience& ambience, SeededNoise& noise);

}  // namespace seafusion::synth

#endif  // SEAFUSION_SYNTH_DRAW_BACKDROP_H_
