#include "interruptible.h"

#include <chrono>
#include <future>
#include <new>
#include <system_error>
#include <utility>

#include "core/memory/out_of_memory.h"
#include "errors.h"

namespace seafusion::python {
namespace {

// The delay of Ctrl-C that nobody notices.
constexpr std::chrono::milliseconds kBetweenSignals(50);

Status Guarded(const std::function<Status(std::atomic<bool>& stop)>& work,
               std::atomic<bool>& stop) {
  try {
    return work(stop);
  } catch (const std::bad_alloc&) {
    return OutOfMemory("for the call");
  } catch (const std::exception& e) {
    return Internal(e.what());
  }
}

}  // namespace

Status RunInterruptibly(const std::function<Status(std::atomic<bool>& stop)>& work) {
  std::atomic<bool> stop = false;
  bool raised = false;
  Status status;
  {
    const py::gil_scoped_release released;
    try {
      std::future<Status> result =
          std::async(std::launch::async, [&] { return Guarded(work, stop); });
      while (result.wait_for(kBetweenSignals) != std::future_status::ready) {
        if (raised) continue;
        const py::gil_scoped_acquire acquired;
        raised = PyErr_CheckSignals() != 0;
        stop = stop || raised;
      }
      status = result.get();
    } catch (const std::system_error&) {  // no thread to be had
      status = Guarded(work, stop);
    }
  }
  if (raised) throw py::error_already_set();
  return status;
}

template <typename Call>
void PythonMonitor::Tell(std::atomic<bool>& stop, const Call& call) {
  const py::gil_scoped_acquire acquired;
  if (raised_) return;
  try {
    call();
  } catch (const py::error_already_set&) {
    raised_ = std::current_exception();
    stop = true;
  }
}

RunMonitor PythonMonitor::Of(std::atomic<bool>& stop) {
  RunMonitor monitor;
  monitor.stop = &stop;
  if (!progress_.is_none()) {
    monitor.progress = [this, &stop](const RunProgress& p) {
      Tell(stop, [&] {
        progress_(Text(p.label), Text(p.unit), p.done, p.total, p.skipped, Text(p.detail));
      });
    };
  }
  if (!message_.is_none()) {
    monitor.message = [this, &stop](std::string_view text) {
      Tell(stop, [&] { message_(Text(text)); });
    };
  }
  return monitor;
}

void PythonMonitor::Rethrow() const {
  if (raised_) std::rethrow_exception(raised_);
}

Status RunMonitored(py::object progress, py::object message,
                    const std::function<Status(const RunMonitor& monitor)>& work) {
  for (const py::object& function : {progress, message}) {
    if (!function.is_none() && PyCallable_Check(function.ptr()) == 0) {
      RaiseValueError("progress and message must be functions or None");
    }
  }
  PythonMonitor monitor(std::move(progress), std::move(message));
  const Status status =
      RunInterruptibly([&](std::atomic<bool>& stop) { return work(monitor.Of(stop)); });
  monitor.Rethrow();
  return status;
}

}  // namespace seafusion::python
