# seafusion_torch: LibTorch as one target whose headers are system headers (their warnings are not ours).
find_package(Torch REQUIRED)
if(NOT TARGET seafusion_torch)
  add_library(seafusion_torch INTERFACE)
  target_include_directories(seafusion_torch SYSTEM INTERFACE ${TORCH_INCLUDE_DIRS})
  target_link_libraries(seafusion_torch INTERFACE ${TORCH_LIBRARIES})
  separate_arguments(seafusion_torch_flags UNIX_COMMAND "${TORCH_CXX_FLAGS}")
  target_compile_options(seafusion_torch INTERFACE ${seafusion_torch_flags})
endif()
