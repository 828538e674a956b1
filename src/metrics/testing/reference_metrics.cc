#include "metrics/testing/reference_metrics.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <numbers>
#include <utility>
#include <vector>

namespace seafusion::metrics {
namespace {

constexpr double kPi = std::numbers::pi;

// A small matrix of doubles.
struct Matrix {
  int w = 0;
  int h = 0;
  std::vector<double> v;
  Matrix(int width, int height) : w(width), h(height), v(Index(h, 0)) {}
  double& at(int y, int x) { return v[Index(y, x)]; }
  double at(int y, int x) const { return v[Index(y, x)]; }
  std::size_t Index(int y, int x) const {
    return static_cast<std::size_t>(y) * static_cast<std::size_t>(w) + static_cast<std::size_t>(x);
  }
};

Matrix FromGray(const GrayImage& g, double divisor = 1.0) {
  Matrix m(g.width, g.height);
  for (int y = 0; y < g.height; ++y) {
    for (int x = 0; x < g.width; ++x) m.at(y, x) = g.Row(y)[x] / divisor;
  }
  return m;
}

double Mean(const std::vector<double>& v) {
  double sum = 0.0;
  for (const double x : v) sum += x;
  return sum / static_cast<double>(v.size());
}

double Correlation(const std::vector<double>& x, const std::vector<double>& y) {
  const double mx = Mean(x), my = Mean(y);
  double xy = 0.0, xx = 0.0, yy = 0.0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    xy += (x[i] - mx) * (y[i] - my);
    xx += (x[i] - mx) * (x[i] - mx);
    yy += (y[i] - my) * (y[i] - my);
  }
  return xy / std::sqrt(xx * yy);
}

template <class Key>
double EntropyOf(const std::map<Key, int>& counts, double n) {
  double h = 0.0;
  for (const auto& [key, count] : counts) h -= count / n * std::log2(count / n);
  return h;
}

double ReferenceMutual(const GrayImage& x, const GrayImage& f, bool merge) {
  std::map<int, int> hx, hf;
  std::map<std::pair<int, int>, int> joint;
  const auto level = [&](int v) { return merge ? std::min(v + 1, 255) : v; };
  for (std::size_t i = 0; i < x.samples.size(); ++i) {
    ++hx[x.samples[i]];
    ++hf[f.samples[i]];
    ++joint[{level(x.samples[i]), level(f.samples[i])}];
  }
  const auto n = static_cast<double>(x.samples.size());
  return EntropyOf(hx, n) + EntropyOf(hf, n) - EntropyOf(joint, n);
}

Matrix Gaussian(int n, double sd) {
  Matrix g(n, n);
  double sum = 0.0;
  for (int y = 0; y < n; ++y) {
    for (int x = 0; x < n; ++x) {
      const int dy = y - n / 2, dx = x - n / 2;
      g.at(y, x) = std::exp(-(dy * dy + dx * dx) / (2 * sd * sd));
      sum += g.at(y, x);
    }
  }
  for (double& v : g.v) v /= sum;
  return g;
}

Matrix FilterValid(const Matrix& m, const Matrix& k) {
  Matrix out(m.w - k.w + 1, m.h - k.h + 1);
  for (int y = 0; y < out.h; ++y) {
    for (int x = 0; x < out.w; ++x) {
      double sum = 0.0;
      for (int j = 0; j < k.h; ++j) {
        for (int i = 0; i < k.w; ++i) sum += k.at(j, i) * m.at(y + j, x + i);
      }
      out.at(y, x) = sum;
    }
  }
  return out;
}

double ReferenceVif(Matrix ref, Matrix dist, bool saturate) {
  double num = 0.0, den = 0.0;
  for (int scale = 1; scale <= 4; ++scale) {
    const int n = (1 << (5 - scale)) + 1;
    const Matrix win = Gaussian(n, n / 5.0);
    if (scale > 1) {
      for (Matrix* m : {&ref, &dist}) {
        const Matrix f = FilterValid(*m, win);
        Matrix half((f.w + 1) / 2, (f.h + 1) / 2);
        for (int y = 0; y < half.h; ++y) {
          for (int x = 0; x < half.w; ++x) half.at(y, x) = f.at(2 * y, 2 * x);
        }
        *m = half;
      }
    }
    const auto product = [&](const Matrix& a, const Matrix& b) {
      Matrix p(a.w, a.h);
      for (std::size_t i = 0; i < p.v.size(); ++i) {
        p.v[i] = a.v[i] * b.v[i];
        if (saturate && scale == 1) p.v[i] = std::min(p.v[i], 255.0);
      }
      return FilterValid(p, win);
    };
    const Matrix mr = FilterValid(ref, win), md = FilterValid(dist, win);
    const Matrix rr = product(ref, ref), dd = product(dist, dist), rd = product(ref, dist);
    for (std::size_t i = 0; i < mr.v.size(); ++i) {
      double var_r = std::max(0.0, rr.v[i] - mr.v[i] * mr.v[i]);
      const double var_d = std::max(0.0, dd.v[i] - md.v[i] * md.v[i]);
      const double cov = rd.v[i] - mr.v[i] * md.v[i];
      double g = cov / (var_r + 1e-10);
      double sv = var_d - g * cov;
      if (var_r < 1e-10) g = 0.0, sv = var_d, var_r = 0.0;
      if (var_d < 1e-10) g = 0.0, sv = 0.0;
      if (g < 0.0) sv = var_d, g = 0.0;
      sv = std::max(sv, 1e-10);
      num += std::log10(1.0 + g * g * var_r / (sv + 2.0));
      den += std::log10(1.0 + var_r / 2.0);
    }
  }
  return num / den;
}

double ReferenceSf(const Matrix& f) {
  double vertical = 0.0, horizontal = 0.0;
  for (int y = 0; y < f.h; ++y) {
    for (int x = 0; x < f.w; ++x) {
      if (y > 0) vertical += std::pow(f.at(y, x) - f.at(y - 1, x), 2);
      if (x > 0) horizontal += std::pow(f.at(y, x) - f.at(y, x - 1), 2);
    }
  }
  return std::sqrt(vertical / ((f.h - 1) * f.w) + horizontal / (f.h * (f.w - 1)));
}

double ReferenceSd(const Matrix& f, bool saturate) {
  const double mean = Mean(f.v);
  double sum = 0.0;
  for (const double v : f.v) {
    double d = v - mean;
    if (saturate) d = std::clamp(std::round(d), 0.0, 255.0);
    sum += saturate ? std::min(255.0, d * d) : d * d;
  }
  return std::sqrt(sum / static_cast<double>(f.v.size()));
}

double ReferenceAg(const Matrix& f) {
  double sum = 0.0;
  for (int y = 0; y < f.h; ++y) {
    for (int x = 0; x < f.w; ++x) {
      const int x0 = std::max(x - 1, 0), x1 = std::min(x + 1, f.w - 1);
      const int y0 = std::max(y - 1, 0), y1 = std::min(y + 1, f.h - 1);
      const double dx = (f.at(y, x1) - f.at(y, x0)) / (x1 - x0);
      const double dy = (f.at(y1, x) - f.at(y0, x)) / (y1 - y0);
      sum += std::sqrt((dx * dx + dy * dy) / 2.0);
    }
  }
  return sum / ((f.h - 1) * (f.w - 1));
}

double Logistic(double peak, double slope, double x) {
  return peak / (1.0 + std::exp(slope * x));
}

double ReferenceQabf(const Matrix* const (&m)[3]) {
  const double kernel_x[3][3] = {{-1, 0, 1}, {-2, 0, 2}, {-1, 0, 1}};
  const double kernel_y[3][3] = {{1, 2, 1}, {0, 0, 0}, {-1, -2, -1}};
  double num = 0.0, den = 0.0;
  for (int y = 0; y < m[0]->h; ++y) {
    for (int x = 0; x < m[0]->w; ++x) {
      double g[3], angle[3];
      for (int s = 0; s < 3; ++s) {
        double sx = 0.0, sy = 0.0;
        for (int j = 0; j < 3; ++j) {
          for (int i = 0; i < 3; ++i) {
            const int yy = y + 1 - i, xx = x + 1 - j;
            if (yy < 0 || xx < 0 || yy >= m[s]->h || xx >= m[s]->w) continue;
            sx += kernel_x[i][j] * m[s]->at(yy, xx);
            sy += kernel_y[i][j] * m[s]->at(yy, xx);
          }
        }
        g[s] = std::sqrt(sx * sx + sy * sy);
        angle[s] = sx == 0.0 ? kPi / 2 : std::atan(sy / sx);
      }
      for (int s = 0; s < 2; ++s) {
        const double ratio = g[s] > g[2] ? g[2] / g[s] : g[s] < g[2] ? g[s] / g[2] : g[2];
        const double agreement = 1.0 - std::abs(angle[s] - angle[2]) / (kPi / 2);
        num +=
            g[s] * Logistic(0.9994, -15.0, ratio - 0.5) * Logistic(0.9879, -22.0, agreement - 0.8);
        den += g[s];
      }
    }
  }
  return num / den;
}

double ReferenceNabf(const Matrix* const (&m)[3]) {
  const double kernel_v[3][3] = {{-1, 0, 1}, {-2, 0, 2}, {-1, 0, 1}};
  double num = 0.0, den = 0.0;
  const int h = m[0]->h, w = m[0]->w;
  const auto mirror = [](int i, int n) { return i < 0 ? -i : i >= n ? 2 * n - 2 - i : i; };
  for (int y = 0; y < h; ++y) {
    for (int x = 0; x < w; ++x) {
      double g[3], angle[3];
      for (int s = 0; s < 3; ++s) {
        double gv = 0.0, gh = 0.0;
        // Column sums first: on 0..1 ties between the strengths depend on the order.
        for (int i = 0; i < 3; ++i) {
          double cv = 0.0, ch = 0.0;
          for (int j = 0; j < 3; ++j) {
            const double p = m[s]->at(mirror(y + j - 1, h), mirror(x + i - 1, w));
            cv += kernel_v[j][i] / 8.0 * p;
            ch += kernel_v[i][j] / 8.0 * p;
          }
          gv += cv;
          gh += ch;
        }
        g[s] = std::sqrt(gv * gv + gh * gh);
        angle[s] = gv == 0.0 && gh == 0.0 ? 0.0 : std::atan(gv / gh);
      }
      for (int s = 0; s < 2; ++s) {
        const double ratio =
            g[s] == 0.0 || g[2] == 0.0 ? 0.0 : std::min(g[s], g[2]) / std::max(g[s], g[2]);
        const double agreement = std::abs(std::abs(angle[s] - angle[2]) - kPi / 2) * 2.0 / kPi;
        const double q = std::sqrt(Logistic(0.9999, -19.0, ratio - 0.5) *
                                   Logistic(0.9995, -22.0, agreement - 0.5));
        const double weight = g[s] >= 2.0 ? std::pow(g[s], 1.5) : 0.001;
        if (g[2] > g[0] && g[2] > g[1]) num += (1.0 - q) * weight;
        den += weight;
      }
    }
  }
  return num / den;
}

double MefScale(const Matrix* const (&m)[3]) {
  constexpr double kEps = 2.220446049250313e-16;
  const Matrix window = Gaussian(11, 1.5);
  const int n = 121;
  double total = 0.0;
  int count = 0;
  for (int y = 0; y + 11 <= m[0]->h; ++y) {
    for (int x = 0; x + 11 <= m[0]->w; ++x, ++count) {
      std::vector<double> block[3];
      for (int s = 0; s < 3; ++s) {
        for (int j = 0; j < 11; ++j) {
          for (int i = 0; i < 11; ++i) block[s].push_back(m[s]->at(y + j, x + i));
        }
      }
      const auto norm = [](const std::vector<double>& v) {
        double sum = 0.0;
        for (const double e : v) sum += e * e;
        return std::sqrt(sum);
      };
      const auto centred = [](std::vector<double> v) {
        const double mean = Mean(v);
        for (double& e : v) e -= mean;
        return v;
      };
      std::vector<double> both(n);
      for (std::size_t i = 0; i < n; ++i) both[i] = block[0][i] + block[1][i];
      const std::vector<double> c[2] = {centred(block[0]), centred(block[1])};
      double consistency = (norm(centred(both)) + kEps) / (norm(c[0]) + norm(c[1]) + kEps);
      consistency = std::clamp(consistency, kEps, 1.0 - kEps);
      const double p = std::min(std::tan(kPi / 2 * consistency), 10.0);
      double strength[2], weight[2];
      for (int s = 0; s < 2; ++s) {
        strength[s] = norm(c[s]) + 0.001;
        weight[s] = std::pow(strength[s] / 11.0, p) + kEps;
      }
      std::vector<double> wanted(n);
      for (std::size_t i = 0; i < n; ++i) {
        for (int s = 0; s < 2; ++s) {
          wanted[i] += weight[s] / (weight[0] + weight[1]) * c[s][i] / strength[s];
        }
      }
      if (const double length = norm(wanted); length > 0.0) {
        for (double& e : wanted) e *= std::max(strength[0], strength[1]) / length;
      }
      double mr = 0.0, mf = 0.0, rr = 0.0, ff = 0.0, rf = 0.0;
      for (std::size_t i = 0; i < n; ++i) {
        mr += window.v[i] * wanted[i];
        mf += window.v[i] * block[2][i];
      }
      for (std::size_t i = 0; i < n; ++i) {
        rr += window.v[i] * (wanted[i] - mr) * (wanted[i] - mr);
        ff += window.v[i] * (block[2][i] - mf) * (block[2][i] - mf);
        rf += window.v[i] * (wanted[i] - mr) * (block[2][i] - mf);
      }
      const double constant = std::pow(0.03 * 255.0, 2);
      total += (2.0 * rf + constant) / (rr + ff + constant);
    }
  }
  return total / count;
}

double ReferenceMef(const Triple& t, int scales) {
  Matrix a = FromGray(t.infrared), b = FromGray(t.visible), f = FromGray(t.fused);
  if (scales == 1) return MefScale({&a, &b, &f});
  const double weights[3] = {0.0448, 0.2856, 0.3001};
  double product = 1.0;
  for (int s = 0; s < scales; ++s) {
    if (s > 0) {
      for (Matrix* m : {&a, &b, &f}) {
        Matrix half((m->w + 1) / 2, (m->h + 1) / 2);
        for (int y = 0; y < half.h; ++y) {
          for (int x = 0; x < half.w; ++x) {
            for (int k = 0; k < 4; ++k) {
              half.at(y, x) += 0.25 * m->at(std::min(2 * y + k / 2, m->h - 1),
                                            std::min(2 * x + k % 2, m->w - 1));
            }
          }
        }
        *m = half;
      }
    }
    product *= std::pow(MefScale({&a, &b, &f}), weights[s] / (0.0448 + 0.2856 + 0.3001));
  }
  return product;
}

Matrix ReferenceDct(const Matrix& m) {
  const auto basis = [](int k, int i, int n) {
    return std::sqrt((k == 0 ? 1.0 : 2.0) / n) * std::cos(kPi * (2 * i + 1) * k / (2.0 * n));
  };
  Matrix rows(m.w, m.h), out(m.w, m.h);
  for (int y = 0; y < m.h; ++y) {
    for (int k = 0; k < m.w; ++k) {
      for (int x = 0; x < m.w; ++x) rows.at(y, k) += basis(k, x, m.w) * m.at(y, x);
    }
  }
  for (int k = 0; k < m.h; ++k) {
    for (int y = 0; y < m.h; ++y) {
      const double b = basis(k, y, m.h);
      for (int x = 0; x < m.w; ++x) out.at(k, x) += b * rows.at(y, x);
    }
  }
  return out;
}

std::vector<double> PdfOf(std::vector<double> v) {
  const auto [low, high] = std::minmax_element(v.begin(), v.end());
  const double lo = *low, hi = *high;
  double sum = 0.0;
  for (double& e : v) sum += e = lo == hi ? 1.0 : (e - lo) / (hi - lo);
  for (double& e : v) e /= sum;
  return v;
}

// The score of two windows of nine samples, through the whole joint distribution.
double WindowScore(const std::vector<double>& x, const std::vector<double>& f) {
  if (x == f) return 1.0;
  const std::vector<double> p[2] = {PdfOf(x), PdfOf(f)};
  double cdf[2][10] = {}, sd[2], entropy[2] = {};
  for (int s = 0; s < 2; ++s) {
    double m1 = 0.0, m2 = 0.0;
    for (std::size_t k = 0; k < 9; ++k) {
      cdf[s][k + 1] = cdf[s][k] + p[s][k];
      m1 += static_cast<double>(k + 1) * p[s][k];
      m2 += static_cast<double>((k + 1) * (k + 1)) * p[s][k];
      if (p[s][k] > 0.0) entropy[s] -= p[s][k] * std::log2(p[s][k]);
    }
    sd[s] = std::sqrt(std::max(0.0, m2 - m1 * m1));
  }
  const bool flat =
      *std::max_element(p[0].begin(), p[0].end()) == *std::min_element(p[0].begin(), p[0].end()) ||
      *std::max_element(p[1].begin(), p[1].end()) == *std::min_element(p[1].begin(), p[1].end());
  const double c = flat ? 0.0 : Correlation(p[0], p[1]);
  const auto bound = [&](int i, int j) {
    return c >= 0.0 ? std::min(cdf[0][i], cdf[1][j]) : std::max(cdf[0][i] + cdf[1][j] - 1.0, 0.0);
  };
  double phi = 0.0;
  if (c != 0.0 && sd[0] > 0.0 && sd[1] > 0.0) {
    double covariance = 0.0;
    for (int i = 1; i <= 9; ++i) {
      for (int j = 1; j <= 9; ++j) covariance += bound(i, j) - cdf[0][i] * cdf[1][j];
    }
    phi = c / (covariance / (sd[0] * sd[1]));
  }
  double joint = 0.0;
  for (int i = 1; i <= 9; ++i) {
    for (int j = 1; j <= 9; ++j) {
      double mass = bound(i, j) - bound(i - 1, j) - bound(i, j - 1) + bound(i - 1, j - 1);
      if (std::abs(mass) < 1e-15) mass = 0.0;
      const double q = phi * mass + (1.0 - phi) * p[0][static_cast<std::size_t>(i - 1)] *
                                        p[1][static_cast<std::size_t>(j - 1)];
      if (q != 0.0) joint -= q * std::log2(std::abs(q));
    }
  }
  const double information = entropy[0] + entropy[1] - joint;
  return std::abs(information) < 1e-13 ? 0.0 : 2.0 * information / (entropy[0] + entropy[1]);
}

double ReferenceFmi(const Triple& t) {
  const Matrix m[3] = {ReferenceDct(FromGray(t.infrared, 255.0)),
                       ReferenceDct(FromGray(t.visible, 255.0)),
                       ReferenceDct(FromGray(t.fused, 255.0))};
  double sum = 0.0;
  for (int y = 0; y + 3 <= m[0].h; ++y) {
    for (int x = 0; x + 3 <= m[0].w; ++x) {
      std::vector<double> w[3];
      for (int s = 0; s < 3; ++s) {
        for (int i = 0; i < 3; ++i) {
          for (int j = 0; j < 3; ++j) w[s].push_back(m[s].at(y + j, x + i));
        }
      }
      sum += 0.5 * (WindowScore(w[0], w[2]) + WindowScore(w[1], w[2]));
    }
  }
  return sum / ((m[0].h - 2) * (m[0].w - 2));
}

}  // namespace

double ReferenceValue(Metric metric, Convention convention, const Triple& t) {
  const bool paper = convention == Convention::kPaper;
  const double divisor = paper ? 255.0 : 1.0;
  const Matrix a = FromGray(t.infrared), b = FromGray(t.visible), f = FromGray(t.fused);
  const auto difference = [](const Matrix& x, const Matrix& y) {
    std::vector<double> d(x.v.size());
    for (std::size_t i = 0; i < d.size(); ++i) d[i] = x.v[i] - y.v[i];
    return d;
  };
  const auto error = [&](const Matrix& x) {
    double sum = 0.0;
    for (const double d : difference(f, x)) sum += d * d / 65025.0;
    return sum / static_cast<double>(f.v.size());
  };
  const Matrix scaled[3] = {FromGray(t.infrared, divisor), FromGray(t.visible, divisor),
                            FromGray(t.fused, divisor)};
  switch (metric) {
    case Metric::kEn: {
      std::map<int, int> counts;
      for (const auto v : t.fused.samples) ++counts[v];
      return EntropyOf(counts, t.pixels());
    }
    case Metric::kMi:
      return ReferenceMutual(t.infrared, t.fused, true) + ReferenceMutual(t.visible, t.fused, true);
    case Metric::kMiUnmerged:
      return ReferenceMutual(t.infrared, t.fused, false) +
             ReferenceMutual(t.visible, t.fused, false);
    case Metric::kVif:
      return ReferenceVif(a, f, paper) + ReferenceVif(b, f, paper);
    case Metric::kSf:
      return ReferenceSf(scaled[2]);
    case Metric::kSd:
      return ReferenceSd(f, paper);
    case Metric::kQabf:
      return ReferenceQabf({&scaled[0], &scaled[1], &scaled[2]});
    case Metric::kAg:
      return ReferenceAg(f);
    case Metric::kCc:
      return 0.5 * (Correlation(a.v, f.v) + Correlation(b.v, f.v));
    case Metric::kScd:
      return Correlation(difference(f, b), a.v) + Correlation(difference(f, a), b.v);
    case Metric::kMse:
      return 0.5 * (error(a) + error(b));
    case Metric::kPsnr:
      return 20.0 * std::log10(255.0 / std::sqrt(0.5 * (error(a) + error(b))));
    case Metric::kNabf:
      return ReferenceNabf({&scaled[0], &scaled[1], &scaled[2]});
    case Metric::kSsim:
      return ReferenceMef(t, 1);
    case Metric::kMsSsim:
      return ReferenceMef(t, 3);
    case Metric::kFmiDct:
      return ReferenceFmi(t);
  }
  return 0.0;
}

}  // namespace seafusion::metrics
