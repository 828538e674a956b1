# The tests: how a layer adds its own, and how ctest learns of them.

# The exit status by which a test program says that it skipped a test.
set(SEAFUSION_SKIPPED_STATUS 77)

# For another kind of machine libseafusion's own tests alone are built: the rest needs libraries made for it.
set(SEAFUSION_TESTS_HERE ${SEAFUSION_TESTS})
if(CMAKE_CROSSCOMPILING)
  set(SEAFUSION_TESTS_HERE OFF)
endif()

if(SEAFUSION_TESTS)
  enable_testing()
  if(CMAKE_CROSSCOMPILING)
    # Debian's package of GoogleTest is for one machine, that of its sources for all.
    set(INSTALL_GTEST OFF)
    add_subdirectory(/usr/src/googletest "${PROJECT_BINARY_DIR}/googletest" EXCLUDE_FROM_ALL)
  else()
    find_package(GTest REQUIRED)
  endif()
  # The main function of the test programs, and the headers that most of them spend their time on, compiled once. GCC
  # takes them only where code model, optimisation and macros agree: every test program is compiled like this target.
  add_library(seafusion_test_main STATIC "${PROJECT_SOURCE_DIR}/tests/test_main.cc")
  target_link_libraries(seafusion_test_main
    PUBLIC GTest::gmock GTest::gtest
    PRIVATE seafusion_compile_options nlohmann_json::nlohmann_json)
  set(SEAFUSION_TEST_HEADERS
    <gmock/gmock.h> <gtest/gtest.h> <nlohmann/json.hpp>
    <algorithm> <cmath> <cstdint> <filesystem> <fstream> <functional> <map> <memory> <optional> <random> <span> <string>
    <string_view> <utility> <vector>)
  target_precompile_headers(seafusion_test_main PRIVATE ${SEAFUSION_TEST_HEADERS})
  set_target_properties(seafusion_test_main PROPERTIES POSITION_INDEPENDENT_CODE OFF)
  target_compile_options(seafusion_test_main PRIVATE -fPIE)
  seafusion_quick_to_compile(seafusion_test_main)
endif()

# seafusion_layer_of_folder(NAME HEIGHT): the layer whose folder the current one is or is in, from scripts/layers.
function(seafusion_layer_of_folder name height)
  file(RELATIVE_PATH folder "${PROJECT_SOURCE_DIR}" "${CMAKE_CURRENT_SOURCE_DIR}")
  get_property(table GLOBAL PROPERTY seafusion_layers)
  if(NOT table)
    set_property(DIRECTORY "${PROJECT_SOURCE_DIR}" APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS
      "${PROJECT_SOURCE_DIR}/scripts/layers")
    file(STRINGS "${PROJECT_SOURCE_DIR}/scripts/layers" table REGEX "^layer ")
    set_property(GLOBAL PROPERTY seafusion_layers "${table}")
  endif()
  while(folder)
    foreach(line IN LISTS table)
      if(line MATCHES "^layer +([0-9]+) +([^ ]+) +([^ ]+) " AND CMAKE_MATCH_3 STREQUAL folder)
        set(${name} "${CMAKE_MATCH_2}" PARENT_SCOPE)
        set(${height} "${CMAKE_MATCH_1}" PARENT_SCOPE)
        return()
      endif()
    endforeach()
    cmake_path(GET folder PARENT_PATH folder)
  endwhile()
  set(${name} tools PARENT_SCOPE)
  set(${height} 99 PARENT_SCOPE)
endfunction()

# seafusion_test(NAME sources... [LIBS libs...] [TORCH | OPTIMISED] [ALONE suites...]): one GoogleTest program. ctest has an entry for
# each of its suites, or, where the environment has SEAFUSION_EACH_TEST, for each test; its label is the layer. Target
# test_LAYER builds all programs of a layer. TORCH: the sources include LibTorch, whose headers are compiled once, too.
# OPTIMISED: the tests themselves compute so much that they are optimised, at least a little, in every configuration.
# ALONE: of a program that takes long to start, the suites that take longer; the others share one entry, called NAME.
function(seafusion_test name)
  if(NOT SEAFUSION_TESTS)
    return()
  endif()
  cmake_parse_arguments(ARG "TORCH;OPTIMISED" "" "LIBS;ALONE" ${ARGN})
  add_executable(${name} ${ARG_UNPARSED_ARGUMENTS})
  target_link_libraries(${name} PRIVATE ${ARG_LIBS} seafusion_compile_options seafusion_test_main)
  # Tests may read real pictures from here; they skip, and say so, where the folder is absent.
  target_compile_definitions(${name} PRIVATE
    SEAFUSION_SHARED_DIR="${PROJECT_SOURCE_DIR}/../shared"
    SEAFUSION_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
  # GCC does not take the compiled headers at another level of optimisation.
  if(ARG_TORCH)
    seafusion_reuse_torch_headers(${name})
    target_link_libraries(${name} PRIVATE nlohmann_json::nlohmann_json)
  elseif(ARG_OPTIMISED)
    target_compile_options(${name} PRIVATE $<$<CONFIG:Dev>:-O1>)
  else()
    seafusion_quick_to_compile(${name})
    target_precompile_headers(${name} REUSE_FROM seafusion_test_main)
  endif()
  if(NOT ARG_TORCH)
    seafusion_compile_together(${name})
  endif()

  seafusion_layer_of_folder(layer height)
  if(NOT TARGET test_${layer})
    add_custom_target(test_${layer})
  endif()
  add_dependencies(test_${layer} ${name})
  set(test_timeout 300)
  if(SEAFUSION_SANITIZE OR SEAFUSION_COVERAGE OR CMAKE_CROSSCOMPILING)
    set(test_timeout 1500) # the thread sanitizer and emulators make plain loops some thirty times slower
  endif()
  # Tests of upper layers take longest. They are started first, so that none of them is left alone at the end.
  # ctest runs several at once: the threads of OpenBLAS, one a processor, would spin while they wait for a processor.
  set(properties LABELS ${layer} COST ${height} TIMEOUT ${test_timeout} SKIP_RETURN_CODE ${SEAFUSION_SKIPPED_STATUS}
    ENVIRONMENT OMP_NUM_THREADS=1)
  list(JOIN properties " " properties)
  list(JOIN ARG_ALONE "," alone)
  set(list "${CMAKE_CURRENT_BINARY_DIR}/${name}_tests.cmake")
  add_custom_command(TARGET ${name} POST_BUILD
    BYPRODUCTS "${list}"
    COMMAND "${CMAKE_COMMAND}"
      "-DPROGRAM=$<TARGET_FILE:${name}>" "-DEMULATOR=${CMAKE_CROSSCOMPILING_EMULATOR}" "-DFOLDER=${CMAKE_CURRENT_BINARY_DIR}" "-DLIST=${list}"
      "-DPROPERTIES=${properties}" "-DALONE=${alone}"
      "-DSKIPPED_STATUS=${SEAFUSION_SKIPPED_STATUS}"
      -P "${PROJECT_SOURCE_DIR}/cmake/ListTests.cmake"
    VERBATIM)
  # A program that is not built must be missed, not forgotten.
  set(include "${CMAKE_CURRENT_BINARY_DIR}/${name}_include.cmake")
  file(WRITE "${include}.new" "include(\"${list}\" OPTIONAL RESULT_VARIABLE found)
if(NOT found)
  add_test(${name}_NOT_BUILT ${name}_NOT_BUILT)
  set_tests_properties(${name}_NOT_BUILT PROPERTIES LABELS ${layer})
endif()
")
  file(COPY_FILE "${include}.new" "${include}" ONLY_IF_DIFFERENT)
  set_property(DIRECTORY APPEND PROPERTY TEST_INCLUDE_FILES "${include}")
endfunction()
