// Projective maps of the plane, and the radial lens term that goes with them.
//
// Coordinates everywhere in align: pixel centres at integers, x to the right, y down. Reducing a
// picture to the share s of its side therefore maps x to s x + (s - 1) / 2.
#ifndef SEAFUSION_ALIGN_GEOMETRY_HOMOGRAPHY_H_
#define SEAFUSION_ALIGN_GEOMETRY_HOMOGRAPHY_H_

#include <array>
#include <optional>

namespace seafusion::align {

struct Point {
  double x = 0, y = 0;
};

inline Point operator+(Point a, Point b) {
  return {a.x + b.x, a.y + b.y};
}
inline Point operator-(Point a, Point b) {
  return {a.x - b.x, a.y - b.y};
}
inline Point operator*(double s, Point a) {
  return {s * a.x, s * a.y};
}
double Distance(Point a, Point b);

/// Corners of a picture or a quadrangle: top left, top right, bottom right, bottom left.
using Quad = std::array<Point, 4>;

/// The centres of a picture's corner pixels.
Quad PictureCorners(int width, int height);

/// A 3x3 matrix over homogeneous pixel coordinates, row-major, defined up to scale; the identity by
/// default. Plain value, immutable through its members.
struct Homography {
  std::array<double, 9> m{1, 0, 0, 0, 1, 0, 0, 0, 1};

  /// A point on the map's horizon comes out as infinite or NaN.
  Point Apply(Point p) const {
    const double w = m[6] * p.x + m[7] * p.y + m[8];
    return {(m[0] * p.x + m[1] * p.y + m[2]) / w, (m[3] * p.x + m[4] * p.y + m[5]) / w};
  }
  /// Nothing where the determinant vanishes.
  std::optional<Homography> Inverse() const;
  /// The same map with a last element of 1 (where that is not 0).
  Homography Normalised() const;
  /// Side of the square that a unit square around `p` becomes: sqrt |det of the Jacobian|.
  double ScaleAt(Point p) const;
  /// True where all elements are finite and no point of the picture comes near the horizon: the
  /// homogeneous coordinate keeps its sign and at least a tenth of its largest value on it.
  bool TameOn(int width, int height) const;

  friend Homography operator*(const Homography& a, const Homography& b);
};

/// Pixel coordinates of a picture reduced to the shares sx and sy of its sides.
Homography ScalingOfPixels(double sx, double sy);

/// The map of an axis-parallel rectangle (its four corners) to a quadrangle, in closed form
/// (Heckbert 1989). Its elements are infinite where three corners of `to` lie on a line.
Homography RectangleToQuad(const Quad& rectangle, const Quad& to);

/// Where a radial lens term is centred, and its unit of length.
struct LensFrame {
  Point centre;
  double half_diagonal = 1;  ///< In pixels.

  /// Of a picture: its centre, and the way from there to the centre of a corner pixel.
  static LensFrame Of(int width, int height);
  /// The same frame in the pixels of a reduced picture.
  LensFrame Reduced(double share) const;
};

/// Radial distortion around a picture's centre c:
///   L(x) = c + (x - c) (1 + k1 q + k2 q^2),  q = |x - c|^2 / (half diagonal)^2.
/// Between two cameras it takes an infrared pixel to where it would lie if a homography were all
/// that is between them.
struct RadialLens {
  double k1 = 0, k2 = 0;

  bool empty() const { return k1 == 0 && k2 == 0; }
  Point Apply(Point x, const LensFrame& frame) const;
  /// By Newton's method on the radius; exact to 1e-9 px where the lens is Monotone().
  Point Invert(Point y, const LensFrame& frame) const;
  /// True where L's radius grows from the centre to 1.2 half diagonals, so that it can be inverted.
  bool Monotone() const;
};

/// What is known of the map between the cameras: infrared pixel x sees what the visible camera has
/// at map^-1(L(x)).
struct CameraMap {
  Homography map;  ///< Visible to infrared pixels.
  RadialLens lens;
};

/// Mean and largest distance between the images of a picture's four corners under two maps.
struct CornerDistance {
  double mean = 0, largest = 0;
};
CornerDistance DistanceOfCorners(const Homography& a, const Homography& b, int width, int height);

/// Mean way that the map moves the points of a picture, over a grid of 9x7.
double MeanMove(const Homography& map, int width, int height);

}  // namespace seafusion::align

#endif  // SEAFUSION_ALIGN_GEOMETRY_HOMOGRAPHY_H_
