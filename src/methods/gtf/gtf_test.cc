#include "methods/gtf/gtf.h"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "methods/testing/test_elimination.h"
#include "methods/testing/test_planes.h"

namespace seafusion::methods::gtf {
namespace {

// A disc on a ramp, and waves: large and small differences, edges in one of them and in both.
LumaPlane TestInfrared(int width, int height) {
  return Draw(width, height, [](int x, int y) {
    return (y - 11) * (y - 11) + (x - 9) * (x - 9) < 36 ? 200.0 : 40.0 + 2 * y + x;
  });
}
LumaPlane TestVisible(int width, int height) {
  return Draw(width, height, [](int x, int y) {
    return std::floor(127.5 + 60 * std::sin(0.9 * x) + 50 * std::cos(0.7 * y) + 0.5);
  });
}

std::unique_ptr<ThreadPool> Threads(int count) {
  return *ThreadPool::Create(count);
}

struct Solution {
  LumaPlane fused;
  std::vector<Step> steps;
};

Solution Solve(const LumaPlane& ir, const LumaPlane& vi, const Parameters& parameters = {},
               int threads = 1) {
  Solution run;
  auto fused = Fuse(ir, vi, parameters, *Threads(threads),
                    [&](const Step& step) { run.steps.push_back(step); });
  EXPECT_TRUE(fused.ok()) << fused.status().message();
  run.fused = *std::move(fused);
  return run;
}

double Clipped(const LumaPlane& plane, int y, int x) {
  return std::clamp(plane.Row(y)[x] / 255, 0.0, 1.0);
}

// Numbers of an independent implementation in double precision; conjugate gradients end early, so
// that the last digits depend on the order of sums.
TEST(GtfTest, TestVector) {
  const Solution run = Solve(TestInfrared(20, 24), TestVisible(20, 24));
  const double residuals[] = {8.94099, 1.30372, 0.661654, 0.508823, 0.422866};
  const int iterations[] = {10, 25, 30, 34, 35};
  ASSERT_EQ(run.steps.size(), 5u);
  for (std::size_t k = 0; k < 5; ++k) {
    EXPECT_NEAR(run.steps[k].solver.start_residual, residuals[k], 2e-3 * residuals[k]) << k;
    EXPECT_EQ(run.steps[k].solver.iterations, iterations[k]) << k;
  }
  EXPECT_NEAR(Clipped(run.fused, 0, 0), 0.42776, 2e-3);
  EXPECT_NEAR(Clipped(run.fused, 11, 9), 0.76200, 2e-3);
  EXPECT_NEAR(Clipped(run.fused, 5, 4), 0.01012, 2e-3);
  EXPECT_EQ(Clipped(run.fused, 23, 19), 0);
  EXPECT_NEAR(Clipped(run.fused, 12, 2), 0.43145, 2e-3);
  double mean = 0;
  for (int y = 0; y < 24; ++y) {
    for (int x = 0; x < 20; ++x) mean += Clipped(run.fused, y, x) / (20 * 24);
  }
  EXPECT_NEAR(mean, 0.382394, 2e-3);
}

TEST(GtfTest, TheObjectiveDecreases) {
  for (const auto& [width, height] : {std::pair(20, 24), std::pair(67, 41)}) {
    const LumaPlane ir = TestInfrared(width, height), vi = TestVisible(width, height);
    LumaPlane s(width, height);
    for (int y = 0; y < height; ++y) {
      for (int x = 0; x < width; ++x) s.Row(y)[x] = (ir.Row(y)[x] - vi.Row(y)[x]) / 255;
    }
    double last = Objective(s, s, 4);
    const Solution run = Solve(ir, vi);
    for (const Step& step : run.steps) {
      EXPECT_LT(step.objective, last);
      last = step.objective;
    }
  }
}

// I + F (Dx' R Dx + Dy' R Dy) F as a matrix, from the differences one by one.
std::vector<std::vector<double>> DenseMatrix(const WeightedSystem& system) {
  const auto n = static_cast<std::size_t>(system.width) * static_cast<std::size_t>(system.height);
  std::vector<std::vector<double>> a(n, std::vector<double>(n));
  for (std::size_t i = 0; i < n; ++i) a[i][i] = 1;
  const auto add_difference = [&](std::size_t i, std::size_t j) {
    const double r = system.edge_weights[i];
    const double fi = system.data_weights[i], fj = system.data_weights[j];
    a[i][i] += r * fi * fi;
    a[j][j] += r * fj * fj;
    a[i][j] -= r * fi * fj;
    a[j][i] -= r * fi * fj;
  };
  for (int y = 0; y < system.height; ++y) {
    for (int x = 0; x < system.width; ++x) {
      const auto i = static_cast<std::size_t>(y) * static_cast<std::size_t>(system.width) +
                     static_cast<std::size_t>(x);
      if (x + 1 < system.width) add_difference(i, i + 1);
      if (y + 1 < system.height) add_difference(i, i + static_cast<std::size_t>(system.width));
    }
  }
  return a;
}

TEST(ConjugateGradientsTest, AgreesWithElimination) {
  for (const auto& [width, height] :
       {std::pair(7, 6), std::pair(1, 9), std::pair(12, 1), std::pair(5, 19), std::pair(1, 1)}) {
    const auto n = static_cast<std::size_t>(width) * static_cast<std::size_t>(height);
    std::vector<double> f(n), r(n), b(n), z(n);
    for (std::size_t i = 0; i < n; ++i) {
      const double t = static_cast<double>(i);
      f[i] = 0.2 + 0.15 * std::sin(1.7 * t);
      r[i] = std::exp(3 * std::cos(2.3 * t));
      b[i] = std::sin(0.6 * t + 1);
      z[i] = std::cos(t);
    }
    const WeightedSystem system{width, height, f.data(), r.data()};
    ConjugateGradients solver(width, height);
    const auto outcome =
        solver.Solve(system, b, {.residual_divisor = 1e12, .max_iterations = 2000}, *Threads(2), z);
    ASSERT_TRUE(outcome.ok());
    const std::vector<double> direct = *SolveDense(DenseMatrix(system), b);
    for (std::size_t i = 0; i < n; ++i) EXPECT_NEAR(z[i], direct[i], 1e-8) << width << " " << i;
  }
}

// The whole method with each system solved directly, in its plainest form.
std::vector<double> SlowGtf(const LumaPlane& ir, const LumaPlane& vi, const Parameters& p) {
  const int width = ir.width(), height = ir.height();
  const auto n = static_cast<std::size_t>(width) * static_cast<std::size_t>(height);
  std::vector<double> s(n), y(n), f(n), r(n);
  for (std::size_t i = 0; i < n; ++i) s[i] = (ir.samples()[i] - vi.samples()[i]) / 255;
  y = s;
  for (int k = 0; k < p.steps; ++k) {
    std::vector<double> x(n), g(n);
    for (std::size_t i = 0; i < n; ++i) {
      x[i] = std::abs(y[i] - s[i]);
      const bool right = static_cast<int>(i) % width + 1 < width;
      const bool down = static_cast<int>(i) / width + 1 < height;
      const double dx = right ? y[i + 1] - y[i] : 0;
      const double dy = down ? y[i + static_cast<std::size_t>(width)] - y[i] : 0;
      g[i] = dx * dx + dy * dy;
    }
    const double eps_f = FindQuantile(x, p.data_quantile).after;
    const QuantileCentres edge = FindQuantile(g, p.edge_quantile);
    const double eps_r = edge.at > 0 ? edge.at : edge.after;
    for (std::size_t i = 0; i < n; ++i) {
      f[i] = k == 0 ? 0.632455532 : std::sqrt(std::max(x[i], eps_f) / 2);
      r[i] = p.lambda * 2 / std::sqrt(std::max(g[i], eps_r));
    }
    std::vector<double> b(n);
    for (std::size_t i = 0; i < n; ++i) b[i] = s[i] / f[i];
    y = *SolveDense(DenseMatrix({width, height, f.data(), r.data()}), b);
    for (std::size_t i = 0; i < n; ++i) y[i] *= f[i];
  }
  for (std::size_t i = 0; i < n; ++i) y[i] = 255 * y[i] + vi.samples()[i];
  return y;
}

TEST(GtfTest, AgreesWithTheDirectSolutionOnTinyPictures) {
  const Parameters exact = {.solver = {.residual_divisor = 1e12, .max_iterations = 5000}};
  for (const auto& [width, height] : {std::pair(9, 8), std::pair(1, 13), std::pair(11, 1)}) {
    const LumaPlane ir = TestInfrared(width, height), vi = TestVisible(width, height);
    const Solution run = Solve(ir, vi, exact);
    const std::vector<double> direct = SlowGtf(ir, vi, exact);
    for (std::size_t i = 0; i < direct.size(); ++i) {
      EXPECT_NEAR(run.fused.samples()[i], direct[i], 1e-3) << width << "x" << height << " " << i;
    }
  }
}

TEST(GtfTest, ThreadsChangeNothing) {
  const LumaPlane ir = TestInfrared(131, 97), vi = TestVisible(131, 97);
  const Solution one = Solve(ir, vi, {}, 1);
  EXPECT_EQ(Solve(ir, vi, {}, 3).fused.samples(), one.fused.samples());
}

TEST(GtfTest, DegeneratePictures) {
  const LumaPlane ir = TestInfrared(15, 9);
  // Nothing to transfer.
  EXPECT_EQ(Solve(ir, ir).fused.samples(), ir.samples());
  // A flat visible picture has no edges: the infrared, smoothed by the total variation, stays
  // within its range.
  const LumaPlane flat = Draw(15, 9, [](int, int) { return 77.0; });
  const auto [least, greatest] = std::minmax_element(ir.samples().begin(), ir.samples().end());
  const Solution smooth = Solve(ir, flat);
  for (const double v : smooth.fused.samples()) {
    EXPECT_GE(v, *least - 1);
    EXPECT_LE(v, *greatest + 1);
  }
  // A constant difference is the optimum: the infrared as it is.
  const LumaPlane brighter = Draw(15, 9, [&](int x, int y) { return ir.Row(y)[x] + 16; });
  const Solution same = Solve(brighter, ir);
  for (std::size_t i = 0; i < same.fused.samples().size(); ++i) {
    EXPECT_NEAR(same.fused.samples()[i], brighter.samples()[i], 1e-9);
  }
  // One pixel has no gradient: the infrared.
  const Solution pixel =
      Solve(Draw(1, 1, [](int, int) { return 9.0; }), Draw(1, 1, [](int, int) { return 200.0; }));
  EXPECT_NEAR(pixel.fused.Row(0)[0], 9, 1e-9);
}

TEST(FindQuantileTest, KnownAnswers) {
  // 1000 values 0..999: bin centres are the values.
  std::vector<double> ramp(1000);
  for (std::size_t i = 0; i < ramp.size(); ++i) ramp[i] = static_cast<double>(999 - i);
  EXPECT_DOUBLE_EQ(FindQuantile(ramp, 0.05).at, 50);  // 51 of 1000 exceed 5 %
  EXPECT_DOUBLE_EQ(FindQuantile(ramp, 0.05).after, 51);
  EXPECT_DOUBLE_EQ(FindQuantile(ramp, 0).at, 0);
  EXPECT_DOUBLE_EQ(FindQuantile(ramp, 1).after, 999);
  EXPECT_DOUBLE_EQ(FindQuantile({3, 3, 3}, 0.5).after, 3);
  EXPECT_DOUBLE_EQ(FindQuantile({0, 0}, 0.5).at, 1e-12);
  // Half-way between the first two centres: the lower.
  EXPECT_DOUBLE_EQ(FindQuantile({0.5, 0, 999}, 0.5).at, 0);
}

}  // namespace
}  // namespace seafusion::methods::gtf
