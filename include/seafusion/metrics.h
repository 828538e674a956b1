// Measures of how good a fused picture is, with the numbers the published MATLAB code gives.
#ifndef SEAFUSION_METRICS_H_
#define SEAFUSION_METRICS_H_

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <seafusion/image.h>
#include <seafusion/status.h>

namespace seafusion::metrics {

// Notation below: A infrared, B visible, F fused, all 8-bit gray, H rows, W columns, N = H W.
// "unit": samples / 255. Colour pictures are first made gray as MATLAB's rgb2gray does it.

/// Two conventions circulate for the same metric names; numbers of one must not be compared with
/// numbers of the other.
enum class Convention : std::uint8_t {
  /// The code published with the SeAFusion paper (Tang, Yuan, Ma, Information Fusion 82, 2022), and
  /// so the paper's figures and Metric_TNO.xlsx: SD and VIF in saturating 8-bit arithmetic; SF,
  /// Qabf
  /// and Nabf on 0..1.
  kPaper,
  /// The author's later Evaluation-for-Image-Fusion, which most later papers quote: floating point
  /// on 0..255 throughout.
  kF255,
};

/// "paper", "f255".
std::string_view ConventionName(Convention convention);

/// What the enumerators mean is said once, in DescribeMetric: formula, range, unit, direction,
/// source.
enum class Metric : std::uint8_t {
  kEn,
  kMi,
  kVif,
  kSf,
  kSd,
  kQabf,
  kAg,
  kCc,
  kScd,
  kMse,
  kPsnr,
  kNabf,
  kSsim,
  kMsSsim,
  kFmiDct,
  kMiUnmerged,
};

enum class Direction : std::uint8_t { kHigherIsBetter, kLowerIsBetter };

struct MetricInfo {
  Metric metric;
  std::string_view name;     ///< As in tables and files: "EN", "MS_SSIM".
  std::string_view title;    ///< "entropy"
  std::string_view formula;  ///< One or two lines of plain text.
  std::string_view source;   ///< Who defined it.
  std::string_view unit;     ///< "bit", "gray levels", "dB"; empty: a pure number.
  std::string_view range;    ///< "0..8"
  Direction direction;
  /// How the conventions differ; empty when both give the same number.
  std::string_view conventions;
  /// Pictures with a shorter side have the value NaN.
  int smallest_side;
  /// When a picture of sufficient size has the value NaN or infinity; empty: never.
  std::string_view not_finite_when;
  /// The value is the sum or mean of a part for the infrared and a part for the visible source.
  bool has_parts;
};

/// All metrics, the paper's six first; lives as long as the program.
std::span<const MetricInfo> AllMetrics();
const MetricInfo& DescribeMetric(Metric metric);
/// The unit of a metric's values in a convention: MetricInfo::unit, but none for SF in kPaper,
/// whose samples are on 0..1.
std::string_view MetricUnit(Metric metric, Convention convention);
/// By name, in any case, "-" as good as "_"; null when there is none.
const MetricInfo* FindMetric(std::string_view name);
/// EN, MI, VIF, SF, SD, Qabf: what the paper reports.
std::span<const Metric> PaperMetrics();

struct MetricValue {
  Metric metric;
  Convention convention;
  double value;
  /// Parts of MI and VIF (has_parts); NaN for the others.
  double infrared;
  double visible;
};

struct MetricRequest {
  std::vector<Metric> metrics;  ///< Repetitions are computed once and reported once.
  std::vector<Convention> conventions = {Convention::kPaper};
};

/// Measures one fused picture against its two sources. The views are gray8 or rgb8 and of one size.
/// Result: for each metric in the order asked, one value for each convention asked; metrics that do
/// not depend on the convention are reported once for each all the same.
///
/// Values may be NaN or infinite where the definition divides by zero: MetricInfo says when.
/// One thread; memory about ten times the samples of the three pictures as double. Thread-safe.
/// Errors: kInvalidArgument (sizes that differ, nothing asked), kUnsupported (16-bit or float
/// pictures), kResourceExhausted.
StatusOr<std::vector<MetricValue>> EvaluateMetrics(const ImageView& infrared,
                                                   const ImageView& visible, const ImageView& fused,
                                                   const MetricRequest& request);

/// Mean, standard deviation (divisor n - 1; 0 for one value) and median of the finite values.
struct Summary {
  int count = 0;       ///< Finite values.
  int not_finite = 0;  ///< NaN or infinite, left out.
  double mean = 0.0;   ///< NaN when count is 0, as are the others.
  double deviation = 0.0;
  double median = 0.0;
};
Summary Summarize(std::span<const double> values);

}  // namespace seafusion::metrics

#endif  // SEAFUSION_METRICS_H_
