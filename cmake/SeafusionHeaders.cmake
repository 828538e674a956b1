# Headers that most sources spend their time on, compiled once for many targets.

# The standard library's, for what is optimised; for what is not (seafusion_quick_to_compile) those of JSON as well.
# GCC takes them only where code model, optimisation and macros agree: hence two, and libraries only.
set(SEAFUSION_STANDARD_HEADERS
  <algorithm> <array> <atomic> <cmath> <cstdint> <cstdio> <cstring> <filesystem> <fstream> <functional> <limits> <map>
  <memory> <optional> <span> <string> <string_view> <utility> <vector>)
file(CONFIGURE OUTPUT "${PROJECT_BINARY_DIR}/headers.cc" CONTENT "// Nothing but headers.\n" @ONLY)
foreach(kind optimised quick)
  add_library(seafusion_${kind}_headers OBJECT "${PROJECT_BINARY_DIR}/headers.cc")
  target_link_libraries(seafusion_${kind}_headers
    PRIVATE seafusion_compile_options Threads::Threads nlohmann_json::nlohmann_json)
endforeach()
target_precompile_headers(seafusion_optimised_headers PRIVATE ${SEAFUSION_STANDARD_HEADERS})
target_precompile_headers(seafusion_quick_headers PRIVATE ${SEAFUSION_STANDARD_HEADERS} <nlohmann/json.hpp>)
seafusion_quick_to_compile(seafusion_quick_headers)

# seafusion_reuse_headers(TARGET): a library that takes them; after seafusion_quick_to_compile, where that is called.
function(seafusion_reuse_headers target)
  get_target_property(quick ${target} SEAFUSION_QUICK)
  if(quick)
    target_precompile_headers(${target} REUSE_FROM seafusion_quick_headers)
  else()
    target_precompile_headers(${target} REUSE_FROM seafusion_optimised_headers)
  endif()
endfunction()
