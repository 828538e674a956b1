// The linear system that gradient transfer fusion solves in each of its steps, and its solver.
#ifndef SEAFUSION_METHODS_GTF_WEIGHTED_SYSTEM_H_
#define SEAFUSION_METHODS_GTF_WEIGHTED_SYSTEM_H_

#include <cstddef>
#include <vector>

#include <seafusion/status.h>

#include "core/cpu/thread_pool.h"

namespace seafusion::methods::gtf {

/// A z = z + F (Dx' R Dx + Dy' R Dy) F z: Dx, Dy are forward differences along rows and columns, 0
/// at the last one; F and R are diagonal. Symmetric and positive definite. Pictures are row-major,
/// width * height values.
struct WeightedSystem {
  int width = 0;
  int height = 0;
  const double* data_weights = nullptr;  ///< F
  const double* edge_weights = nullptr;  ///< R
};

struct SolverLimits {
  double residual_divisor = 5;  ///< Ends at |residual| <= |residual at the start| / this.
  int max_iterations = 500;
};

struct SolverOutcome {
  double start_residual = 0;  ///< |A z - b| / |b|
  double end_residual = 0;    ///< As the recursion has it.
  int iterations = 0;
};

/// Plain conjugate gradients. Keeps four pictures of scratch memory for further systems of its
/// size; not thread-safe. Sums are formed by bands of rows whose number does not depend on the
/// threads, so the result does not either.
class ConjugateGradients {
 public:
  /// std::bad_alloc may leave it.
  ConjugateGradients(int width, int height);

  /// From the start value in `z` to the solution in `z`. `b` must not be all zeros.
  StatusOr<SolverOutcome> Solve(const WeightedSystem& system, const std::vector<double>& b,
                                const SolverLimits& limits, ThreadPool& pool,
                                std::vector<double>& z);

 private:
  // direction = from + beta * previous direction; product = A direction. Gives direction' product.
  StatusOr<double> Multiply(const WeightedSystem& system, const std::vector<double>& from,
                            double beta, ThreadPool& pool);

  int width_;
  int height_;
  int band_rows_;
  std::size_t bands_;
  std::vector<double> residual_, direction_, previous_, product_;
  std::vector<double> sums_;  // one a band
};

}  // namespace seafusion::methods::gtf

#endif  // SEAFUSION_METHODS_GTF_WEIGHTED_SYSTEM_H_
