# seafusion_find_opencv(core imgproc ...): makes the targets opencv_core, opencv_imgproc, ...
#
# OpenCV's own package file is used where there is one. Debian puts it into libopencv-dev, which pulls in every
# module down to VTK; the separate packages libopencv-core-dev, libopencv-imgproc-dev, ... have only headers and
# libraries, so these are looked up directly then.
function(seafusion_find_opencv)
  list(TRANSFORM ARGN PREPEND opencv_ OUTPUT_VARIABLE targets)
  set(missing ${targets})
  foreach(target ${targets})
    if(TARGET ${target})
      list(REMOVE_ITEM missing ${target})
    endif()
  endforeach()
  if(NOT missing)
    return()
  endif()
  find_package(OpenCV 4.5 QUIET COMPONENTS ${ARGN})
  if(OpenCV_FOUND)
    set_target_properties(${targets} PROPERTIES IMPORTED_GLOBAL TRUE)
    message(STATUS "Found OpenCV ${OpenCV_VERSION}: ${OpenCV_CONFIG}")
    return()
  endif()

  find_path(SEAFUSION_OPENCV_INCLUDE opencv2/core/version.hpp PATH_SUFFIXES opencv4 REQUIRED)
  file(STRINGS "${SEAFUSION_OPENCV_INCLUDE}/opencv2/core/version.hpp" lines
       REGEX "^#define CV_VERSION_(MAJOR|MINOR|REVISION)")
  string(REGEX REPLACE "[^0-9;]" "" lines "${lines}")
  list(JOIN lines "." version)
  if(version VERSION_LESS 4.5)
    message(FATAL_ERROR "OpenCV ${version} in ${SEAFUSION_OPENCV_INCLUDE} is too old; 4.5 is needed")
  endif()
  foreach(module ${ARGN})
    find_library(SEAFUSION_OPENCV_${module} opencv_${module} REQUIRED)
    find_path(SEAFUSION_OPENCV_${module}_INCLUDE opencv2/${module}.hpp PATH_SUFFIXES opencv4 REQUIRED)
    if(NOT TARGET opencv_${module})
      add_library(opencv_${module} SHARED IMPORTED GLOBAL)
      set_target_properties(opencv_${module} PROPERTIES
        IMPORTED_LOCATION "${SEAFUSION_OPENCV_${module}}"
        INTERFACE_INCLUDE_DIRECTORIES "${SEAFUSION_OPENCV_INCLUDE}")
    endif()
  endforeach()
  message(STATUS "Found OpenCV ${version}: ${SEAFUSION_OPENCV_core}")
endfunction()
