#include "fuse/agc/gain_control.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string>
#include <utility>

#include "core/status_macros.h"
#include "fuse/agc/share_followed.h"
#include "fuse/range/infrared_range.h"
#include "fuse/rows/tile_reader.h"

namespace seafusion {
namespace {

// 12 bits are what the eye and an 8-bit display leave of any curve.
constexpr int kBins = 4096;
constexpr int kFields = 8;  // a side

using Curve = std::vector<float>;

// Bins with the samples of rows y0..y1 and columns x0..x1 of a picture of 0..1.
std::vector<double> Histogram(const ImageView& picture, int x0, int y0, int x1, int y1) {
  std::vector<double> histogram(kBins);
  for (int y = y0; y < y1; ++y) {
    const float* row = picture.Row<float>(y);
    for (int x = x0; x < x1; ++x) {
      ++histogram[static_cast<std::size_t>(row[x] * (kBins - 1) + 0.5f)];
    }
  }
  return histogram;
}

// From 0 below the first bin to 1 at the last one, each bin's middle.
Curve Cumulated(const std::vector<double>& histogram) {
  Curve curve(kBins);
  double total = 0;
  for (const double n : histogram) total += n;
  double below = 0;
  for (std::size_t i = 0; i < histogram.size(); ++i) {
    curve[i] = total > 0 ? static_cast<float>((below + histogram[i] / 2) / total) : 0.0f;
    below += histogram[i];
  }
  return curve;
}

// No bin counts more than the plateau, so that a large even background does not take the whole
// range; below it, the histogram is what it is.
Curve PlateauCurve(const ImageView& picture, double percent) {
  std::vector<double> histogram = Histogram(picture, 0, 0, picture.width, picture.height);
  const double pixels = static_cast<double>(picture.width) * picture.height;
  const double plateau = std::max(1.0, pixels * percent / 100);
  for (double& n : histogram) n = std::min(n, plateau);
  return Cumulated(histogram);
}

// What is cut off the histogram above the limit is spread over all of it.
Curve ClippedCurve(const ImageView& picture, int x0, int y0, int x1, int y1, double limit) {
  std::vector<double> histogram = Histogram(picture, x0, y0, x1, y1);
  // A field's samples fall into far fewer bins than there are: the limit is over neighbourhoods of
  // the width that an 8-bit histogram has.
  constexpr int kWide = kBins / 256;
  const double most = limit * (x1 - x0) * (y1 - y0) / 256;
  double excess = 0;
  for (int begin = 0; begin < kBins; begin += kWide) {
    double sum = 0;
    for (int i = begin; i < begin + kWide; ++i) sum += histogram[static_cast<std::size_t>(i)];
    if (sum <= most) continue;
    excess += sum - most;
    for (int i = begin; i < begin + kWide; ++i)
      histogram[static_cast<std::size_t>(i)] *= most / sum;
  }
  for (double& n : histogram) n += excess / kBins;
  return Cumulated(histogram);
}

float At(const Curve& curve, float v) {
  const float at = v * (kBins - 1);
  const int i = std::min(static_cast<int>(at), kBins - 2);
  const float share = at - static_cast<float>(i);
  return curve[static_cast<std::size_t>(i)] * (1 - share) +
         curve[static_cast<std::size_t>(i) + 1] * share;
}

struct Field {
  int first = 0;
  float share = 0;  // of the next one
};

// Between which fields' middles a coordinate lies.
Field FieldAt(int at, int length) {
  const float place = (static_cast<float>(at) + 0.5f) * kFields / static_cast<float>(length) - 0.5f;
  const float inside = std::clamp(place, 0.0f, static_cast<float>(kFields - 1));
  const int first = std::min(static_cast<int>(inside), kFields - 2);
  return {first, inside - static_cast<float>(first)};
}

void ApplyFields(const std::vector<Curve>& curves, const MutableImageView& picture) {
  for (int y = 0; y < picture.height; ++y) {
    const Field fy = FieldAt(y, picture.height);
    float* row = picture.Row<float>(y);
    for (int x = 0; x < picture.width; ++x) {
      const Field fx = FieldAt(x, picture.width);
      const auto at = [&](int i, int j) {
        return At(curves[static_cast<std::size_t>((fy.first + j) * kFields + fx.first + i)],
                  row[x]);
      };
      const float above = at(0, 0) * (1 - fx.share) + at(1, 0) * fx.share;
      const float below = at(0, 1) * (1 - fx.share) + at(1, 1) * fx.share;
      row[x] = above * (1 - fy.share) + below * fy.share;
    }
  }
}

}  // namespace

Status ValidateInfraredGain(const InfraredGain& gain) {
  if (!(gain.plateau > 0 && gain.plateau <= 100)) {
    return InvalidArgument("plateau " + std::to_string(gain.plateau) + " is not in 0..100 percent");
  }
  if (!(gain.clip_limit >= 1 && std::isfinite(gain.clip_limit))) {
    return InvalidArgument("clip limit " + std::to_string(gain.clip_limit) + " is below 1");
  }
  return OkStatus();
}

StatusOr<ImageBuffer> GainControl::Next(const ImageView& infrared, const InfraredRange& range,
                                        double time) {
  SEAFUSION_RETURN_IF_ERROR(ValidateInfraredGain(gain_));
  InfraredRange upright = range;
  upright.invert = false;
  SEAFUSION_ASSIGN_OR_RETURN(const LinearMap map, FindInfraredMap(infrared, upright));
  SEAFUSION_ASSIGN_OR_RETURN(
      ImageBuffer picture,
      ImageBuffer::Create(infrared.width, infrared.height, PixelFormat::kGrayF32));
  for (int y = 0; y < infrared.height; ++y) {
    SEAFUSION_RETURN_IF_ERROR(
        ReadMappedInfraredRow(infrared, map, y, 0, infrared.width, picture.view().Row<float>(y)));
  }
  const ImageView even = std::as_const(picture).view();
  std::vector<Curve> curves;
  // Of a picture smaller than a few pixels a field, one curve for all.
  const bool fields = gain_.kind == InfraredGain::Kind::kClahe && even.width >= 4 * kFields &&
                      even.height >= 4 * kFields;
  if (gain_.kind == InfraredGain::Kind::kPlateau) {
    curves.push_back(PlateauCurve(even, gain_.plateau));
  } else if (!fields) {
    curves.push_back(ClippedCurve(even, 0, 0, even.width, even.height, gain_.clip_limit));
  } else {
    for (int j = 0; j < kFields; ++j) {
      for (int i = 0; i < kFields; ++i) {
        curves.push_back(ClippedCurve(even, even.width * i / kFields, even.height * j / kFields,
                                      even.width * (i + 1) / kFields,
                                      even.height * (j + 1) / kFields, gain_.clip_limit));
      }
    }
  }
  if (curves_.size() == curves.size()) {
    const auto share = static_cast<float>(ShareFollowed(time - last_time_, seconds_));
    for (std::size_t c = 0; c < curves.size(); ++c) {
      for (std::size_t i = 0; i < curves[c].size(); ++i) {
        curves_[c][i] += share * (curves[c][i] - curves_[c][i]);
      }
    }
  } else {
    curves_ = std::move(curves);
  }
  last_time_ = time;
  const MutableImageView out = picture.view();
  if (fields) {
    ApplyFields(curves_, out);
  } else {
    for (int y = 0; y < out.height; ++y) {
      float* to = out.Row<float>(y);
      for (int x = 0; x < out.width; ++x) to[x] = At(curves_[0], to[x]);
    }
  }
  if (range.invert) {
    for (int y = 0; y < out.height; ++y) {
      float* to = out.Row<float>(y);
      for (int x = 0; x < out.width; ++x) to[x] = 1 - to[x];
    }
  }
  return picture;
}

}  // namespace seafusion
