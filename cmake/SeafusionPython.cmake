# Whether the Python package is built: sets SEAFUSION_HAS_PYTHON. AUTO never fails a configuration.
set(SEAFUSION_HAS_PYTHON OFF)
set(PYBIND11_FINDPYTHON ON)

if(SEAFUSION_PYTHON STREQUAL "AUTO")
  # The thread sanitizer cannot be loaded into an interpreter that was built without.
  if(SEAFUSION_TESTS AND NOT SEAFUSION_SANITIZE MATCHES "thread")
    find_package(Python 3.9 QUIET COMPONENTS Interpreter Development.Module)
    if(Python_FOUND)
      find_package(pybind11 2.10 CONFIG QUIET)
      execute_process(COMMAND "${Python_EXECUTABLE}" -c "import numpy"
        RESULT_VARIABLE no_numpy OUTPUT_QUIET ERROR_QUIET)
    endif()
    if(Python_FOUND AND pybind11_FOUND AND NOT no_numpy)
      set(SEAFUSION_HAS_PYTHON ON)
    else()
      message(NOTICE "The Python package is left out: pybind11, numpy or Python's headers are missing (see ./dev python)")
    endif()
  endif()
elseif(SEAFUSION_PYTHON)
  find_package(Python 3.9 REQUIRED COMPONENTS Interpreter Development.Module)
  find_package(pybind11 2.10 CONFIG REQUIRED)
  set(SEAFUSION_HAS_PYTHON ON)
endif()
