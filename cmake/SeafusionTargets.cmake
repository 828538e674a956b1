# How every target of the project is compiled, and how a layer adds its sources and tests.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_CXX_VISIBILITY_PRESET hidden)
set(CMAKE_VISIBILITY_INLINES_HIDDEN ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/bin")
set(CMAKE_LIBRARY_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/lib")
set(CMAKE_ARCHIVE_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/lib")

if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "" FORCE)
endif()
# Dev = Release with assertions and line numbers: tests must be fast and still tell where they fail.
set(CMAKE_CXX_FLAGS_DEV "-O3 -g1")
if(SEAFUSION_SANITIZE)
  # What the sanitizers put in makes -O3 take over half as long again to compile, and reports name fewer lines.
  set(CMAKE_CXX_FLAGS_DEV "-O1 -g1")
endif()
if(SEAFUSION_COVERAGE)
  # Counted before anything is optimised away; tests run threads and processes beside each other.
  set(CMAKE_CXX_FLAGS_DEV "-O1 -g1 --coverage -fprofile-update=atomic")
  add_link_options(--coverage)
endif()
set(CMAKE_CXX_FLAGS_RELEASE "-O3 -DNDEBUG")
# An installed IMPORTED target (OpenCV, LibTorch) has no Dev configuration.
set(CMAKE_MAP_IMPORTED_CONFIG_DEV Release RelWithDebInfo None "")

# Files of more than 2 GB on 32-bit machines. Everywhere: the type of their sizes is in what libraries share.
if(CMAKE_SIZEOF_VOID_P EQUAL 4)
  add_compile_definitions(_FILE_OFFSET_BITS=64)
endif()

add_library(seafusion_compile_options INTERFACE)
target_compile_options(seafusion_compile_options INTERFACE
  -Wall -Wextra -Wshadow -Wnon-virtual-dtor
  # Designated initializers leave members out on purpose: their defaults are in the struct.
  -Wno-missing-field-initializers
  # Same pixels on every compiler: a*b+c becomes one rounding only where a kernel asks for it.
  -ffp-contract=off)
if(SEAFUSION_WERROR)
  target_compile_options(seafusion_compile_options INTERFACE -Werror)
endif()
if(SEAFUSION_SANITIZE)
  add_compile_options(-fsanitize=${SEAFUSION_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${SEAFUSION_SANITIZE})
endif()
if(SEAFUSION_FUZZ)
  # Coverage counters in the library, which guide the fuzzers; only they get libFuzzer's main.
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()

# mold, where it is installed, links the test programs in a fraction of the time. What is for users is linked as the system
# does it.
if(CMAKE_BUILD_TYPE STREQUAL "Dev" AND NOT SEAFUSION_SANITIZE)
  include(CheckLinkerFlag)
  check_linker_flag(CXX -fuse-ld=mold SEAFUSION_HAS_MOLD)
  if(SEAFUSION_HAS_MOLD)
    add_link_options(-fuse-ld=mold)
  endif()
endif()

# seafusion_compile_together(TARGET [SOURCES]): some sources at a time (6), where most of what is compiled are headers.
# Names in unnamed namespaces must then differ between the sources of a target.
function(seafusion_compile_together target)
  set(size 6)
  if(ARGC GREATER 1)
    set(size ${ARGV1})
  endif()
  set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE ${size})
  # GCC takes the sources for headers, whose classes must not hold what stands in an unnamed namespace.
  target_compile_options(${target} PRIVATE $<$<CXX_COMPILER_ID:GNU>:-Wno-subobject-linkage>)
endfunction()

# seafusion_compile_alone(TARGET sources...): those whose names are the same on purpose.
function(seafusion_compile_alone target)
  if(NOT TARGET ${target}) # a test program, without tests
    return()
  endif()
  set_source_files_properties(${ARGN} TARGET_DIRECTORY ${target} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
endfunction()

# seafusion_for_each_cpu(TARGET sources...): those that the compiler reads once for each CPU. GCC takes minutes to put the
# address sanitizer's guards around their locals, thousands of vectors after inlining; what they read and write by
# pointers is guarded. Clang takes minutes, too, and as many for undefined behaviour, which GCC's build looks for; with
# nothing optimised the fuzzers would get through three calls a second.
function(seafusion_for_each_cpu target)
  seafusion_compile_alone(${target} ${ARGN})
  if(SEAFUSION_SANITIZE MATCHES "address" AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    set_source_files_properties(${ARGN} TARGET_DIRECTORY ${target} PROPERTIES
      COMPILE_OPTIONS "-O1;--param=asan-stack=0" SKIP_PRECOMPILE_HEADERS ON)
  elseif(SEAFUSION_SANITIZE MATCHES "address")
    set_source_files_properties(${ARGN} TARGET_DIRECTORY ${target} PROPERTIES
      COMPILE_OPTIONS "-O1;-fno-sanitize=undefined,float-cast-overflow;-mllvm;-asan-stack=0" SKIP_PRECOMPILE_HEADERS ON)
  endif()
endfunction()

# seafusion_quick_to_compile(TARGET): without optimisation in Dev, for what only parses, prints, checks, or has others
# compute: the time to compile it counts there, not its speed. What fuses, measures, registers or reads pictures is
# optimised in every configuration.
function(seafusion_quick_to_compile target)
  target_compile_options(${target} PRIVATE $<$<CONFIG:Dev>:-O0>)
  set_target_properties(${target} PROPERTIES SEAFUSION_QUICK ON)
endfunction()

# seafusion_reads_files(TARGET): no number changes in silence in what reads files from elsewhere. By GCC; clang warns of
# other conversions under these names.
function(seafusion_reads_files target)
  target_compile_options(${target} PRIVATE "$<$<CXX_COMPILER_ID:GNU>:-Wconversion;-Wsign-conversion>")
endfunction()

# seafusion_quick_sources(TARGET sources...): the same for some sources of an optimised target.
function(seafusion_quick_sources target)
  set_source_files_properties(${ARGN} TARGET_DIRECTORY ${target} PROPERTIES
    COMPILE_OPTIONS $<$<CONFIG:Dev>:-O0> SKIP_PRECOMPILE_HEADERS ON)
endfunction()
