#include <algorithm>
#include <cmath>
#include <limits>

#include <seafusion/metrics.h>

namespace seafusion::metrics {

Summary Summarize(std::span<const double> values) {
  std::vector<double> finite;
  for (const double v : values) {
    if (std::isfinite(v)) finite.push_back(v);
  }
  Summary s;
  s.count = static_cast<int>(finite.size());
  s.not_finite = static_cast<int>(values.size()) - s.count;
  if (finite.empty()) {
    s.mean = s.deviation = s.median = std::numeric_limits<double>::quiet_NaN();
    return s;
  }
  double sum = 0.0;
  for (const double v : finite) sum += v;
  s.mean = sum / s.count;
  double squares = 0.0;
  for (const double v : finite) squares += (v - s.mean) * (v - s.mean);
  if (s.count > 1) s.deviation = std::sqrt(squares / (s.count - 1));
  std::sort(finite.begin(), finite.end());
  const std::size_t middle = finite.size() / 2;
  s.median = finite.size() % 2 == 1 ? finite[middle] : 0.5 * (finite[middle - 1] + finite[middle]);
  return s;
}

}  // namespace seafusion::metrics
