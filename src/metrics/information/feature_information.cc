#include "metrics/information/feature_information.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <vector>

#include "metrics/information/dct.h"
#include "metrics/plane.h"

namespace seafusion::metrics {
namespace {

constexpr int kCells = 9;
// A coupling of two distributions on nine cells along a monotone path.
constexpr std::size_t kPathCells = 2 * kCells - 1;

// Owns what WindowPdfs points to, for one picture.
class PdfRow {
 public:
  explicit PdfRow(int count)
      : count_(static_cast<std::size_t>(count)),
        pdf_(kCells * count_ + kRowPadding),
        log_pdf_(pdf_.size()),
        scalars_(count, 4) {}

  WindowPdfs Output() {
    return {pdf_.data(),     log_pdf_.data(), scalars_.Row(0),
            scalars_.Row(1), scalars_.Row(2), scalars_.Row(3)};
  }

  double pdf(std::size_t cell, std::size_t x) const { return pdf_[cell * count_ + x]; }
  double log_pdf(std::size_t cell, std::size_t x) const { return log_pdf_[cell * count_ + x]; }
  double entropy(std::size_t x) const { return scalars_.Row(0)[x]; }
  double centre(std::size_t x) const { return scalars_.Row(1)[x]; }
  double deviation(std::size_t x) const { return scalars_.Row(2)[x]; }
  double energy(std::size_t x) const { return scalars_.Row(3)[x]; }

 private:
  std::size_t count_;
  std::vector<double> pdf_;
  std::vector<double> log_pdf_;
  Plane scalars_;
};

// The joint distribution of two windows is phi times the Frechet bound (all mass on a monotone path
// through the 9 x 9 cells, up or down) plus 1 - phi times the independent one. Its entropy has a
// closed form away from the path, so only the at most 17 cells on it need logarithms; those are
// collected for a whole row and taken together.
class JointEntropyRow {
 public:
  explicit JointEntropyRow(std::size_t count)
      : windows_(count),
        arguments_((kPathCells + 1) * count + kRowPadding),
        logarithms_(arguments_.size()),
        cells_(kPathCells * count) {}

  /// Sum of the scores 2 (Hx + Hf - Hxf) / (Hx + Hf) of the windows of a row; `same(x)` tells where
  /// the samples of both windows are equal, whose score is 1.
  template <class Same>
  double SumOfScores(const RowKernels& kernels, const PdfRow& source, const PdfRow& fused,
                     const Same& same) {
    argument_count_ = 0;
    cell_count_ = 0;
    for (std::size_t x = 0; x < windows_.size(); ++x) {
      windows_[x].same = same(x);
      if (!windows_[x].same) Couple(source, fused, x);
    }
    kernels.log2(arguments_.data(), logarithms_.data(), argument_count_);
    std::size_t argument = 0;
    std::size_t cell = 0;
    double sum = 0.0;
    for (std::size_t x = 0; x < windows_.size(); ++x) {
      const Window& w = windows_[x];
      if (w.same) {
        sum += 1.0;
        continue;
      }
      const double marginal = source.entropy(x) + fused.entropy(x);
      double joint = 0.0;
      double log_rest = 0.0;
      if (w.rest != 0.0) {
        log_rest = logarithms_[argument++];
        joint = w.rest * (marginal - log_rest);
      }
      for (std::size_t k = 0; k < w.cells; ++k, ++cell) {
        const Cell& c = cells_[cell];
        if (c.probability != 0.0) joint -= c.probability * logarithms_[argument++];
        if (c.independent != 0.0) joint += c.independent * (log_rest + c.log_product);
      }
      const double information = marginal - joint;
      if (information != 0.0) sum += 2.0 * information / marginal;
    }
    return sum;
  }

 private:
  struct Window {
    bool same = false;
    double rest = 1.0;  // 1 - phi
    std::size_t cells = 0;
  };
  struct Cell {
    double probability;  // may be negative: phi can exceed 1
    double independent;  // what the closed form counted here
    double log_product;  // log2 of the marginals' product
  };
  struct Step {
    std::size_t i;
    std::size_t j;
    double mass;
  };

  void Couple(const PdfRow& source, const PdfRow& fused, std::size_t x) {
    Window& window = windows_[x];
    window.rest = 1.0;
    window.cells = 0;
    const double energies = source.energy(x) * fused.energy(x);
    const double deviations = source.deviation(x) * fused.deviation(x);
    double correlation = 0.0;
    std::array<double, kCells> p;
    std::array<double, kCells> q;
    for (std::size_t k = 0; k < kCells; ++k) {
      p[k] = source.pdf(k, x);
      q[k] = fused.pdf(k, x);
      correlation += (p[k] - 1.0 / kCells) * (q[k] - 1.0 / kCells);
    }
    if (energies > 0.0) correlation /= std::sqrt(energies);
    // Covariance 0 between pdfs, or no spread: independent, so no information.
    if (energies <= 0.0 || correlation == 0.0 || deviations == 0.0) {
      arguments_[argument_count_++] = 1.0;
      return;
    }
    const bool up = correlation > 0.0;
    std::array<Step, kPathCells> path;
    const std::size_t steps = MonotonePath(p, q, up, path);
    double covariance = -source.centre(x) * fused.centre(x);
    for (std::size_t k = 0; k < steps; ++k) {
      covariance += path[k].mass * static_cast<double>((path[k].i + 1) * (path[k].j + 1));
    }
    const double phi = correlation * deviations / covariance;
    window.rest = 1.0 - phi;
    if (window.rest != 0.0) arguments_[argument_count_++] = std::abs(window.rest);
    window.cells = steps;
    for (std::size_t k = 0; k < steps; ++k) {
      const auto [i, j, mass] = path[k];
      const double independent = window.rest * p[i] * q[j];
      const double probability = phi * mass + independent;
      cells_[cell_count_++] = {probability, independent,
                               source.log_pdf(i, x) + fused.log_pdf(j, x)};
      if (probability != 0.0) arguments_[argument_count_++] = std::abs(probability);
    }
  }

  // The cells with mass of the coupling that puts both orders (or one against the other's reverse)
  // side by side.
  static std::size_t MonotonePath(const std::array<double, kCells>& p,
                                  const std::array<double, kCells>& q, bool up,
                                  std::array<Step, kPathCells>& path) {
    std::size_t steps = 0;
    std::size_t i = 0;
    std::size_t j = 0;
    double cdf_p = p[0];
    double cdf_q = q[up ? 0 : kCells - 1];
    double reached = 0.0;
    while (true) {
      const double next = std::min(cdf_p, cdf_q);
      if (next > reached) {
        path[steps++] = {i, up ? j : kCells - 1 - j, next - reached};
        reached = next;
      }
      if (cdf_p <= cdf_q) {
        if (++i == kCells) break;
        cdf_p += p[i];
      } else {
        if (++j == kCells) break;
        cdf_q += q[up ? j : kCells - 1 - j];
      }
    }
    return steps;
  }

  std::vector<Window> windows_;
  std::vector<double> arguments_;
  std::vector<double> logarithms_;
  std::vector<Cell> cells_;
  std::size_t argument_count_ = 0;
  std::size_t cell_count_ = 0;
};

ThreePlanes Features(const Triple& images) {
  ThreePlanes planes = ToPlanes(images, {0.0, 0.0, 0.0});
  const double noise = 255.0 * 1e-13 * std::sqrt(images.pixels());
  for (Plane& plane : planes) {
    TransformDct(plane);
    for (int y = 0; y < plane.height(); ++y) {
      double* row = plane.Row(y);
      for (int x = 0; x < plane.width(); ++x) row[x] = std::abs(row[x]) < noise ? 0.0 : row[x];
    }
  }
  return planes;
}

}  // namespace

double FeatureMutualInformation(const RowKernels& kernels, const Triple& images) {
  const ThreePlanes features = Features(images);
  const int width = images.width() - 2;
  const int height = images.height() - 2;
  const auto count = static_cast<std::size_t>(width);
  std::array<PdfRow, 3> pdfs = {PdfRow(width), PdfRow(width), PdfRow(width)};
  JointEntropyRow joint(count);
  double sum = 0.0;
  for (int y = 0; y < height; ++y) {
    std::array<std::array<const double*, 3>, 3> rows;
    for (std::size_t i = 0; i < 3; ++i) {
      rows[i] = {features[i].Row(y), features[i].Row(y + 1), features[i].Row(y + 2)};
      kernels.window_pdfs(rows[i].data(), width, pdfs[i].Output());
    }
    for (std::size_t i = 0; i < 2; ++i) {
      const auto same = [&](std::size_t x) {
        for (std::size_t k = 0; k < 3; ++k) {
          if (!std::equal(rows[i][k] + x, rows[i][k] + x + 3, rows[2][k] + x)) return false;
        }
        return true;
      };
      sum += joint.SumOfScores(kernels, pdfs[i], pdfs[2], same);
    }
  }
  return sum / (2.0 * static_cast<double>(width) * height);
}

}  // namespace seafusion::metrics
