// Small dense systems of equations, solved in the plainest way, for tests to compare with.
#ifndef SEAFUSION_METHODS_TESTING_TEST_ELIMINATION_H_
#define SEAFUSION_METHODS_TESTING_TEST_ELIMINATION_H_

#include <cmath>
#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

namespace seafusion::methods {

/// x of a x = b, by elimination with pivots; nothing where one is below `least`: the rows depend on
/// each other.
inline std::optional<std::vector<double>> SolveDense(std::vector<std::vector<double>> a,
                                                     std::vector<double> b, double least = 0) {
  const std::size_t n = b.size();
  for (std::size_t k = 0; k < n; ++k) {
    std::size_t pivot = k;
    for (std::size_t i = k + 1; i < n; ++i) {
      if (std::abs(a[i][k]) > std::abs(a[pivot][k])) pivot = i;
    }
    if (std::abs(a[pivot][k]) < least) return std::nullopt;
    std::swap(a[k], a[pivot]);
    std::swap(b[k], b[pivot]);
    for (std::size_t i = k + 1; i < n; ++i) {
      const double factor = a[i][k] / a[k][k];
      for (std::size_t j = k; j < n; ++j) a[i][j] -= factor * a[k][j];
      b[i] -= factor * b[k];
    }
  }
  for (std::size_t k = n; k-- > 0;) {
    for (std::size_t j = k + 1; j < n; ++j) b[k] -= a[k][j] * b[j];
    b[k] /= a[k][k];
  }
  return b;
}

}  // namespace seafusion::methods

#endif  // SEAFUSION_METHODS_TESTING_TEST_ELIMINATION_H_
