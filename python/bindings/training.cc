// Training, in the library of what runs on LibTorch.
#include <cstdint>
#include <string>
#include <type_traits>
#include <vector>

#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include "bindings.h"
#include "core/status_macros.h"
#include "errors.h"
#include "interruptible.h"
#include "learn/run/training_run.h"
#include "methods/learning/learning_library.h"

namespace seafusion::python {
namespace {

// Takes a setting out of `settings`, where it is there.
template <typename T>
bool Take(py::dict& settings, const char* name, T& member) {
  if (!settings.contains(name)) return false;
  const py::object value = settings.attr("pop")(name);
  try {
    if (std::is_arithmetic_v<T> && !std::is_same_v<T, bool> && py::isinstance<py::bool_>(value)) {
      throw py::cast_error();
    }
    member = value.cast<T>();
  } catch (const py::cast_error&) {
    RaiseValueError("settings: " + std::string(name) + " cannot be " +
                    py::repr(value).cast<std::string>());
  }
  return true;
}

template <typename T>
void TakeContent(py::dict& settings, const char* name, T& member, std::vector<std::string>& given) {
  if (Take(settings, name, member)) given.emplace_back(name);
}

learn::TrainingSettings SettingsOf(py::dict settings) {
  learn::TrainingSettings s;
  Take(settings, "data", s.data);
  Take(settings, "out", s.out);
  Take(settings, "val", s.val);
  Take(settings, "resume", s.resume);
  Take(settings, "checkpoint_every", s.checkpoint_every);
  Take(settings, "workers", s.workers);
  Take(settings, "threads", s.threads);
  Take(settings, "device", s.device);
  Take(settings, "val_every", s.val_every);
  Take(settings, "init", s.init);
  TakeContent(settings, "steps", s.content.steps, s.given);
  TakeContent(settings, "batch", s.content.batch, s.given);
  TakeContent(settings, "crop", s.content.crop, s.given);
  TakeContent(settings, "lr", s.content.lr, s.given);
  TakeContent(settings, "final_lr", s.content.final_lr, s.given);
  TakeContent(settings, "warmup", s.content.warmup, s.given);
  TakeContent(settings, "seed", s.content.seed, s.given);
  // What makes it joint training.
  const bool strategy = Take(settings, "strategy", s.choice.strategy);
  s.joint = strategy && s.choice.strategy != "content-only";
  s.joint = Take(settings, "preset", s.choice.preset) || s.joint;
  s.joint = Take(settings, "config", s.choice.config) || s.joint;
  s.joint = Take(settings, "set", s.choice.set) || s.joint;
  if (!settings.empty()) {
    RaiseValueError("settings: no setting is called " +
                    py::repr((*settings.begin()).first).cast<std::string>());
  }
  if (s.data.empty() || s.out.empty()) RaiseValueError("settings: data and out are needed");
  if (s.joint && !s.given.empty()) {
    RaiseValueError("settings: " + s.given.front() +
                    " is for content-only training without a preset; use set");
  }
  return s;
}

py::str Train(const py::dict& settings, const std::string& learning, py::object progress,
              py::object message) {
  // A copy, out of which known settings are taken.
  const learn::TrainingSettings training =
      SettingsOf(py::reinterpret_steal<py::dict>(PyDict_Copy(settings.ptr())));
  std::string weights;
  Check(RunMonitored(
      std::move(progress), std::move(message), [&](const RunMonitor& monitor) -> Status {
        SEAFUSION_ASSIGN_OR_RETURN(
            void* const function,
            methods::FindInLearning(learning, "seafusion_train", training.threads));
        using Run =
            void (*)(const learn::TrainingSettings*, const RunMonitor*, StatusOr<std::string>*);
        StatusOr<std::string> trained = std::string();
        reinterpret_cast<Run>(function)(&training, &monitor, &trained);
        SEAFUSION_ASSIGN_OR_RETURN(weights, std::move(trained));
        return OkStatus();
      }));
  return Text(weights);
}

}  // namespace

void AddTraining(py::module_& m) {
  m.def("train", &Train, py::arg("settings"), py::arg("learning"), py::arg("progress"),
        py::arg("message"));
}

}  // namespace seafusion::python
