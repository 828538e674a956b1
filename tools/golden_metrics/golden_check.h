// Compares the metrics with known values of real pictures.
#ifndef SEAFUSION_TOOLS_GOLDEN_METRICS_GOLDEN_CHECK_H_
#define SEAFUSION_TOOLS_GOLDEN_METRICS_GOLDEN_CHECK_H_

#include <functional>
#include <string>
#include <vector>

#include <seafusion/metrics.h>

namespace seafusion::tools {

/// One fused picture with its sources and the values known for it.
struct GoldenCase {
  struct Value {
    std::string name;  ///< As in the file: "VIF_255_ir".
    double value;
  };
  std::string dataset;
  std::string pair;
  std::string method;
  std::vector<Value> values;
};

/// Reads a file with the columns dataset, pair, method, metric, value. The cases are in the order
/// of the file. Errors: those of ReadFile, and kCorruptData with the line.
StatusOr<std::vector<GoldenCase>> ReadGoldenCases(const std::string& csv_path);

struct GoldenPaths {
  std::string infrared;
  std::string visible;
  std::string fused;
};

/// Where the pictures of a case are below the folder of shared data: golden/images, or the data set
/// itself. Empty paths when one of the three is in neither place.
GoldenPaths FindGoldenPictures(const std::string& shared_folder, const GoldenCase& golden);

/// "VIF_255_ir" is the infrared part of VIF in the convention f255; no "_255" means paper.
struct GoldenName {
  enum class Part { kWhole, kInfrared, kVisible };
  metrics::Metric metric;
  metrics::Convention convention = metrics::Convention::kPaper;
  Part part = Part::kWhole;
};
StatusOr<GoldenName> ParseGoldenName(const std::string& name);

/// 1e-6 for VIF, SSIM, MS_SSIM and FMI_dct, whose sums depend on rounding; 1e-9 for the others.
double GoldenTolerance(metrics::Metric metric);

struct GoldenResult {
  std::string name;
  double expected;
  double actual;
  /// Relative; absolute where expected is 0; 0 for NaN against NaN, infinite for NaN against a
  /// number.
  double error;
  double tolerance;
};

/// Measures the pictures of a case and compares each of its values.
StatusOr<std::vector<GoldenResult>> CheckGoldenCase(const GoldenPaths& paths,
                                                    const GoldenCase& golden);

}  // namespace seafusion::tools

#endif  // SEAFUSION_TOOLS_GOLDEN_METRICS_GOLDEN_CHECK_H_
