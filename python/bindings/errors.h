// From a Status to a Python exception.
#ifndef SEAFUSION_PYTHON_BINDINGS_ERRORS_H_
#define SEAFUSION_PYTHON_BINDINGS_ERRORS_H_

#include <string>
#include <string_view>

#include <pybind11/pybind11.h>

#include <seafusion/status.h>

namespace seafusion::python {

namespace py = pybind11;

/// A str of the text, whatever bytes a file's name has brought into it.
py::str Text(std::string_view text);

/// Throws what Python sees: ValueError (kInvalidArgument), FileNotFoundError, FileExistsError,
/// OSError (kNotFound, kAlreadyExists, kIoError), seafusion.Error with the code's name as `code`
/// (the others). Needs the GIL. Precondition: !status.ok().
[[noreturn]] void Raise(const Status& status);

/// Likewise where no file is concerned: kNotFound and the like are seafusion.Error, too.
[[noreturn]] void RaiseError(const Status& status);

[[noreturn]] void RaiseValueError(const std::string& message);

inline void Check(const Status& status) {
  if (!status.ok()) Raise(status);
}
template <typename T>
T Check(StatusOr<T> value) {
  if (!value.ok()) Raise(value.status());
  return *std::move(value);
}

}  // namespace seafusion::python

#endif  // SEAFUSION_PYTHON_BINDINGS_ERRORS_H_
