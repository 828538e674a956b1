// Orthogonal matching pursuit: few atoms of a dictionary whose combination comes close to a signal.
#ifndef SEAFUSION_METHODS_MST_SR_SPARSE_CODER_H_
#define SEAFUSION_METHODS_MST_SR_SPARSE_CODER_H_

#include <cstddef>
#include <vector>

#include <seafusion/status.h>

namespace seafusion::methods::mst_sr {

struct SparseCode {
  std::vector<int> atoms;  ///< In the order they were chosen.
  std::vector<double> coefficients;
  double residual_squared = 0;  ///< Of the signal, as the recursion has it.

  /// Sum of the absolute coefficients.
  double Magnitude() const;
};

/// Immutable after Create; any number of threads may use one, each with its own scratch memory.
///
/// Each step takes the atom with the largest product with the residual (the first of equal ones),
/// then all coefficients anew by least squares. The batch form (Rubinstein, Zibulevsky, Elad 2008)
/// works on products with atoms alone. Here the chosen atoms are made orthonormal one by one and
/// what is kept of each is its product with every atom, so that a step is a few sums of rows.
class SparseCoder {
 public:
  struct Scratch {
    std::vector<double> products;  // of every atom with the residual
    std::vector<double> basis;     // [step][atom]: products of the orthonormal vectors
    std::vector<double> triangle;  // [step][step]: of the chosen atoms with them
    std::vector<double> along;     // of the signal with them
    std::vector<unsigned char> chosen;
  };

  /// `atoms`: one after another, `dimension` values each; they are scaled to norm 1. Fails with
  /// kCorruptData for an atom of norm 0 (numbered from 0).
  static StatusOr<SparseCoder> Create(int dimension, std::vector<double> atoms);

  int dimension() const { return dimension_; }
  int atom_count() const { return atom_count_; }

  /// Ends when the residual's norm is at most `epsilon`, with `dimension` atoms, or when no further
  /// atom helps. `signal`: dimension() values.
  void Encode(const double* signal, double epsilon, Scratch& scratch, SparseCode& code) const;

  /// The combination of atoms that a code stands for; `signal`: dimension() values.
  void Decode(const SparseCode& code, double* signal) const;

 private:
  SparseCoder() = default;
  const double* Atom(int i) const { return atoms_.data() + std::ptrdiff_t{i} * dimension_; }
  // basis row `step` = (products of `atom` with every atom - sum of shares * earlier rows) / rest
  void Orthogonalise(int atom, int step, double rest, Scratch& scratch) const;

  int dimension_ = 0;
  int atom_count_ = 0;
  std::vector<double> atoms_;  // one after another
  std::vector<double> gram_;   // products of every two atoms
};

}  // namespace seafusion::methods::mst_sr

#endif  // SEAFUSION_METHODS_MST_SR_SPARSE_CODER_H_
