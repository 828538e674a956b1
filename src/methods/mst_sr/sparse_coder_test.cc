#include "methods/mst_sr/sparse_coder.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "methods/testing/test_elimination.h"

namespace seafusion::methods::mst_sr {
namespace {

using Vector = std::vector<double>;

// Uniform in -1..1, the same for the same seed.
class Noise {
 public:
  explicit Noise(std::uint64_t seed) : state_(seed * 2 + 1) {}
  double Next() {
    state_ = state_ * 6364136223846793005u + 1442695040888963407u;
    return static_cast<double>(static_cast<std::int64_t>(state_)) / 9223372036854775808.0;
  }
  Vector Values(int n) {
    Vector v(static_cast<std::size_t>(n));
    for (double& x : v) x = Next();
    return v;
  }

 private:
  std::uint64_t state_;
};

double Dot(const Vector& a, const Vector& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}

std::vector<Vector> Normalised(std::vector<Vector> atoms) {
  for (Vector& atom : atoms) {
    const double norm = std::sqrt(Dot(atom, atom));
    for (double& v : atom) v /= norm;
  }
  return atoms;
}

Vector Joined(const std::vector<Vector>& atoms) {
  Vector all;
  for (const Vector& atom : atoms) all.insert(all.end(), atom.begin(), atom.end());
  return all;
}

SparseCoder Make(const std::vector<Vector>& atoms) {
  return *SparseCoder::Create(static_cast<int>(atoms.front().size()), Joined(atoms));
}

SparseCode Encode(const SparseCoder& coder, const Vector& signal, double epsilon) {
  SparseCoder::Scratch scratch;
  SparseCode code;
  coder.Encode(signal.data(), epsilon, scratch, code);
  return code;
}

// Coefficients of the best combination of these atoms, by the normal equations; nothing where the
// atoms depend on each other.
std::optional<Vector> LeastSquares(const std::vector<Vector>& atoms, const std::vector<int>& chosen,
                                   const Vector& signal) {
  const std::size_t n = chosen.size();
  std::vector<Vector> a(n, Vector(n));
  Vector b(n);
  const auto atom = [&](std::size_t i) { return atoms[static_cast<std::size_t>(chosen[i])]; };
  for (std::size_t i = 0; i < n; ++i) {
    b[i] = Dot(atom(i), signal);
    for (std::size_t j = 0; j < n; ++j) a[i][j] = Dot(atom(i), atom(j));
  }
  return SolveDense(std::move(a), std::move(b), 1e-10);
}

Vector Residual(const std::vector<Vector>& atoms, const std::vector<int>& chosen,
                const Vector& coefficients, Vector signal) {
  for (std::size_t k = 0; k < chosen.size(); ++k) {
    const Vector& atom = atoms[static_cast<std::size_t>(chosen[k])];
    for (std::size_t i = 0; i < signal.size(); ++i) signal[i] -= coefficients[k] * atom[i];
  }
  return signal;
}

// The pursuit as it is defined: in each step, all products and least squares from nothing.
SparseCode SlowEncode(const std::vector<Vector>& atoms, const Vector& signal, double epsilon) {
  SparseCode code;
  Vector residual = signal;
  while (Dot(residual, residual) > epsilon * epsilon && code.atoms.size() < signal.size()) {
    int best = 0;
    for (std::size_t i = 0; i < atoms.size(); ++i) {
      const double product = std::abs(Dot(atoms[i], residual));
      if (product > std::abs(Dot(atoms[static_cast<std::size_t>(best)], residual))) {
        best = static_cast<int>(i);
      }
    }
    code.atoms.push_back(best);
    code.coefficients = *LeastSquares(atoms, code.atoms, signal);
    residual = Residual(atoms, code.atoms, code.coefficients, signal);
  }
  code.residual_squared = Dot(residual, residual);
  return code;
}

TEST(SparseCoderTest, AgreesWithTheDefinition) {
  Noise noise(5);
  for (const auto& [dimension, count] :
       {std::pair(1, 1), std::pair(2, 5), std::pair(3, 7), std::pair(5, 5), std::pair(8, 31)}) {
    std::vector<Vector> atoms;
    for (int i = 0; i < count; ++i) atoms.push_back(noise.Values(dimension));
    atoms = Normalised(atoms);
    const SparseCoder coder = Make(atoms);
    for (int trial = 0; trial < 20; ++trial) {
      const Vector signal = noise.Values(dimension);
      for (const double epsilon : {0.5, 0.1, 0.01}) {
        const SparseCode code = Encode(coder, signal, epsilon);
        const SparseCode slow = SlowEncode(atoms, signal, epsilon);
        ASSERT_EQ(code.atoms, slow.atoms) << dimension << " " << trial << " " << epsilon;
        double magnitude = 0;
        for (std::size_t k = 0; k < slow.atoms.size(); ++k) {
          EXPECT_NEAR(code.coefficients[k], slow.coefficients[k], 1e-8);
          magnitude += std::abs(slow.coefficients[k]);
        }
        EXPECT_NEAR(code.Magnitude(), magnitude, 1e-8);
        EXPECT_NEAR(code.residual_squared, slow.residual_squared, 1e-10);
        Vector decoded(signal.size());
        coder.Decode(code, decoded.data());
        double distance = 0;
        for (std::size_t i = 0; i < signal.size(); ++i) {
          distance += (decoded[i] - signal[i]) * (decoded[i] - signal[i]);
        }
        EXPECT_LE(distance, epsilon * epsilon * 1.0001);
      }
    }
  }
}

// Unit vectors and the columns of a Hadamard matrix: no two are closer than 1/4, so the pursuit
// finds every combination of two atoms exactly (Tropp 2004: fewer than (1 + 4) / 2). Brute force
// over all pairs finds the same.
TEST(SparseCoderTest, FindsTheSparsestCombinationAsBruteForceDoes) {
  constexpr int kDimension = 16;
  std::vector<Vector> atoms(2 * kDimension, Vector(kDimension));
  for (unsigned i = 0; i < kDimension; ++i) {
    atoms[i][i] = 1;
    for (unsigned k = 0; k < kDimension; ++k) {
      atoms[kDimension + i][k] = std::popcount(i & k) % 2 == 0 ? 0.25 : -0.25;
    }
  }
  const SparseCoder coder = Make(atoms);
  Noise noise(11);
  for (int trial = 0; trial < 40; ++trial) {
    const int first = (trial * 7) % 32, second = (first + 1 + trial * 5 % 31) % 32;
    const double a = 1 + noise.Next() / 2, b = noise.Next() > 0 ? 0.7 : -1.3;
    Vector signal(kDimension);
    for (std::size_t k = 0; k < kDimension; ++k) {
      signal[k] = a * atoms[static_cast<std::size_t>(first)][k] +
                  b * atoms[static_cast<std::size_t>(second)][k];
    }
    std::vector<int> best;
    double least = 1e9;
    for (int i = 0; i < 32; ++i) {
      for (int j = i + 1; j < 32; ++j) {
        const auto coefficients = LeastSquares(atoms, {i, j}, signal);
        if (!coefficients) continue;
        const Vector rest = Residual(atoms, {i, j}, *coefficients, signal);
        if (Dot(rest, rest) < least) {
          least = Dot(rest, rest);
          best = {i, j};
        }
      }
    }
    SparseCode code = Encode(coder, signal, 1e-6);
    std::sort(code.atoms.begin(), code.atoms.end());
    EXPECT_EQ(code.atoms, best) << trial;
    EXPECT_LT(code.residual_squared, 1e-12);
  }
}

TEST(SparseCoderTest, EndsWhereNothingHelps) {
  // Atoms that span a plane, twice the same atom, a signal with a part outside the plane.
  const std::vector<Vector> atoms = {{1, 0, 0}, {1, 0, 0}, {0, 1, 0}};
  const SparseCode code = Encode(Make(atoms), {3, 1, 2}, 0.1);
  EXPECT_EQ(code.atoms, (std::vector<int>{0, 2}));  // the first of equal ones
  EXPECT_NEAR(code.coefficients[0], 3, 1e-12);
  EXPECT_NEAR(code.coefficients[1], 1, 1e-12);
  EXPECT_NEAR(code.residual_squared, 4, 1e-12);
  EXPECT_TRUE(Encode(Make(atoms), {0, 0, 0}, 0.1).atoms.empty());
  EXPECT_TRUE(Encode(Make(atoms), {0.05, 0, 0}, 0.1).atoms.empty());
  EXPECT_TRUE(Encode(Make(atoms), {0, 0, 5}, 0.1).atoms.empty());
}

TEST(SparseCoderTest, ScalesAtomsAndRefusesZeros) {
  const SparseCode code = Encode(Make({{0, 4}, {0.5, 0}}), {0, 2}, 0.1);
  EXPECT_EQ(code.atoms, std::vector<int>{0});
  EXPECT_NEAR(code.coefficients[0], 2, 1e-12);
  EXPECT_EQ(SparseCoder::Create(2, {1, 0, 0, 0}).status().message(),
            "atom 1 of the dictionary has no norm");
}

}  // namespace
}  // namespace seafusion::methods::mst_sr
