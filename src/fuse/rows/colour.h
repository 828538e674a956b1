// The colour space of the SeAFusion public code: floating-point YCrCb on 0..1 with rounded
// constants. Forward and inverse are not exact inverses; both are kept literally so that published
// pictures are reproduced.
#ifndef SEAFUSION_FUSE_ROWS_COLOUR_H_
#define SEAFUSION_FUSE_ROWS_COLOUR_H_

#include <algorithm>

namespace seafusion {

struct Rgb {
  float r, g, b;
};
struct Chroma {
  float cr, cb;
};

inline float Clamp01(float v) {
  return std::clamp(v, 0.0f, 1.0f);
}

inline float LumaOf(const Rgb& c) {
  return Clamp01(0.299f * c.r + 0.587f * c.g + 0.114f * c.b);
}

inline Chroma ChromaOf(const Rgb& c, float luma) {
  return {Clamp01((c.r - luma) * 0.713f + 0.5f), Clamp01((c.b - luma) * 0.564f + 0.5f)};
}

/// Each channel clamped to 0..1.
inline Rgb RgbOf(float luma, const Chroma& c) {
  const float cr = c.cr - 0.5f, cb = c.cb - 0.5f;
  return {Clamp01(luma + 1.403f * cr), Clamp01(luma - 0.714f * cr - 0.344f * cb),
          Clamp01(luma + 1.773f * cb)};
}

}  // namespace seafusion

#endif  // SEAFUSION_FUSE_ROWS_COLOUR_H_
