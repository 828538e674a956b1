#include "errors.h"

namespace seafusion::python {
namespace {

[[noreturn]] void Throw(const py::object& type, const py::object& value) {
  PyErr_SetObject(type.ptr(), value.ptr());
  throw py::error_already_set();
}

[[noreturn]] void ThrowBuiltIn(PyObject* type, const Status& status) {
  const auto borrowed = py::reinterpret_borrow<py::object>(type);
  Throw(borrowed, Text(status.message()));
}

}  // namespace

py::str Text(std::string_view text) {
  PyObject* decoded =
      PyUnicode_DecodeUTF8(text.data(), static_cast<Py_ssize_t>(text.size()), "backslashreplace");
  if (decoded == nullptr) throw py::error_already_set();
  return py::reinterpret_steal<py::str>(decoded);
}

void RaiseError(const Status& status) {
  // One class for all extension modules.
  const py::object type = py::module_::import("seafusion._core").attr("Error");
  py::object error = type(Text(status.message()));
  error.attr("code") = Text(StatusCodeName(status.code()));
  Throw(type, error);
}

void Raise(const Status& status) {
  switch (status.code()) {
    case StatusCode::kInvalidArgument:
      ThrowBuiltIn(PyExc_ValueError, status);
    case StatusCode::kNotFound:
      ThrowBuiltIn(PyExc_FileNotFoundError, status);
    case StatusCode::kAlreadyExists:
      ThrowBuiltIn(PyExc_FileExistsError, status);
    case StatusCode::kIoError:
      ThrowBuiltIn(PyExc_OSError, status);
    default:
      RaiseError(status);
  }
}

void RaiseValueError(const std::string& message) {
  ThrowBuiltIn(PyExc_ValueError, InvalidArgument(message));
}

}  // namespace seafusion::python
