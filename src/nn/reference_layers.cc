#include "nn/reference_layers.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace seafusion::nn {

std::size_t FeatureMap::SizeInFloats(const Rect& region, int channels) {
  return static_cast<std::size_t>(region.width() + 2 * kFrame) * (region.height() + 2 * kFrame) *
         channels;
}

FeatureMap::FeatureMap(float* memory, const Rect& region, int channels)
    : data_(memory),
      region_(region),
      channels_(channels),
      stride_(region.width() + 2 * kFrame),
      plane_(stride_ * (region.height() + 2 * kFrame)) {
  FillFrame(model::Border::kZero);
}

void FeatureMap::FillFrame(model::Border border) {
  // The sample that stands for the one at `v`, or -1.
  const auto inside = [border](int v, int begin, int end) {
    if (border == model::Border::kZero) return -1;
    const int reflected = v < begin ? 2 * begin - v : 2 * (end - 1) - v;
    return std::clamp(border == model::Border::kReflect ? reflected : v, begin, end - 1);
  };
  const Rect& r = region_;
  for (int c = 0; c < channels_; ++c) {
    for (int y = r.y0; y < r.y1; ++y) {
      float* row = Row(c, y);
      for (int i = 1; i <= kFrame; ++i) {
        for (const int x : {r.x0 - i, r.x1 - 1 + i}) {
          const int from = inside(x, r.x0, r.x1);
          row[x] = from < 0 ? 0.0f : row[from];
        }
      }
    }
    for (int i = 1; i <= kFrame; ++i) {
      for (const int y : {r.y0 - i, r.y1 - 1 + i}) {
        float* row = Row(c, y) + r.x0 - kFrame;
        const int from = inside(y, r.y0, r.y1);
        if (from < 0) {
          std::fill_n(row, stride_, 0.0f);
        } else {
          std::copy_n(Row(c, from) + r.x0 - kFrame, stride_, row);
        }
      }
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
    case model::Activation::kClamp01:
      return std::min(std::max(v, 0.0f), 1.0f);
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
  if (kernel == 5) {
    for (int x = x0; x < x1; ++x) {
      float v = 0.0f;
      for (int i = 0; i < 5; ++i) v += taps[i] * in[x - 2 + i];
      sum[x - x0] += v;
    }
    return;
  }
  const float w0 = taps[0], w1 = taps[1], w2 = taps[2];
  for (int x = x0; x < x1; ++x) {
    sum[x - x0] += w0 * in[x - 1] + w1 * in[x] + w2 * in[x + 1];
  }
}

}  // namespace

void Convolve(std::span<const FeatureMap* const> inputs, std::span<const FeatureMap* const> add,
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
      for (const FeatureMap* map : add) {
        const float* add_row = map->Row(o, y);
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

void SpaceToDepth(std::span<const FeatureMap* const> inputs, int width, int height,
                  FeatureMap& out) {
  const Rect& r = out.region();
  int channel = 0;
  for (const FeatureMap* in : inputs) {
    for (int c = 0; c < in->channels(); ++c) {
      for (int phase = 0; phase < 4; ++phase, ++channel) {
        const int dy = phase / 2, dx = phase % 2;
        for (int y = r.y0; y < r.y1; ++y) {
          const float* in_row = in->Row(c, std::min(2 * y + dy, height - 1));
          float* out_row = out.Row(channel, y);
          for (int x = r.x0; x < r.x1; ++x) out_row[x] = in_row[std::min(2 * x + dx, width - 1)];
        }
      }
    }
  }
}

void DepthToSpace(const FeatureMap& in, FeatureMap& out) {
  const Rect& r = out.region();
  for (int c = 0; c < out.channels(); ++c) {
    for (int y = r.y0; y < r.y1; ++y) {
      const float* rows[] = {in.Row(4 * c + y % 2 * 2, y / 2),
                             in.Row(4 * c + y % 2 * 2 + 1, y / 2)};
      float* out_row = out.Row(c, y);
      for (int x = r.x0; x < r.x1; ++x) out_row[x] = rows[x % 2][x / 2];
    }
  }
}

void Sum(std::span<const FeatureMap* const> inputs, const model::Node& node, FeatureMap& out) {
  const Rect& r = out.region();
  for (int c = 0; c < out.channels(); ++c) {
    for (int y = r.y0; y < r.y1; ++y) {
      for (int x = r.x0; x < r.x1; ++x) {
        float v = 0.0f;
        for (const FeatureMap* in : inputs) v += in->Row(c, y)[x];
        out.Row(c, y)[x] = Activate(v, node.activation, node.slope);
      }
    }
  }
}

void Maximum(std::span<const FeatureMap* const> inputs, const model::Node& node, FeatureMap& out) {
  const Rect& r = out.region();
  for (int c = 0; c < out.channels(); ++c) {
    for (int y = r.y0; y < r.y1; ++y) {
      float* out_row = out.Row(c, y);
      for (int x = r.x0; x < r.x1; ++x) {
        float v = inputs[0]->Row(c, y)[x];
        for (const FeatureMap* in : inputs.subspan(1)) v = std::max(v, in->Row(c, y)[x]);
        out_row[x] = Activate(v, node.activation, node.slope);
      }
    }
  }
}

void Blend(const FeatureMap& maps, const FeatureMap& infrared, const FeatureMap& visible,
           const model::Node& node, FeatureMap& out) {
  const Rect& r = out.region();
  for (int y = r.y0; y < r.y1; ++y) {
    const float *a = maps.Row(0, y), *b = maps.Row(1, y), *rest = maps.Row(2, y);
    const float *inf = infrared.Row(0, y), *vis = visible.Row(0, y);
    float* out_row = out.Row(0, y);
    for (int x = r.x0; x < r.x1; ++x) {
      const float v = (a[x] + 0.5f) * inf[x] + (b[x] + 0.5f) * vis[x] + rest[x];
      out_row[x] = Activate(v, node.activation, node.slope);
    }
  }
}

void AveragePool(const FeatureMap& in, int factor, int width, int height, const Rect& region,
                 FeatureMap& out) {
  for (int c = 0; c < out.channels(); ++c) {
    for (int y = region.y0; y < region.y1; ++y) {
      const int y0 = y * factor, y1 = std::min(y0 + factor, height);
      for (int x = region.x0; x < region.x1; ++x) {
        const int x0 = x * factor, x1 = std::min(x0 + factor, width);
        float sum = 0.0f;
        for (int v = y0; v < y1; ++v) {
          const float* row = in.Row(c, v);
          for (int u = x0; u < x1; ++u) sum += row[u];
        }
        out.Row(c, y)[x] = sum / static_cast<float>((y1 - y0) * (x1 - x0));
      }
    }
  }
}

namespace {

// Where a sample of an enlarged side lies between two of the `length` it is made from.
struct Between {
  int low, high;
  float share;  // of `high`
};

Between FindBetween(int at, int factor, int length) {
  const float position =
      std::max((static_cast<float>(at) + 0.5f) / static_cast<float>(factor) - 0.5f, 0.0f);
  const int low = std::min(static_cast<int>(position), length - 1);
  return {low, std::min(low + 1, length - 1), position - static_cast<float>(low)};
}

}  // namespace

void EnlargeBilinear(const FeatureMap& in, int factor, FeatureMap& out) {
  const Rect& r = out.region();
  std::vector<Between> columns;
  for (int x = r.x0; x < r.x1; ++x) columns.push_back(FindBetween(x, factor, in.region().x1));
  for (int c = 0; c < out.channels(); ++c) {
    for (int y = r.y0; y < r.y1; ++y) {
      const Between row = FindBetween(y, factor, in.region().y1);
      const float *low = in.Row(c, row.low), *high = in.Row(c, row.high);
      float* out_row = out.Row(c, y);
      for (int x = r.x0; x < r.x1; ++x) {
        const Between& column = columns[static_cast<std::size_t>(x - r.x0)];
        const auto along = [&](const float* v) {
          return (1.0f - column.share) * v[column.low] + column.share * v[column.high];
        };
        out_row[x] = (1.0f - row.share) * along(low) + row.share * along(high);
      }
    }
  }
}

}  // namespace seafusion::nn
