// The network's layers as plain loops over planes: slow, short, and the measure for every fast
// kernel.
#ifndef SEAFUSION_NN_REFERENCE_LAYERS_H_
#define SEAFUSION_NN_REFERENCE_LAYERS_H_

#include <cstddef>
#include <span>

#include "model/graph/graph.h"
#include "nn/plane.h"

namespace seafusion::nn {

/// Channel planes over a rectangle of a map, in the map's own samples (which are pixels at full
/// resolution), with two more samples on each side. That frame is zero wherever it lies outside the
/// picture (the network's zero padding); inside the picture nothing reads it.
class FeatureMap {
 public:
  /// Floats needed for `channels` planes over `region`.
  static std::size_t SizeInFloats(const Rect& region, int channels);

  /// Lays the map over `memory` (SizeInFloats) and zeroes the frame.
  FeatureMap(float* memory, const Rect& region, int channels);
  FeatureMap() = default;

  const Rect& region() const { return region_; }
  int channels() const { return channels_; }

  /// Samples of the frame on each side: what a kernel of 5x5 reads.
  static constexpr int kFrame = 2;

  /// Row `y` of channel `c`, indexable by x in [region.x0 - kFrame, region.x1 + kFrame).
  float* Row(int c, int y) { return data_ + Offset(c, y); }
  const float* Row(int c, int y) const { return data_ + Offset(c, y); }

  /// Makes the frame zeros, or what the border takes from the region.
  void FillFrame(model::Border border);

 private:
  std::ptrdiff_t Offset(int c, int y) const {
    return c * plane_ + (y - region_.y0 + kFrame) * stride_ - region_.x0 + kFrame;
  }
  float* data_ = nullptr;
  Rect region_;
  int channels_ = 0;
  std::ptrdiff_t stride_ = 0;
  std::ptrdiff_t plane_ = 0;
};

/// out = activation(conv(concat(inputs)) + bias + sum of `add`). `weight` is OIHW with a kernel of
/// 1, 3 or 5. Each input's region must hold out's region grown by kernel/2, as far as it is inside
/// the picture; its frame stands for what is outside.
void Convolve(std::span<const FeatureMap* const> inputs, std::span<const FeatureMap* const> add,
              std::span<const float> weight, std::span<const float> bias, const model::Node& node,
              FeatureMap& out);

/// out[c] = |in[c] * convx[c]| + |in[c] * convy[c]|, depthwise 3x3.
void GradientMagnitude(const FeatureMap& in, std::span<const float> convx,
                       std::span<const float> convy, FeatureMap& out);

/// model::Op::kSpaceToDepth by 2. `in` of a map of width x height samples.
void SpaceToDepth(std::span<const FeatureMap* const> inputs, int width, int height,
                  FeatureMap& out);

/// model::Op::kDepthToSpace by 2.
void DepthToSpace(const FeatureMap& in, FeatureMap& out);

/// activation(the sum of `inputs`), channel by channel.
void Sum(std::span<const FeatureMap* const> inputs, const model::Node& node, FeatureMap& out);

/// activation(the largest of `inputs`), channel by channel.
void Maximum(std::span<const FeatureMap* const> inputs, const model::Node& node, FeatureMap& out);

/// activation((a + 1/2) infrared + (b + 1/2) visible + r); `maps` holds a, b and r.
void Blend(const FeatureMap& maps, const FeatureMap& infrared, const FeatureMap& visible,
           const model::Node& node, FeatureMap& out);

/// model::Op::kAveragePool for `region` of `out`; `in` is of a map of width x height samples.
void AveragePool(const FeatureMap& in, int factor, int width, int height, const Rect& region,
                 FeatureMap& out);

/// model::Op::kEnlarge; `in` is a whole map.
void EnlargeBilinear(const FeatureMap& in, int factor, FeatureMap& out);

/// model::Activation of one value.
float Activate(float v, model::Activation activation, float slope);

}  // namespace seafusion::nn

#endif  // SEAFUSION_NN_REFERENCE_LAYERS_H_
