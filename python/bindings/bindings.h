// The parts of the module _core; each file adds its own.
#ifndef SEAFUSION_PYTHON_BINDINGS_BINDINGS_H_
#define SEAFUSION_PYTHON_BINDINGS_BINDINGS_H_

#include <pybind11/pybind11.h>

namespace seafusion::python {

void AddFusing(pybind11::module_& m);
void AddMeasuring(pybind11::module_& m);
void AddTraining(pybind11::module_& m);

}  // namespace seafusion::python

#endif  // SEAFUSION_PYTHON_BINDINGS_BINDINGS_H_
