# Asks a test program for its tests and writes the list that ctest reads: cmake -DPROGRAM= -DFOLDER= -DLIST=
# -DPROPERTIES= -DSKIPPED_STATUS= [-DEMULATOR=] -P ListTests.cmake. Starting a program of LibTorch takes longer than most tests, so a
# process runs a whole suite; with SEAFUSION_EACH_TEST in ctest's environment, one test.
execute_process(COMMAND ${EMULATOR} "${PROGRAM}" --gtest_list_tests
  WORKING_DIRECTORY "${FOLDER}" TIMEOUT 60 OUTPUT_VARIABLE output RESULT_VARIABLE result)
if(NOT result EQUAL 0)
  message(FATAL_ERROR "${PROGRAM} cannot list its tests (${result}):\n${output}")
endif()

list(JOIN EMULATOR "\" \"" emulator)
if(emulator)
  set(emulator "\"${emulator}\" ")
endif()

# add_entry(LIST NAME): NAME, with GoogleTest's wildcard for a suite, as an entry of ctest.
function(add_entry list name)
  string(REGEX REPLACE "\\.\\*$" "" title "${name}")
  set(properties "WORKING_DIRECTORY \"${FOLDER}\" ${PROPERTIES}")
  if(name MATCHES "(^|[./])DISABLED_")
    string(APPEND properties " DISABLED TRUE")
  endif()
  set(${list} "${${list}}  add_test(\"${title}\" ${emulator}\"${PROGRAM}\" \"--gtest_filter=${name}\"
    --skipped_status=${SKIPPED_STATUS})
  set_tests_properties(\"${title}\" PROPERTIES ${properties})\n" PARENT_SCOPE)
endfunction()

# "Suite." in one line, "  Test" in those below, each perhaps with a comment on its parameter.
string(REGEX REPLACE " +#[^\n]*" "" output "${output}")
string(REPLACE "\n" ";" output "${output}")
foreach(line IN LISTS output)
  if(line MATCHES "^([A-Za-z0-9_/]+\\.)$")
    set(suite "${CMAKE_MATCH_1}")
    add_entry(suites "${suite}*")
  elseif(line MATCHES "^  ([A-Za-z0-9_/]+)$")
    add_entry(tests "${suite}${CMAKE_MATCH_1}")
  elseif(line)
    message(FATAL_ERROR "${PROGRAM} lists a test in a way that is not understood: ${line}")
  endif()
endforeach()
if(NOT tests)
  message(FATAL_ERROR "${PROGRAM} has no tests")
endif()
file(WRITE "${LIST}" "if(DEFINED ENV{SEAFUSION_EACH_TEST})\n${tests}else()\n${suites}endif()\n")
