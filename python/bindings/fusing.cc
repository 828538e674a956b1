// Fuser and the methods it is compared with.
#include <unistd.h>

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <pybind11/pybind11.h>

#include <seafusion/fuser.h>

#include "bindings.h"
#include "core/status_macros.h"
#include "errors.h"
#include "fuse/range/range_text.h"
#include "fuse/weights/load_fuser.h"
#include "fuse/weights/precision_choice.h"
#include "interruptible.h"
#include "methods/learning/learning_library.h"
#include "methods/method_choice.h"
#include "pictures.h"

namespace seafusion::python {
namespace {

using methods::FusionMethod;

// Calls below this many pixels are over before anybody has pressed Ctrl-C, and not worth a thread.
constexpr std::uint64_t kShortCall = 640 * 480;

struct CallSettings {
  FuseSettings fuse;
  bool gray = false;
};

// Fuser::Create and methods::CreateMethod, with what Python adds: precisions by the dtype of a
// result, and processes that fork, whose children have none of the threads.
class PythonFuser {
 public:
  PythonFuser(methods::MethodChoice choice, std::string learning)
      : choice_(std::move(choice)), learning_(std::move(learning)) {}

  PythonFuser(const PythonFuser&) = delete;
  PythonFuser& operator=(const PythonFuser&) = delete;
  ~PythonFuser() {
    const std::lock_guard lock(mutex_);
    ForgetAfterFork();
  }

  Status Prepare() {
    SEAFUSION_ASSIGN_OR_RETURN(weights_, ReadWeights(choice_.model));
    return OkStatus();
  }

  /// For results of so many bits; made when it is first asked for.
  StatusOr<std::shared_ptr<const FusionMethod>> MethodFor(int bits, const OutputRange& range) {
    const std::lock_guard lock(mutex_);
    ForgetAfterFork();
    const Precision precision = choice_.name == "seafusion"
                                    ? PrecisionFor(choice_.precision, bits, range)
                                    : choice_.precision;
    std::shared_ptr<const FusionMethod>& method =
        precision == choice_.precision ? as_asked_ : exact_;
    if (method == nullptr) {
      methods::MethodChoice choice = choice_;
      choice.precision = precision;
      methods::OpenLearnedMethods open_learned;
      if (!learning_.empty()) {
        open_learned = [this](int threads) {
          return methods::LearnedMethodsIn(learning_, threads);
        };
      }
      SEAFUSION_ASSIGN_OR_RETURN(method, methods::CreateMethod(choice, weights_, open_learned));
    }
    return method;
  }

  py::object Fuse(const py::object& ir, const py::object& visible, const py::object& out,
                  const std::string& ir_range, bool ir_invert,
                  const std::optional<std::string>& range, bool gray);

 private:
  // Threads of the parent are not in the child: what waits for them would wait for ever. The memory
  // is left alone.
  void ForgetAfterFork() {
    if (process_ == ::getpid()) return;
    process_ = ::getpid();
    for (auto* method : {&as_asked_, &exact_}) {
      if (*method != nullptr) (void)new std::shared_ptr<const FusionMethod>(std::move(*method));
      method->reset();
    }
  }

  const methods::MethodChoice choice_;
  const std::string learning_;
  std::vector<std::uint8_t> weights_;
  std::mutex mutex_;
  pid_t process_ = ::getpid();
  std::shared_ptr<const FusionMethod> as_asked_, exact_;
};

Pictures OutputFor(const Pictures& visible, const py::object& out, bool gray) {
  if (out.is_none()) {
    PixelFormat format = visible.format();
    if (gray) {
      format = BytesPerSample(format) == 1   ? PixelFormat::kGray8
               : BytesPerSample(format) == 2 ? PixelFormat::kGray16
                                             : PixelFormat::kGrayF32;
    }
    return Pictures::New(visible.batch() ? visible.count() : 0, visible.height(), visible.width(),
                         format);
  }
  Pictures given = Pictures::ToWrite(out, "out");
  CheckSameSize(visible, "visible", given, "out");
  if (gray && ChannelCount(given.format()) == 3) {
    RaiseValueError("out has the shape " + given.Shape() + ", and gray=True gives one channel");
  }
  return given;
}

py::object PythonFuser::Fuse(const py::object& ir_object, const py::object& visible_object,
                             const py::object& out_object, const std::string& ir_range,
                             bool ir_invert, const std::optional<std::string>& range, bool gray) {
  FuseSettings settings;
  settings.infrared_range = Check(ParseInfraredRange(ir_range));
  settings.infrared_range.invert = ir_invert;
  settings.output_range =
      range ? Check(ParseOutputRange(*range)) : methods::DefaultOutputRange(choice_);
  const Pictures ir = Pictures::ToRead(ir_object, "ir");
  const Pictures visible = Pictures::ToRead(visible_object, "visible");
  CheckSameSize(ir, "ir", visible, "visible");
  const Pictures out = OutputFor(visible, out_object, gray);

  const auto method = [&] {
    const py::gil_scoped_release released;
    return MethodFor(8 * BytesPerSample(out.format()), settings.output_range);
  }();
  if (!method.ok()) RaiseError(method.status());

  const auto fuse = [&](const std::atomic<bool>* stop) {
    settings.stop = stop;
    for (py::ssize_t i = 0; i < out.count(); ++i) {
      if (stop != nullptr && *stop) return Cancelled("fusing was stopped");
      const Status fused = (*method)->Fuse(ir[i], visible[i], out.Mutable(i), settings);
      if (!fused.ok()) {
        return out.batch() ? fused.Annotate("pair " + std::to_string(i)) : fused;
      }
    }
    return OkStatus();
  };
  const std::uint64_t pixels = static_cast<std::uint64_t>(out.count()) *
                               static_cast<std::uint64_t>(out.width()) *
                               static_cast<std::uint64_t>(out.height());
  Status status;
  if (pixels > kShortCall) {
    status = RunInterruptibly([&](std::atomic<bool>& stop) { return fuse(&stop); });
  } else {
    const py::gil_scoped_release released;
    status = fuse(nullptr);
  }
  Check(status);
  return out.array();
}

std::unique_ptr<PythonFuser> MakeFuser(const std::string& model, const std::string& method,
                                       const std::string& precision, int threads,
                                       const std::string& cpu_target, int tile,
                                       const std::string& learning) {
  methods::MethodChoice choice{
      .name = method, .model = model, .threads = threads, .cpu_target = cpu_target, .tile = tile};
  choice.precision = Check(ParsePrecision(precision));
  if (methods::BuiltInMethods().Find(method) == nullptr) {
    Raise(methods::BuiltInMethods().Unknown(method));
  }
  // A method's own, without a copy.
  if (model == "default") choice.model.clear();
  auto fuser = std::make_unique<PythonFuser>(std::move(choice), learning);
  Check(fuser->Prepare());
  Status made;
  {
    const py::gil_scoped_release released;
    made = fuser->MethodFor(8, {}).status();
  }
  if (made.code() == StatusCode::kInvalidArgument) Raise(made);
  if (!made.ok()) RaiseError(made);
  return fuser;
}

std::string EngineName(PythonFuser& fuser, int bits) {
  const auto method = fuser.MethodFor(bits, {});
  if (!method.ok()) RaiseError(method.status());
  return (*method)->engine_name();
}

const char* WeightsText(methods::ModelUse use) {
  switch (use) {
    case methods::ModelUse::kNone:
      return "none";
    case methods::ModelUse::kOptional:
      return "built in";
    case methods::ModelUse::kRequired:
      break;
  }
  return "needed";
}

py::list Methods() {
  py::list all;
  for (const methods::RegisteredMethod& method : methods::BuiltInMethods().all()) {
    const methods::MethodInfo& info = method.info;
    all.append(py::make_tuple(Text(info.name), Text(info.title), Text(info.summary),
                              Text(info.citation), Text(info.training), Text(info.colour),
                              WeightsText(info.model), info.runs_on_libtorch));
  }
  return all;
}

}  // namespace

void AddFusing(py::module_& m) {
  py::class_<PythonFuser>(m, "Fuser")
      .def(py::init(&MakeFuser), py::arg("model"), py::arg("method"), py::arg("precision"),
           py::arg("threads"), py::arg("cpu_target"), py::arg("tile"), py::arg("learning"))
      .def("fuse", &PythonFuser::Fuse, py::arg("ir"), py::arg("visible"), py::arg("out"),
           py::arg("ir_range"), py::arg("ir_invert"), py::arg("range"), py::arg("gray"))
      .def(
          "check",
          [](const PythonFuser&, const std::string& ir_range,
             const std::optional<std::string>& range) {
            Check(ParseInfraredRange(ir_range).status());
            if (range) Check(ParseOutputRange(*range).status());
          },
          py::arg("ir_range"), py::arg("range"))
      .def("engine", &EngineName, py::arg("bits"));
  m.def("methods", &Methods);
}

}  // namespace seafusion::python
