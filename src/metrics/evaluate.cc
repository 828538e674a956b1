#include "metrics/evaluate.h"

#include <algorithm>
#include <limits>
#include <new>
#include <optional>
#include <string>
#include <utility>

#include "core/status_macros.h"
#include "metrics/edges/edge_transfer.h"
#include "metrics/information/feature_information.h"
#include "metrics/statistics/differences.h"
#include "metrics/statistics/entropy.h"
#include "metrics/statistics/moments.h"
#include "metrics/structure/mef_ssim.h"
#include "metrics/structure/vif.h"

namespace seafusion::metrics {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

// Computes values on demand and keeps what several metrics or both conventions share.
class Evaluator {
 public:
  Evaluator(const RowKernels& kernels, const Triple& images, const MetricRequest& request)
      : kernels_(kernels), images_(images) {
    for (const Convention c : request.conventions) {
      (c == Convention::kPaper ? vif_wanted_.paper : vif_wanted_.f255) = true;
    }
    multi_scale_ = std::find(request.metrics.begin(), request.metrics.end(), Metric::kMsSsim) !=
                       request.metrics.end() &&
                   SmallerSide() >= kMsSsimSmallestSide;
  }

  MetricValue Evaluate(Metric metric, Convention convention) {
    MetricValue value{metric, convention, kNan, kNan, kNan};
    if (SmallerSide() < DescribeMetric(metric).smallest_side) return value;
    const bool paper = convention == Convention::kPaper;
    switch (metric) {
      case Metric::kEn:
        value.value = Once(entropy_, [&] { return Entropy(images_.fused); });
        break;
      case Metric::kMi:
        SetParts(Once(mutual_, [&] { return Mutual(TopLevels::kMerged); }), value);
        break;
      case Metric::kMiUnmerged:
        SetParts(Once(mutual_unmerged_, [&] { return Mutual(TopLevels::kSeparate); }), value);
        break;
      case Metric::kVif: {
        const VifResult& vif =
            Once(vif_, [&] { return VisualInformationFidelity(kernels_, images_, vif_wanted_); });
        const VifValue& v = paper ? vif.paper : vif.f255;
        SetParts({v.infrared, v.visible}, value);
        break;
      }
      case Metric::kSf:
        value.value = Once(frequency_, [&] { return SpatialFrequency(images_.fused); });
        if (paper) value.value /= 255.0;
        break;
      case Metric::kSd:
        value.value =
            paper ? SaturatingStandardDeviation(images_.fused) : StandardDeviation(Sums());
        break;
      case Metric::kQabf:
        value.value = Qabf(kernels_, images_, paper ? SampleRange::kUnit : SampleRange::k255);
        break;
      case Metric::kAg:
        value.value = Once(gradient_, [&] { return AverageGradient(images_.fused); });
        break;
      case Metric::kCc:
        value.value = CorrelationCoefficient(Sums());
        break;
      case Metric::kScd:
        value.value = SumOfCorrelationsOfDifferences(Sums());
        break;
      case Metric::kMse:
        value.value = MeanSquaredError(Sums());
        break;
      case Metric::kPsnr:
        value.value = PeakSignalToNoise(Sums());
        break;
      case Metric::kNabf:
        value.value = Nabf(kernels_, images_, paper ? SampleRange::kUnit : SampleRange::k255);
        break;
      case Metric::kSsim:
        value.value = Similarity().single_scale;
        break;
      case Metric::kMsSsim:
        value.value = Similarity().multi_scale;
        break;
      case Metric::kFmiDct:
        value.value = Once(feature_, [&] { return FeatureMutualInformation(kernels_, images_); });
        break;
    }
    return value;
  }

 private:
  using Parts = std::pair<double, double>;

  template <class T, class Compute>
  static const T& Once(std::optional<T>& kept, const Compute& compute) {
    if (!kept) kept = compute();
    return *kept;
  }

  static void SetParts(const Parts& parts, MetricValue& value) {
    value.infrared = parts.first;
    value.visible = parts.second;
    value.value = parts.first + parts.second;
  }

  int SmallerSide() const { return std::min(images_.width(), images_.height()); }

  Parts Mutual(TopLevels top) const {
    return {MutualInformation(images_.infrared, images_.fused, top),
            MutualInformation(images_.visible, images_.fused, top)};
  }

  const Moments& Sums() {
    return Once(moments_, [&] { return ComputeMoments(images_); });
  }

  const MefSsimResult& Similarity() {
    return Once(similarity_, [&] { return MefSsim(kernels_, images_, multi_scale_); });
  }

  const RowKernels& kernels_;
  const Triple& images_;
  VifConventions vif_wanted_;
  bool multi_scale_ = false;
  std::optional<double> entropy_, frequency_, gradient_, feature_;
  std::optional<Parts> mutual_, mutual_unmerged_;
  std::optional<VifResult> vif_;
  std::optional<Moments> moments_;
  std::optional<MefSsimResult> similarity_;
};

template <class T>
std::vector<T> WithoutRepetitions(const std::vector<T>& values) {
  std::vector<T> kept;
  for (const T& v : values) {
    if (std::find(kept.begin(), kept.end(), v) == kept.end()) kept.push_back(v);
  }
  return kept;
}

std::string Size(const ImageView& view) {
  return std::to_string(view.width) + "x" + std::to_string(view.height);
}

}  // namespace

std::vector<MetricValue> EvaluateGray(const RowKernels& kernels, const Triple& images,
                                      const MetricRequest& request) {
  Evaluator evaluator(kernels, images, request);
  std::vector<MetricValue> values;
  const std::vector<Convention> conventions = WithoutRepetitions(request.conventions);
  for (const Metric metric : WithoutRepetitions(request.metrics)) {
    for (const Convention convention : conventions) {
      values.push_back(evaluator.Evaluate(metric, convention));
    }
  }
  return values;
}

StatusOr<std::vector<MetricValue>> EvaluateMetrics(const ImageView& infrared,
                                                   const ImageView& visible, const ImageView& fused,
                                                   const MetricRequest& request) {
  if (request.metrics.empty() || request.conventions.empty()) {
    return InvalidArgument("no metric or no convention asked for");
  }
  if (infrared.width != visible.width || infrared.height != visible.height ||
      infrared.width != fused.width || infrared.height != fused.height) {
    return InvalidArgument("the pictures differ in size: infrared " + Size(infrared) +
                           ", visible " + Size(visible) + ", fused " + Size(fused));
  }
  try {
    Triple images;
    SEAFUSION_ASSIGN_OR_RETURN(images.infrared, ToGray(infrared, "infrared"));
    SEAFUSION_ASSIGN_OR_RETURN(images.visible, ToGray(visible, "visible"));
    SEAFUSION_ASSIGN_OR_RETURN(images.fused, ToGray(fused, "fused"));
    return EvaluateGray(BestRowKernels(), images, request);
  } catch (const std::bad_alloc&) {
    return ResourceExhausted("not enough memory to measure a " + Size(fused) + " picture");
  }
}

}  // namespace seafusion::metrics
