#include "methods/mst_sr/sparse_coder.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>

namespace seafusion::methods::mst_sr {
namespace {

// Squares below this are rounding errors: the limits of the toolbox that the public code uses.
constexpr double kLeastProductSquared = 1e-14;
constexpr double kLeastDistanceSquared = 1e-14;

double Dot(const double* a, const double* b, int n) {
  return std::inner_product(a, a + n, b, 0.0);
}

// out -= s[0] rows[0] + s[1] rows[1] + s[2] rows[2] + s[3] rows[3]; rows lie `n` apart. Four at
// once: `out` is read and written a quarter as often.
void SubtractFourRows(const double* __restrict rows, const double* __restrict s, int n,
                      double* __restrict out) {
  const double* __restrict a = rows;
  const double* __restrict b = a + n;
  const double* __restrict c = b + n;
  const double* __restrict d = c + n;
  const double sa = s[0], sb = s[1], sc = s[2], sd = s[3];
  for (int i = 0; i < n; ++i) {
    out[i] -= (sa * a[i] + sb * b[i]) + (sc * c[i] + sd * d[i]);
  }
}

void SubtractRow(const double* __restrict row, double s, int n, double* __restrict out) {
  for (int i = 0; i < n; ++i) out[i] -= s * row[i];
}

int IndexOfLargest(const std::vector<double>& values) {
  std::size_t best = 0;
  for (std::size_t i = 1; i < values.size(); ++i) {
    if (std::abs(values[i]) > std::abs(values[best])) best = i;
  }
  return static_cast<int>(best);
}

}  // namespace

double SparseCode::Magnitude() const {
  double sum = 0;
  for (const double c : coefficients) sum += std::abs(c);
  return sum;
}

StatusOr<SparseCoder> SparseCoder::Create(int dimension, std::vector<double> atoms) {
  SparseCoder coder;
  coder.dimension_ = dimension;
  coder.atom_count_ = static_cast<int>(atoms.size() / static_cast<std::size_t>(dimension));
  coder.atoms_ = std::move(atoms);
  for (int i = 0; i < coder.atom_count_; ++i) {
    double* atom = coder.atoms_.data() + std::ptrdiff_t{i} * dimension;
    const double norm = std::sqrt(Dot(atom, atom, dimension));
    if (!(norm > 0) || !std::isfinite(norm)) {
      return CorruptData("atom " + std::to_string(i) + " of the dictionary has no norm");
    }
    for (int k = 0; k < dimension; ++k) atom[k] /= norm;
  }
  const auto n = static_cast<std::size_t>(coder.atom_count_);
  coder.gram_.resize(n * n);
  for (int i = 0; i < coder.atom_count_; ++i) {
    for (int j = 0; j < coder.atom_count_; ++j) {
      coder.gram_[static_cast<std::size_t>(i) * n + static_cast<std::size_t>(j)] =
          Dot(coder.Atom(i), coder.Atom(j), dimension);
    }
  }
  return coder;
}

void SparseCoder::Orthogonalise(int atom, int step, double rest, Scratch& scratch) const {
  const int n = atom_count_;
  double* row = scratch.basis.data() + std::ptrdiff_t{step} * n;
  const double* shares = scratch.triangle.data() + std::ptrdiff_t{step} * dimension_;
  std::copy_n(gram_.data() + std::ptrdiff_t{atom} * n, n, row);
  int i = 0;
  for (; i + 4 <= step; i += 4) {
    SubtractFourRows(scratch.basis.data() + std::ptrdiff_t{i} * n, shares + i, n, row);
  }
  for (; i < step; ++i) {
    SubtractRow(scratch.basis.data() + std::ptrdiff_t{i} * n, shares[i], n, row);
  }
  for (int k = 0; k < n; ++k) row[k] /= rest;
}

void SparseCoder::Encode(const double* signal, double epsilon, Scratch& scratch,
                         SparseCode& code) const {
  const auto n = static_cast<std::size_t>(atom_count_);
  const auto most = static_cast<std::size_t>(dimension_);
  scratch.products.resize(n);
  scratch.basis.resize(most * n);
  scratch.triangle.resize(most * most);
  scratch.along.resize(most);
  scratch.chosen.assign(n, 0);
  code.atoms.clear();
  for (int i = 0; i < atom_count_; ++i) {
    scratch.products[static_cast<std::size_t>(i)] = Dot(Atom(i), signal, dimension_);
  }
  double squared = Dot(signal, signal, dimension_);
  int step = 0;
  while (squared > epsilon * epsilon && step < dimension_) {
    const int atom = IndexOfLargest(scratch.products);
    const double product = scratch.products[static_cast<std::size_t>(atom)];
    unsigned char& chosen = scratch.chosen[static_cast<std::size_t>(atom)];
    if (chosen != 0 || product * product < kLeastProductSquared) break;
    double* shares = scratch.triangle.data() + std::ptrdiff_t{step} * dimension_;
    double rest_squared = 1;
    for (int i = 0; i < step; ++i) {
      shares[i] = scratch.basis[static_cast<std::size_t>(i) * n + static_cast<std::size_t>(atom)];
      rest_squared -= shares[i] * shares[i];
    }
    if (rest_squared <= kLeastDistanceSquared) break;
    const double rest = std::sqrt(rest_squared);
    shares[step] = rest;
    Orthogonalise(atom, step, rest, scratch);
    // The residual is orthogonal to the earlier vectors, so this is its product with the new one.
    const double along = product / rest;
    scratch.along[static_cast<std::size_t>(step)] = along;
    SubtractRow(scratch.basis.data() + std::ptrdiff_t{step} * atom_count_, along, atom_count_,
                scratch.products.data());
    squared -= along * along;
    chosen = 1;
    code.atoms.push_back(atom);
    ++step;
  }
  code.residual_squared = std::max(squared, 0.0);
  // Back substitution: the chosen atoms are the triangle times the orthonormal vectors.
  code.coefficients.assign(scratch.along.begin(), scratch.along.begin() + step);
  for (int k = step - 1; k >= 0; --k) {
    const double* shares = scratch.triangle.data() + std::ptrdiff_t{k} * dimension_;
    double& c = code.coefficients[static_cast<std::size_t>(k)];
    c /= shares[k];
    SubtractRow(shares, c, k, code.coefficients.data());
  }
}

void SparseCoder::Decode(const SparseCode& code, double* signal) const {
  std::fill_n(signal, dimension_, 0.0);
  for (std::size_t k = 0; k < code.atoms.size(); ++k) {
    SubtractRow(Atom(code.atoms[k]), -code.coefficients[k], dimension_, signal);
  }
}

}  // namespace seafusion::methods::mst_sr
