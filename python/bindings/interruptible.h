// Long calls that Ctrl-C can end, and that tell Python how far they are.
#ifndef SEAFUSION_PYTHON_BINDINGS_INTERRUPTIBLE_H_
#define SEAFUSION_PYTHON_BINDINGS_INTERRUPTIBLE_H_

#include <atomic>
#include <exception>
#include <functional>
#include <mutex>

#include <pybind11/pybind11.h>

#include <seafusion/status.h>

#include "core/run_monitor.h"

namespace seafusion::python {

namespace py = pybind11;

/// Calls work(stop) on a thread of its own, without the GIL, and asks Python for signals twenty
/// times a second meanwhile. When one of them raises (KeyboardInterrupt), `stop` becomes true, and
/// what was raised is thrown once `work` has returned. Called and left with the GIL.
Status RunInterruptibly(const std::function<Status(std::atomic<bool>& stop)>& work);

/// A RunMonitor whose reports go to Python functions, None for those that are not wanted:
/// progress(label, unit, done, total, skipped, detail) and message(text). What one of them raises
/// ends the run; Rethrow() throws it.
class PythonMonitor {
 public:
  PythonMonitor(py::object progress, py::object message)
      : progress_(std::move(progress)), message_(std::move(message)) {}

  /// For a run on another thread. Valid as long as both.
  RunMonitor Of(std::atomic<bool>& stop);
  /// With the GIL, once the run has ended.
  void Rethrow() const;

 private:
  template <typename Call>
  void Tell(std::atomic<bool>& stop, const Call& call);

  py::object progress_, message_;
  std::exception_ptr raised_;
};

/// RunInterruptibly with a monitor; throws what signals or the functions have raised.
Status RunMonitored(py::object progress, py::object message,
                    const std::function<Status(const RunMonitor& monitor)>& work);

}  // namespace seafusion::python

#endif  // SEAFUSION_PYTHON_BINDINGS_INTERRUPTIBLE_H_
