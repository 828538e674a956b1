#include "methods/gtf/gtf.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include "core/status_macros.h"
#include "methods/luma_method.h"

namespace seafusion::methods {
namespace gtf {
namespace {

constexpr int kBins = 1000;
// Where all values are equal, and 0.
constexpr double kLeastEpsilon = 1e-12;
constexpr double kWhite = 255.0;

// Squared gradient of row y, forward differences, 0 at the last row and column.
void SquaredGradient(const LumaPlane& picture, int y, double* out) {
  const int n = picture.width();
  const double* row = picture.Row(y);
  const double* below = y + 1 < picture.height() ? picture.Row(y + 1) : row;
  for (int x = 0; x + 1 < n; ++x) {
    const double dx = row[x + 1] - row[x], dy = below[x] - row[x];
    out[x] = dx * dx + dy * dy;
  }
  const double dy = below[n - 1] - row[n - 1];
  out[n - 1] = dy * dy;
}

// W_F = sqrt(max(|y - s|, epsilon) / 2), or a constant for a start from s, where all are 0.
void FindDataWeights(const std::vector<double>& y, const std::vector<double>& s, double quantile,
                     bool first, std::vector<double>& magnitudes, std::vector<double>& weights) {
  const auto size = static_cast<double>(y.size());
  std::transform(y.begin(), y.end(), s.begin(), magnitudes.begin(),
                 [](double a, double b) { return std::abs(a - b); });
  if (first && std::accumulate(magnitudes.begin(), magnitudes.end(), 0.0) < 0.05 / size) {
    std::fill(weights.begin(), weights.end(), 2 * std::sqrt(0.1));
    return;
  }
  const double epsilon = FindQuantile(magnitudes, quantile).after;
  std::transform(magnitudes.begin(), magnitudes.end(), weights.begin(),
                 [&](double x) { return std::sqrt(0.5 * std::max(x, epsilon)); });
}

// lambda W_R = 2 lambda / sqrt(max(|grad y|^2, epsilon))
void FindEdgeWeights(const LumaPlane& y, double quantile, double lambda,
                     std::vector<double>& squares, std::vector<double>& weights) {
  for (int row = 0; row < y.height(); ++row) {
    SquaredGradient(y, row, squares.data() + std::ptrdiff_t{row} * y.width());
  }
  const QuantileCentres centres = FindQuantile(squares, quantile);
  const double epsilon = centres.at > 0 ? centres.at : centres.after;
  std::transform(squares.begin(), squares.end(), weights.begin(),
                 [&](double g) { return 2 * lambda / std::sqrt(std::max(g, epsilon)); });
}

}  // namespace

QuantileCentres FindQuantile(const std::vector<double>& values, double quantile) {
  const auto [least, greatest] = std::minmax_element(values.begin(), values.end());
  const double lo = *least, hi = *greatest;
  const double width = (hi - lo) / (kBins - 1);
  if (!(width > 0)) {
    const double all = std::max(lo, kLeastEpsilon);
    return {all, all};
  }
  std::array<std::uint64_t, kBins> histogram{};
  for (const double v : values) {
    // The nearest centre; half-way, the lower.
    const int bin = static_cast<int>(std::ceil((v - lo) / width - 0.5));
    ++histogram[static_cast<std::size_t>(std::clamp(bin, 0, kBins - 1))];
  }
  const double enough = quantile * static_cast<double>(values.size());
  int bin = 0;
  std::uint64_t below = histogram[0];
  while (static_cast<double>(below) <= enough && bin + 1 < kBins) {
    below += histogram[static_cast<std::size_t>(++bin)];
  }
  return {lo + bin * width, lo + std::min(bin + 1, kBins - 1) * width};
}

double Objective(const LumaPlane& y, const LumaPlane& s, double lambda) {
  double distance = 0, variation = 0;
  std::vector<double> squares(static_cast<std::size_t>(y.width()));
  for (int row = 0; row < y.height(); ++row) {
    SquaredGradient(y, row, squares.data());
    for (int x = 0; x < y.width(); ++x) {
      distance += std::abs(y.Row(row)[x] - s.Row(row)[x]);
      variation += std::sqrt(squares[static_cast<std::size_t>(x)]);
    }
  }
  return distance + lambda * variation;
}

StatusOr<LumaPlane> Fuse(const LumaPlane& ir, const LumaPlane& vi, const Parameters& parameters,
                         ThreadPool& pool, const std::function<void(const Step&)>& on_step) {
  const int width = ir.width(), height = ir.height();
  // y = fused - visible, s = infrared - visible
  LumaPlane s(width, height);
  std::transform(ir.samples().begin(), ir.samples().end(), vi.samples().begin(),
                 s.samples().begin(), [](double u, double v) { return (u - v) / kWhite; });
  if (std::all_of(s.samples().begin(), s.samples().end(), [](double v) { return v == 0; })) {
    return vi;
  }
  LumaPlane y = s;
  const std::size_t size = s.samples().size();
  std::vector<double> data_weights(size), edge_weights(size), b(size), z(size);
  ConjugateGradients solver(width, height);
  for (int k = 0; k < parameters.steps; ++k) {
    // b holds magnitudes first: memory is what a large picture runs short of.
    FindDataWeights(y.samples(), s.samples(), parameters.data_quantile, k == 0, b, data_weights);
    FindEdgeWeights(y, parameters.edge_quantile, parameters.lambda, b, edge_weights);
    for (std::size_t i = 0; i < size; ++i) {
      b[i] = s.samples()[i] / data_weights[i];
      z[i] = y.samples()[i] / data_weights[i];
    }
    Step step;
    SEAFUSION_ASSIGN_OR_RETURN(
        step.solver, solver.Solve({width, height, data_weights.data(), edge_weights.data()}, b,
                                  parameters.solver, pool, z));
    std::transform(z.begin(), z.end(), data_weights.begin(), y.samples().begin(),
                   std::multiplies<>());
    if (on_step) {
      step.objective = Objective(y, s, parameters.lambda);
      on_step(step);
    }
    if (step.solver.iterations == 0) break;
  }
  std::transform(y.samples().begin(), y.samples().end(), vi.samples().begin(), y.samples().begin(),
                 [](double d, double v) { return kWhite * d + v; });
  return y;
}

}  // namespace gtf

namespace {

class Gtf : public LumaMethod {
 public:
  explicit Gtf(std::unique_ptr<ThreadPool> pool) : LumaMethod(std::move(pool)), info_(GtfInfo()) {}

  const MethodInfo& info() const override { return info_; }

 protected:
  StatusOr<LumaPlane> FuseLuma(const LumaPlane& ir, const LumaPlane& vi,
                               const TraceLine& trace) const override {
    std::function<void(const gtf::Step&)> on_step;
    int number = 0;
    if (trace) {
      on_step = [&](const gtf::Step& step) {
        char text[160];
        std::snprintf(text, sizeof text,
                      "step %d: %d iterations, residual %.6g to %.6g, objective %.8g", ++number,
                      step.solver.iterations, step.solver.start_residual, step.solver.end_residual,
                      step.objective);
        trace(text);
      };
    }
    return gtf::Fuse(ir, vi, {}, pool(), on_step);
  }

 private:
  MethodInfo info_;
};

}  // namespace

MethodInfo GtfInfo() {
  return {.name = "gtf",
          .title = "GTF",
          .summary = "gradient transfer and total variation",
          .citation = "Ma, Chen, Li, Huang, Information Fusion 31 (2016)",
          .training = "nothing",
          .colour = kLumaColour,
          .published_range = kClippedAndRounded};
}

StatusOr<std::unique_ptr<FusionMethod>> MakeGtf(const MethodOptions& options) {
  SEAFUSION_ASSIGN_OR_RETURN(std::unique_ptr<ThreadPool> pool, ThreadPool::Create(options.threads));
  return std::unique_ptr<FusionMethod>(std::make_unique<Gtf>(std::move(pool)));
}

}  // namespace seafusion::methods
