// seafusion._core: what needs libseafusion alone, so that importing it takes milliseconds.
#include <seafusion/version.h>

#include "bindings.h"
#include "errors.h"
#include "pictures.h"

PYBIND11_MODULE(_core, m) {
  namespace py = pybind11;
  using namespace seafusion;          // NOLINT: this function
  using namespace seafusion::python;  // NOLINT

  m.doc() = "libseafusion for the package seafusion; not for other code.";
  PyObject* error = PyErr_NewExceptionWithDoc(
      "seafusion.Error",
      "What failed for other reasons than a wrong argument (ValueError) or a file that cannot be\n"
      "read or written (OSError). Its text is the library's message; `code` names the kind:\n"
      "'corrupt data', 'unsupported', 'resource exhausted', 'cancelled', 'not found' (weights "
      "that\n"
      "a method or precision needs) or 'internal error'.",
      PyExc_RuntimeError, nullptr);
  if (error == nullptr) throw py::error_already_set();
  m.attr("Error") = py::reinterpret_steal<py::object>(error);
  m.def("version", [] { return Text(Version()); });
  m.def("weights_sha256", [](const std::string& name) {
    if (name == "lite") return Text(LiteWeightsSha256());
    return Text(DefaultWeightsSha256());
  });
  // For tests: what the library sees of an array, and whether that is the array itself.
  m.def("view_of", [](const py::object& object) {
    const Pictures p = Pictures::ToRead(object, "the array");
    const ImageView view = p[p.count() - 1];
    return py::make_tuple(reinterpret_cast<std::uintptr_t>(view.data), view.width, view.height,
                          view.stride, Text(PixelFormatName(view.format)), p.copied());
  });
  AddFusing(m);
  AddMeasuring(m);
  AddTraining(m);
}
