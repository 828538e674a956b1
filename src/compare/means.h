// Means of the methods of a comparison: how sure they are, and who is first.
#ifndef SEAFUSION_COMPARE_MEANS_H_
#define SEAFUSION_COMPARE_MEANS_H_

#include <string>
#include <vector>

#include <seafusion/metrics.h>

#include "compare/comparison.h"

namespace seafusion::compare {

/// The means of a method's pictures, in the order of the request; intervals by drawing pairs anew.
std::vector<MetricMean> MeansOf(const CompareSettings& settings, const ComparedMethod& method);

/// The mean of `metric`; null: the method has none.
const MetricMean* FindMean(const ComparedMethod& method, metrics::Metric metric,
                           metrics::Convention convention);

/// The metrics that tables show and ranks are over: those of the paper, as far as they were asked
/// for; all that were, if none of them was.
std::vector<metrics::Metric> PrintedMetrics(const metrics::MetricRequest& request);

/// The methods that have pictures which were measured, in their order.
std::vector<const ComparedMethod*> MeasuredMethods(const ComparedData& data);

/// For each of `methods` its mean place among them, 1 the best, over the printed metrics in
/// `conventions`. Equal means share the mean of their places; a mean that is not finite is last.
std::vector<double> MeanRanks(const CompareSettings& settings,
                              const std::vector<const ComparedMethod*>& methods,
                              const std::vector<metrics::Convention>& conventions);

/// data,method,metric,convention,pairs,mean,std,low,high
std::string MeansCsv(const Comparison& comparison);

}  // namespace seafusion::compare

#endif  // SEAFUSION_COMPARE_MEANS_H_
