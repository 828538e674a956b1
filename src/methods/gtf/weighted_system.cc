#include "methods/gtf/weighted_system.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/status_macros.h"

namespace seafusion::methods::gtf {
namespace {

// A band's six pictures stay in a second-level cache of half a megabyte and its two extra rows cost
// little.
constexpr int kBandPixels = 10240;

int BandRows(int width) {
  return std::max(8, kBandPixels / width);
}

// Four sums, which the compiler keeps in vectors: in one it must keep the order of the additions.
class DotProduct {
 public:
  void Add(const double* __restrict a, const double* __restrict b, int n) {
    int x = 0;
    for (; x + kLanes <= n; x += kLanes) {
      for (int i = 0; i < kLanes; ++i) lanes_[i] += a[x + i] * b[x + i];
    }
    for (; x < n; ++x) lanes_[0] += a[x] * b[x];
  }
  double Sum() const { return (lanes_[0] + lanes_[1]) + (lanes_[2] + lanes_[3]); }

 private:
  static constexpr int kLanes = 4;
  double lanes_[kLanes] = {};
};

// p = r + beta p_before; t = F p
void NextDirection(const double* __restrict r, const double* __restrict before, double beta,
                   const double* __restrict weights, int n, double* __restrict p,
                   double* __restrict t) {
  for (int x = 0; x < n; ++x) {
    p[x] = r[x] + beta * before[x];
    t[x] = weights[x] * p[x];
  }
}

// R (next - t), the flux between two neighbours.
void Flux(const double* __restrict t, const double* __restrict next,
          const double* __restrict weights, int n, double* __restrict flux) {
  for (int x = 0; x < n; ++x) flux[x] = weights[x] * (next[x] - t[x]);
}

// q = p + F (what flows in from the left and above, less what flows out to the right and below).
// flux_x[-1] is 0.
void Gather(const double* __restrict p, const double* __restrict weights,
            const double* __restrict flux_x, const double* __restrict above,
            const double* __restrict below, int n, double* __restrict q) {
  for (int x = 0; x < n; ++x) {
    q[x] = p[x] + weights[x] * ((flux_x[x - 1] - flux_x[x]) + (above[x] - below[x]));
  }
}

}  // namespace

ConjugateGradients::ConjugateGradients(int width, int height)
    : width_(width),
      height_(height),
      band_rows_(BandRows(width)),
      bands_(static_cast<std::size_t>((height - 1) / band_rows_) + 1),
      residual_(static_cast<std::size_t>(width) * static_cast<std::size_t>(height)),
      direction_(residual_.size()),
      previous_(residual_.size()),
      product_(residual_.size()),
      sums_(bands_) {}

StatusOr<double> ConjugateGradients::Multiply(const WeightedSystem& system,
                                              const std::vector<double>& from, double beta,
                                              ThreadPool& pool) {
  const int n = width_;
  std::swap(direction_, previous_);
  const auto body = [&](std::size_t band, int) -> Status {
    const int y0 = static_cast<int>(band) * band_rows_;
    const int y1 = std::min(y0 + band_rows_, height_);
    const auto row = static_cast<std::size_t>(n);
    // Rows of F p at y and y + 1, a direction of a neighbouring band, fluxes with a 0 before them.
    std::vector<double> scratch(6 * row + 1);
    double* t = scratch.data();
    double* t_next = t + n;
    double* neighbour = t_next + n;
    double* above = neighbour + n;
    double* below = above + n;
    double* flux_x = below + n + 1;
    const auto advance = [&](int y, double* t_row) {
      const std::ptrdiff_t at = std::ptrdiff_t{y} * n;
      double* p = y >= y0 && y < y1 ? direction_.data() + at : neighbour;
      NextDirection(from.data() + at, previous_.data() + at, beta, system.data_weights + at, n, p,
                    t_row);
    };
    if (y0 > 0) {
      advance(y0 - 1, t_next);
      advance(y0, t);
      Flux(t_next, t, system.edge_weights + std::ptrdiff_t{y0 - 1} * n, n, above);
    } else {
      advance(y0, t);
    }
    DotProduct dot;
    for (int y = y0; y < y1; ++y) {
      const std::ptrdiff_t at = std::ptrdiff_t{y} * n;
      if (y + 1 < height_) {
        advance(y + 1, t_next);
        Flux(t, t_next, system.edge_weights + at, n, below);
      } else {
        std::fill_n(below, n, 0.0);
      }
      Flux(t, t + 1, system.edge_weights + at, n - 1, flux_x);
      flux_x[n - 1] = 0;
      double* q = product_.data() + at;
      Gather(direction_.data() + at, system.data_weights + at, flux_x, above, below, n, q);
      dot.Add(direction_.data() + at, q, n);
      std::swap(t, t_next);
      std::swap(above, below);
    }
    sums_[band] = dot.Sum();
    return OkStatus();
  };
  SEAFUSION_RETURN_IF_ERROR(pool.ParallelFor(bands_, body));
  return std::accumulate(sums_.begin(), sums_.end(), 0.0);
}

StatusOr<SolverOutcome> ConjugateGradients::Solve(const WeightedSystem& system,
                                                  const std::vector<double>& b,
                                                  const SolverLimits& limits, ThreadPool& pool,
                                                  std::vector<double>& z) {
  // Calls body(first value, count) for each band; the bodies' results are added up.
  const auto sum_bands = [&](const auto& body) -> StatusOr<double> {
    SEAFUSION_RETURN_IF_ERROR(pool.ParallelFor(bands_, [&](std::size_t band, int) {
      const int y0 = static_cast<int>(band) * band_rows_;
      const int rows = std::min(band_rows_, height_ - y0);
      sums_[band] = body(std::ptrdiff_t{y0} * width_, rows * width_);
      return OkStatus();
    }));
    return std::accumulate(sums_.begin(), sums_.end(), 0.0);
  };
  std::fill(direction_.begin(), direction_.end(), 0.0);
  SEAFUSION_RETURN_IF_ERROR(Multiply(system, z, 0.0, pool).status());
  SEAFUSION_ASSIGN_OR_RETURN(const double b_squared, sum_bands([&](std::ptrdiff_t at, int n) {
                               DotProduct dot;
                               dot.Add(b.data() + at, b.data() + at, n);
                               return dot.Sum();
                             }));
  SEAFUSION_ASSIGN_OR_RETURN(double squared, sum_bands([&](std::ptrdiff_t at, int n) {
                               double* r = residual_.data() + at;
                               for (int i = 0; i < n; ++i) r[i] = b[at + i] - product_[at + i];
                               DotProduct dot;
                               dot.Add(r, r, n);
                               return dot.Sum();
                             }));
  SolverOutcome outcome;
  outcome.start_residual = std::sqrt(squared / b_squared);
  outcome.end_residual = outcome.start_residual;
  const double target = outcome.start_residual / limits.residual_divisor;
  double beta = 0.0;
  while (outcome.end_residual > target && outcome.iterations < limits.max_iterations) {
    SEAFUSION_ASSIGN_OR_RETURN(const double curvature, Multiply(system, residual_, beta, pool));
    // Zero by underflow only: nothing more can be gained.
    if (!(curvature > 0.0)) break;
    const double step = squared / curvature;
    const double before = squared;
    SEAFUSION_ASSIGN_OR_RETURN(squared, sum_bands([&](std::ptrdiff_t at, int n) {
                                 const double* __restrict p = direction_.data() + at;
                                 const double* __restrict q = product_.data() + at;
                                 double* __restrict r = residual_.data() + at;
                                 double* __restrict x = z.data() + at;
                                 for (int i = 0; i < n; ++i) {
                                   x[i] += step * p[i];
                                   r[i] -= step * q[i];
                                 }
                                 DotProduct dot;
                                 dot.Add(r, r, n);
                                 return dot.Sum();
                               }));
    beta = squared / before;
    ++outcome.iterations;
    outcome.end_residual = std::sqrt(squared / b_squared);
  }
  return outcome;
}

}  // namespace seafusion::methods::gtf
