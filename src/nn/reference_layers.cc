#include "nn/reference_layers.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace seafusion::nn {

std::size_t FeatureMap::SizeInFloats(const Rect& region, int channels) {
  return static_cast<std::size_t>(region.width() + 2) * (region.height() + 2) * channels;
}

FeatureMap::FeatureMap(float* memory, const Rect& region, int channels)
    : data_(memory),
      region_(region),
      channels_(channels),
      stride_(region.width() + 2),
      plane_(stride_ * (region.height() + 2)) {
  for (int c = 0; c < channels; ++c) {
    float* plane = data_ + c * plane_;
    std::fill_n(plane, stride_, 0.0f);
    std::fill_n(plane + plane_ - stride_, stride_, 0.0f);
    for (int y = 1; y <= region.height(); ++y) {
      plane[y * stride_] = 0.0f;
      plane[y * stride_ + stride_ - 1] = 0.0f;
    }
  }
}

float Activate(float v, model::Activation activation, float slope) {
  switch (activation) {
    case model::Activation::kNone:
      return v;
    case model::Activation::kLeakyRelu:
      return v > 0.0f ? v : slope * v;
    case model::Activation::kTanh01:
      return std::tanh(v) / 2.0f + 0.5f;
  }
  return v;
}

namespace {

// sum[x] += the k taps of one kernel row. The order of additions per pixel is fixed, so that a
// pixel's value does not depend on the tile.
void AccumulateRow(const float* in, const float* taps, int kernel, int x0, int x1, float* sum) {
  if (kernel == 1) {
    const float w = taps[0];
    for (int x = x0; x < x1; ++x) sum[x - x0] += w * in[x];
    return;
  }
  const float w0 = taps[0], w1 = taps[1], w2 = taps[2];
  for (int x = x0; x < x1; ++x) {
    sum[x - x0] += w0 * in[x - 1] + w1 * in[x] + w2 * in[x + 1];
  }
}

}  // namespace

void Convolve(std::span<const FeatureMap* const> inputs, const FeatureMap* add,
              std::span<const float> weight, std::span<const float> bias, const model::Node& node,
              FeatureMap& out) {
  const Rect& r = out.region();
  const int radius = node.kernel / 2;
  std::vector<float> sum(static_cast<std::size_t>(r.width()));
  for (int o = 0; o < out.channels(); ++o) {
    for (int y = r.y0; y < r.y1; ++y) {
      std::fill(sum.begin(), sum.end(), bias[o]);
      const float* taps =
          weight.data() + static_cast<std::ptrdiff_t>(weight.size()) / out.channels() * o;
      for (const FeatureMap* in : inputs) {
        for (int c = 0; c < in->channels(); ++c) {
          for (int dy = -radius; dy <= radius; ++dy, taps += node.kernel) {
            AccumulateRow(in->Row(c, y + dy), taps, node.kernel, r.x0, r.x1, sum.data());
          }
        }
      }
      float* out_row = out.Row(o, y);
      if (add != nullptr) {
        const float* add_row = add->Row(o, y);
        for (int x = r.x0; x < r.x1; ++x) sum[x - r.x0] += add_row[x];
      }
      for (int x = r.x0; x < r.x1; ++x) {
        out_row[x] = Activate(sum[x - r.x0], node.activation, node.slope);
      }
    }
  }
}

void GradientMagnitude(const FeatureMap& in, std::span<const float> convx,
                       std::span<const float> convy, FeatureMap& out) {
  const Rect& r = out.region();
  for (int c = 0; c < out.channels(); ++c) {
    const float* kx = convx.data() + 9 * c;
    const float* ky = convy.data() + 9 * c;
    for (int y = r.y0; y < r.y1; ++y) {
      float* out_row = out.Row(c, y);
      for (int x = r.x0; x < r.x1; ++x) {
        float gx = 0.0f, gy = 0.0f;
        for (int dy = 0; dy < 3; ++dy) {
          const float* row = in.Row(c, y + dy - 1) + x - 1;
          for (int dx = 0; dx < 3; ++dx) {
            gx += kx[3 * dy + dx] * row[dx];
            gy += ky[3 * dy + dx] * row[dx];
          }
        }
        out_row[x] = std::fabs(gx) + std::fabs(gy);
      }
    }
  }
}

}  // namespace seafusion::nn
