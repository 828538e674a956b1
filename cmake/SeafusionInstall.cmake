# Components, so that a packager can split them: `runtime` (the shared library), `library` (what find_package(seafusion)
# and pkg-config need), `align` and `align_library` (the same of libseafusion-align.so, which needs OpenCV), `command` (the
# executable and its modules), `learning` (the LibTorch module), `python`, `gstreamer`.
include(CMakePackageConfigHelpers)

set(config_dir "${CMAKE_INSTALL_LIBDIR}/cmake/seafusion")

install(TARGETS seafusion EXPORT seafusion
  ARCHIVE DESTINATION "${CMAKE_INSTALL_LIBDIR}" COMPONENT library)
# What -lseafusion finds is the shared library, where there is one; find_package gives both, seafusion::seafusion being the
# static one.
set(SEAFUSION_PC_STATIC "-pthread -ldl")
set(SEAFUSION_PC_SHARED "")
if(TARGET seafusion_shared)
  install(TARGETS seafusion_shared EXPORT seafusion
    LIBRARY DESTINATION "${CMAKE_INSTALL_LIBDIR}" COMPONENT runtime NAMELINK_COMPONENT library)
else()
  set(SEAFUSION_PC_SHARED " ${SEAFUSION_PC_STATIC}")
endif()
file(RELATIVE_PATH SEAFUSION_PC_PREFIX "/${CMAKE_INSTALL_LIBDIR}/pkgconfig" "/")
string(REGEX REPLACE "/$" "" SEAFUSION_PC_PREFIX "${SEAFUSION_PC_PREFIX}")
configure_file(cmake/seafusion.pc.in "${PROJECT_BINARY_DIR}/cmake/seafusion.pc" @ONLY)
install(FILES "${PROJECT_BINARY_DIR}/cmake/seafusion.pc"
  DESTINATION "${CMAKE_INSTALL_LIBDIR}/pkgconfig" COMPONENT library)
install(DIRECTORY include/seafusion DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}" COMPONENT library)
install(EXPORT seafusion NAMESPACE seafusion:: FILE seafusion-targets.cmake
  DESTINATION "${config_dir}" COMPONENT library)
if(TARGET seafusion_align_shared)
  install(TARGETS seafusion_align_shared EXPORT seafusion_align
    LIBRARY DESTINATION "${CMAKE_INSTALL_LIBDIR}" COMPONENT align NAMELINK_COMPONENT align_library)
  install(EXPORT seafusion_align NAMESPACE seafusion:: FILE seafusion-align-targets.cmake
    DESTINATION "${config_dir}" COMPONENT align_library)
endif()
configure_package_config_file(
  cmake/seafusion-config.cmake.in "${PROJECT_BINARY_DIR}/cmake/seafusion-config.cmake"
  INSTALL_DESTINATION "${config_dir}" NO_SET_AND_CHECK_MACRO)
# Before 1.0 a new minor version may change the interface.
write_basic_package_version_file("${PROJECT_BINARY_DIR}/cmake/seafusion-config-version.cmake"
  COMPATIBILITY SameMinorVersion)
install(FILES
  "${PROJECT_BINARY_DIR}/cmake/seafusion-config.cmake"
  "${PROJECT_BINARY_DIR}/cmake/seafusion-config-version.cmake"
  DESTINATION "${config_dir}" COMPONENT library)
if(NOT SEAFUSION_PACKAGES) # which have copyright files
  install(FILES LICENSE NOTICE DESTINATION "${CMAKE_INSTALL_DOCDIR}" COMPONENT library)
endif()

if(SEAFUSION_TOOLS)
  file(GLOB method_weights "${PROJECT_SOURCE_DIR}/weights/methods/*.safetensors")
  install(TARGETS seafusion_command RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}" COMPONENT command)
  install(FILES ${method_weights} DESTINATION "${CMAKE_INSTALL_DATADIR}/seafusion/methods" COMPONENT command)
  foreach(module imaging serve video vision learning)
    if(TARGET seafusion_${module})
      if(module STREQUAL learning)
        set(component learning)
      else()
        set(component command)
      endif()
      install(TARGETS seafusion_${module}
        LIBRARY DESTINATION "${CMAKE_INSTALL_LIBDIR}/seafusion" COMPONENT ${component})
    endif()
  endforeach()
endif()
