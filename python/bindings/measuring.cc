// Metrics.
#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>

#include <seafusion/metrics.h>

#include "bindings.h"
#include "core/cpu/thread_pool.h"
#include "core/status_macros.h"
#include "errors.h"
#include "interruptible.h"
#include "metrics/metric_list.h"
#include "pictures.h"

namespace seafusion::python {
namespace {

Pictures ToMeasure(const py::object& object, const char* name) {
  Pictures p = Pictures::ToRead(object, name);
  if (BytesPerSample(p.format()) != 1) {
    RaiseValueError(std::string(name) + " has the dtype " +
                    py::str(p.array().dtype()).cast<std::string>() +
                    "; the metrics are defined on uint8");
  }
  return p;
}

// A value for each metric, picture after picture.
py::dict Measure(const py::object& ir_object, const py::object& visible_object,
                 const py::object& fused_object, const std::string& names,
                 const std::string& convention, int threads) {
  metrics::MetricRequest request;
  request.metrics = Check(metrics::ParseMetricList(names));
  request.conventions = {Check(metrics::ParseConvention(convention))};
  const Pictures ir = ToMeasure(ir_object, "ir");
  const Pictures visible = ToMeasure(visible_object, "visible");
  const Pictures fused = ToMeasure(fused_object, "fused");
  CheckSameSize(ir, "ir", visible, "visible");
  CheckSameSize(visible, "visible", fused, "fused");

  const auto count = static_cast<std::size_t>(fused.count());
  std::vector<std::vector<metrics::MetricValue>> values(count);
  Check(RunInterruptibly([&](std::atomic<bool>& stop) -> Status {
    if (threads == 0) threads = AvailableProcessors();
    const std::size_t most = std::min(count, static_cast<std::size_t>(std::max(threads, 0)));
    SEAFUSION_ASSIGN_OR_RETURN(const std::unique_ptr<ThreadPool> pool,
                               ThreadPool::Create(threads < 0 ? threads : static_cast<int>(most)));
    return pool->ParallelFor(count, [&](std::size_t i, int) -> Status {
      if (stop) return Cancelled("measuring was stopped");
      const auto at = static_cast<py::ssize_t>(i);
      SEAFUSION_ASSIGN_OR_RETURN(values[i],
                                 metrics::EvaluateMetrics(ir[at], visible[at], fused[at], request));
      return OkStatus();
    });
  }));

  py::dict result;
  for (std::size_t m = 0; m < values[0].size(); ++m) {
    const py::str name = Text(metrics::DescribeMetric(values[0][m].metric).name);
    if (!fused.batch()) {
      result[name] = values[0][m].value;
      continue;
    }
    py::array_t<double> column(static_cast<py::ssize_t>(count));
    for (std::size_t i = 0; i < count; ++i) column.mutable_data()[i] = values[i][m].value;
    result[name] = column;
  }
  return result;
}

py::list Descriptions() {
  py::list all;
  for (const metrics::MetricInfo& info : metrics::AllMetrics()) {
    all.append(py::make_tuple(Text(info.name), Text(info.title), Text(info.formula),
                              Text(info.unit), Text(info.range),
                              info.direction == metrics::Direction::kHigherIsBetter,
                              Text(info.source), Text(info.conventions)));
  }
  return all;
}

}  // namespace

void AddMeasuring(py::module_& m) {
  m.def("metrics", &Measure, py::arg("ir"), py::arg("visible"), py::arg("fused"), py::arg("names"),
        py::arg("convention"), py::arg("threads"));
  m.def("metric_descriptions", &Descriptions);
}

}  // namespace seafusion::python
