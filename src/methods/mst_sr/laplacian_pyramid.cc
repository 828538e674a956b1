#include "methods/mst_sr/laplacian_pyramid.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <utility>

namespace seafusion::methods::mst_sr {
namespace {

// Place of sample `i` of a row of `n` that is mirrored without repeating its ends.
int Mirrored(int i, int n) {
  if (i < 0) return -i;
  return i < n ? i : 2 * n - 2 - i;
}

LumaPlane PadToEven(const LumaPlane& in) {
  LumaPlane out(in.width() + in.width() % 2, in.height() + in.height() % 2);
  for (int y = 0; y < out.height(); ++y) {
    const double* row = in.Row(Mirrored(y, in.height()));
    std::copy_n(row, in.width(), out.Row(y));
    if (out.width() > in.width()) out.Row(y)[in.width()] = row[in.width() - 2];
  }
  return out;
}

double Filter(double a, double b, double c, double d, double e) {
  return (a + e + 4 * (b + d) + 6 * c) / 16;
}

// Every second sample of the filtered row, n / 2 of them; `n` is even. Beyond its ends are its
// mirror image or zeros.
void ReduceRow(const double* in, int n, bool mirrored, double* out) {
  const double m = mirrored ? 1 : 0;
  out[0] = Filter(m * in[2], m * in[1], in[0], in[1], in[2]);
  for (int x = 2; x + 2 < n; x += 2) {
    out[x / 2] = Filter(in[x - 2], in[x - 1], in[x], in[x + 1], in[x + 2]);
  }
  const int last = n - 2;
  if (last > 0) {
    out[last / 2] =
        Filter(in[last - 2], in[last - 1], in[last], in[last + 1], m * in[Mirrored(n, n)]);
  }
}

LumaPlane Reduce(const LumaPlane& in) {
  const int height = in.height(), half = in.width() / 2;
  // Rows -2 to height.
  LumaPlane rows(half, height + 3);
  for (int y = -2; y <= height; ++y) {
    ReduceRow(in.Row(Mirrored(y, height)), in.width(), y >= 0 && y < height, rows.Row(y + 2));
  }
  LumaPlane out(half, height / 2);
  for (int y = 0; y < out.height(); ++y) {
    const double* r[5];
    for (int k = 0; k < 5; ++k) r[k] = rows.Row(2 * y + k);
    double* __restrict to = out.Row(y);
    for (int x = 0; x < half; ++x) {
      to[x] = Filter(r[0][x], r[1][x], r[2][x], r[3][x], r[4][x]);
    }
  }
  return out;
}

// The row with zeros between its samples, filtered with twice the weights: 2 n samples. What the
// mirror image puts beyond the ends are in[1] and in[n - 1].
void ExpandRow(const double* in, int n, bool mirrored, double* out) {
  const double m = mirrored ? 1 : 0;
  for (int x = 0; x < n; ++x) {
    const double left = x > 0 ? in[x - 1] : m * in[1];
    const double right = x + 1 < n ? in[x + 1] : m * in[n - 1];
    out[2 * x] = (left + 6 * in[x] + right) / 8;
    out[2 * x + 1] = (in[x] + right) / 2;
  }
}

// Twice the size. Sides of 2 or more.
LumaPlane Expand(const LumaPlane& in) {
  const int n = in.height(), width = 2 * in.width();
  // Rows -1 to n.
  LumaPlane rows(width, n + 2);
  ExpandRow(in.Row(1), in.width(), false, rows.Row(0));
  for (int y = 0; y < n; ++y) ExpandRow(in.Row(y), in.width(), true, rows.Row(y + 1));
  ExpandRow(in.Row(n - 1), in.width(), false, rows.Row(n + 1));
  LumaPlane out(width, 2 * n);
  for (int y = 0; y < n; ++y) {
    const double* above = rows.Row(y);
    const double* here = rows.Row(y + 1);
    const double* below = rows.Row(y + 2);
    double* __restrict even = out.Row(2 * y);
    double* __restrict odd = out.Row(2 * y + 1);
    for (int x = 0; x < width; ++x) {
      even[x] = (above[x] + 6 * here[x] + below[x]) / 8;
      odd[x] = (here[x] + below[x]) / 2;
    }
  }
  return out;
}

// Maximum of the absolute values over 3 x 3, at a picture extended by one mirrored pixel with zeros
// in its corners: two more rows and columns than `detail`. Beyond the extension are zeros.
LumaPlane LocalMaximum(const LumaPlane& detail) {
  const int width = detail.width(), height = detail.height();
  const int wide = width + 2;
  // Rows of the extension, their maxima over three columns; zeros above and below.
  LumaPlane rows(wide, height + 4);
  std::vector<double> extended(static_cast<std::size_t>(wide) + 2);
  for (int y = -1; y <= height; ++y) {
    const double* in = detail.Row(Mirrored(y, height));
    double* e = extended.data() + 2;
    for (int x = 0; x < width; ++x) e[x] = std::abs(in[x]);
    const bool corner = y < 0 || y == height;
    e[-1] = corner ? 0 : e[1];
    e[width] = corner ? 0 : e[width - 2];
    double* out = rows.Row(y + 2);
    for (int x = 0; x < wide; ++x) out[x] = std::max({e[x - 2], e[x - 1], e[x]});
  }
  LumaPlane result(wide, height + 2);
  for (int y = 0; y < result.height(); ++y) {
    const double* a = rows.Row(y);
    const double* b = rows.Row(y + 1);
    const double* c = rows.Row(y + 2);
    double* __restrict out = result.Row(y);
    for (int x = 0; x < wide; ++x) out[x] = std::max({a[x], b[x], c[x]});
  }
  return result;
}

}  // namespace

LumaPlane ChooseLarger(const LumaPlane& a, const LumaPlane& b) {
  const int width = a.width(), height = a.height();
  const LumaPlane around_a = LocalMaximum(a), around_b = LocalMaximum(b);
  const auto wide = static_cast<std::size_t>(width) + 2;
  // Votes for a, and their sums over three columns.
  std::vector<std::uint8_t> votes(wide),
      sums(static_cast<std::size_t>(width) * (static_cast<std::size_t>(height) + 2));
  for (int y = 0; y < height + 2; ++y) {
    const double* of_a = around_a.Row(y);
    const double* of_b = around_b.Row(y);
    for (std::size_t x = 0; x < wide; ++x) votes[x] = of_a[x] > of_b[x] ? 1 : 0;
    std::uint8_t* out = sums.data() + std::ptrdiff_t{y} * width;
    for (int x = 0; x < width; ++x) {
      const auto i = static_cast<std::size_t>(x);
      out[x] = static_cast<std::uint8_t>(votes[i] + votes[i + 1] + votes[i + 2]);
    }
  }
  LumaPlane out(width, height);
  for (int y = 0; y < height; ++y) {
    const std::uint8_t* s = sums.data() + std::ptrdiff_t{y} * width;
    for (int x = 0; x < width; ++x) {
      const bool larger = s[x] + s[x + width] + s[x + 2 * width] > 4;
      out.Row(y)[x] = larger ? a.Row(y)[x] : b.Row(y)[x];
    }
  }
  return out;
}

Pyramid Decompose(const LumaPlane& picture, int levels) {
  Pyramid pyramid;
  pyramid.base = picture;
  for (int level = 0; level < levels; ++level) {
    const int width = pyramid.base.width(), height = pyramid.base.height();
    if (std::min(width, height) < kLeastSide) break;
    LumaPlane detail = PadToEven(pyramid.base);
    pyramid.base = Reduce(detail);
    const LumaPlane smooth = Expand(pyramid.base);
    std::transform(detail.samples().begin(), detail.samples().end(), smooth.samples().begin(),
                   detail.samples().begin(), std::minus<>());
    pyramid.levels.push_back({std::move(detail), width, height});
  }
  return pyramid;
}

LumaPlane Compose(const Pyramid& pyramid) {
  LumaPlane picture = pyramid.base;
  for (std::size_t i = pyramid.levels.size(); i-- > 0;) {
    const PyramidLevel& level = pyramid.levels[i];
    const LumaPlane smooth = Expand(picture);
    picture = LumaPlane(level.width, level.height);
    for (int y = 0; y < level.height; ++y) {
      std::transform(smooth.Row(y), smooth.Row(y) + level.width, level.detail.Row(y),
                     picture.Row(y), std::plus<>());
    }
  }
  return picture;
}

}  // namespace seafusion::methods::mst_sr
