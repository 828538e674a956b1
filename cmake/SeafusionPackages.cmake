# Debian packages: cpack -G DEB in a build that was configured with SEAFUSION_PACKAGES (preset package, ./dev package).
#   seafusion               the command with its modules, manual pages, completions, guides   component command
#   seafusion-learning      what runs on LibTorch, and the weights for it                     component learning
#   libseafusionN           the shared library of SEAFUSION_ABI N                             component runtime
#   libseafusion-dev        headers, the static library, CMake and pkg-config files           component library
#   libseafusion-alignN     the shared library that finds and uses rigs                       component align
#   libseafusion-align-dev  its CMake files                                                   component align_library
#   python3-seafusion       the Python package                                                component python
#   gstreamer1.0-seafusion  the GStreamer element                                             component gstreamer

# Manual pages and completions, out of the help of the command that was built.
set(described "${PROJECT_BINARY_DIR}/described")
file(MAKE_DIRECTORY "${described}")
find_package(Python 3.9 REQUIRED COMPONENTS Interpreter)
add_custom_command(
  OUTPUT "${described}/man/seafusion.1"
  COMMAND "${Python_EXECUTABLE}" "${PROJECT_SOURCE_DIR}/packaging/describe_command.py" "$<TARGET_FILE:seafusion_command>" "${described}"
  COMMAND sh -c "gzip -9nkf man/*.1"
  WORKING_DIRECTORY "${described}"
  DEPENDS seafusion_command "${PROJECT_SOURCE_DIR}/packaging/describe_command.py"
  COMMENT "Describing the command")
add_custom_target(seafusion_described ALL DEPENDS "${described}/man/seafusion.1")
install(DIRECTORY "${described}/man/" DESTINATION "${CMAKE_INSTALL_MANDIR}/man1" COMPONENT command FILES_MATCHING PATTERN "*.1.gz")
install(FILES "${described}/bash/seafusion" DESTINATION "${CMAKE_INSTALL_DATADIR}/bash-completion/completions" COMPONENT command)
install(FILES "${described}/zsh/_seafusion" DESTINATION "${CMAKE_INSTALL_DATADIR}/zsh/vendor-completions" COMPONENT command)
install(FILES "${described}/fish/seafusion.fish" DESTINATION "${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d" COMPONENT command)
file(GLOB guides "${PROJECT_SOURCE_DIR}/docs/*.md")
install(FILES ${guides} README.md DESTINATION "${CMAKE_INSTALL_DATADIR}/doc/seafusion" COMPONENT command)
install(DIRECTORY examples/ DESTINATION "${CMAKE_INSTALL_DATADIR}/doc/seafusion/examples" COMPONENT command)

# What it is made of, out of what was built.
set(programs "")
foreach(target seafusion_command seafusion_imaging seafusion_video seafusion_vision seafusion_serve seafusion_learning
    seafusion_shared seafusion_gstreamer)
  if(TARGET ${target})
    list(APPEND programs "\"$<TARGET_FILE:${target}>\"")
  endif()
endforeach()
list(JOIN programs " " programs)
install(CODE "
  execute_process(COMMAND \"${Python_EXECUTABLE}\" \"${PROJECT_SOURCE_DIR}/packaging/list_parts.py\" ${PROJECT_VERSION}
    \"${PROJECT_BINARY_DIR}\" \"${PROJECT_SOURCE_DIR}/web/report/package-lock.json\" \"${PROJECT_BINARY_DIR}/seafusion.spdx.json\"
    ${programs} COMMAND_ERROR_IS_FATAL ANY)" COMPONENT command)
install(FILES "${PROJECT_BINARY_DIR}/seafusion.spdx.json" DESTINATION "${CMAKE_INSTALL_DATADIR}/doc/seafusion" COMPONENT command)

set(SEAFUSION_DEBIAN_command seafusion)
set(SEAFUSION_DEBIAN_learning seafusion-learning)
set(SEAFUSION_DEBIAN_runtime libseafusion${SEAFUSION_ABI})
set(SEAFUSION_DEBIAN_library libseafusion-dev)
set(SEAFUSION_DEBIAN_align libseafusion-align${SEAFUSION_ABI})
set(SEAFUSION_DEBIAN_align_library libseafusion-align-dev)
set(SEAFUSION_DEBIAN_python python3-seafusion)
set(SEAFUSION_DEBIAN_gstreamer gstreamer1.0-seafusion)
if(NOT SEAFUSION_SHARED)
  message(FATAL_ERROR "SEAFUSION_PACKAGES needs SEAFUSION_SHARED")
endif()
set(components command library runtime align align_library)
if(TARGET seafusion_learning)
  list(APPEND components learning)
endif()
if(SEAFUSION_HAS_PYTHON)
  list(APPEND components python)
endif()
if(TARGET seafusion_gstreamer)
  list(APPEND components gstreamer)
endif()

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME seafusion)
set(CPACK_PACKAGE_CONTACT "The SeAFusion authors <seafusion@seafusion.invalid>")
set(CPACK_PACKAGE_VENDOR "SeAFusion")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_OUTPUT_FILE_PREFIX "${PROJECT_BINARY_DIR}/packages")
set(CPACK_COMPONENTS_ALL ${components})
set(CPACK_COMPONENTS_GROUPING ONE_PER_GROUP)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_STRIP_FILES ON)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
  OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION graphics)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_COMPRESSION_TYPE xz)

set(about "SeAFusion fuses a registered pair of an infrared and a visible
picture into one: warm things stand out as in the infrared picture,
texture and colour stay as in the visible one. Source of the method:
Tang, Yuan, Ma, Information Fusion 82 (2022).")
# seafusion_package(COMPONENT SECTION SUMMARY DETAIL)
function(seafusion_package component section summary detail)
  string(TOUPPER "${component}" upper)
  set(name "${SEAFUSION_DEBIAN_${component}}")
  set(CPACK_DEBIAN_${upper}_PACKAGE_NAME "${name}" PARENT_SCOPE)
  set(CPACK_DEBIAN_${upper}_PACKAGE_SECTION "${section}" PARENT_SCOPE)
  set(CPACK_DEBIAN_${upper}_PACKAGE_SHLIBDEPS ON PARENT_SCOPE)
  set(CPACK_DEBIAN_${upper}_DESCRIPTION "${summary}\n${about}\n\n${detail}" PARENT_SCOPE)
  set(CPACK_COMPONENT_${upper}_DESCRIPTION "${summary}\n${about}\n\n${detail}" PARENT_SCOPE)
  # What every Debian package tells: whose it is, and what changed.
  set(SEAFUSION_DEBIAN_NAME "${name}")
  set(folder "${PROJECT_BINARY_DIR}/debian/${name}")
  configure_file("${PROJECT_SOURCE_DIR}/packaging/copyright.in" "${folder}/copyright" @ONLY)
  configure_file("${PROJECT_SOURCE_DIR}/packaging/changelog.in" "${folder}/changelog" @ONLY)
  execute_process(COMMAND gzip -9nf "${folder}/changelog" COMMAND_ERROR_IS_FATAL ANY)
  install(FILES "${folder}/copyright" "${folder}/changelog.gz"
    DESTINATION "${CMAKE_INSTALL_DATADIR}/doc/${name}" COMPONENT ${component})
endfunction()
string(TIMESTAMP SEAFUSION_DATE "%a, %d %b %Y %H:%M:%S +0000" UTC)
string(TIMESTAMP SEAFUSION_YEAR "%Y" UTC)

seafusion_package(command graphics "fuses infrared and visible pictures and videos"
  "This package has the command seafusion: fusing, alignment, metrics,\ncomparisons.")
seafusion_package(library libdevel "fuses infrared and visible pictures - development files"
  "This package has headers, the static library, CMake and pkg-config files.")
set(CPACK_DEBIAN_LIBRARY_PACKAGE_DEPENDS "${SEAFUSION_DEBIAN_runtime} (= ${PROJECT_VERSION})")
seafusion_package(align_library libdevel "brings infrared and visible pictures onto each other - development files"
  "This package has the CMake files of libseafusion-align.")
set(CPACK_DEBIAN_ALIGN_LIBRARY_PACKAGE_DEPENDS
  "${SEAFUSION_DEBIAN_align} (= ${PROJECT_VERSION}), libseafusion-dev (= ${PROJECT_VERSION})")
# seafusion_shared_package(COMPONENT LIBRARY SUMMARY DETAIL): packages that link with the library depend on this one; the
# linker's cache is renewed.
function(seafusion_shared_package component library summary detail)
  set(name "${SEAFUSION_DEBIAN_${component}}")
  seafusion_package(${component} libs "${summary}" "${detail}")
  string(TOUPPER "${component}" upper)
  foreach(variable PACKAGE_NAME PACKAGE_SECTION PACKAGE_SHLIBDEPS DESCRIPTION)
    set(CPACK_DEBIAN_${upper}_${variable} "${CPACK_DEBIAN_${upper}_${variable}}" PARENT_SCOPE)
  endforeach()
  set(CPACK_COMPONENT_${upper}_DESCRIPTION "${CPACK_COMPONENT_${upper}_DESCRIPTION}" PARENT_SCOPE)
  set(control "${PROJECT_BINARY_DIR}/debian/${name}")
  file(WRITE "${control}/shlibs" "${library} ${SEAFUSION_ABI} ${name} (>= ${PROJECT_VERSION})\n")
  file(WRITE "${control}/triggers" "activate-noawait ldconfig\n")
  set(CPACK_DEBIAN_${upper}_PACKAGE_CONTROL_EXTRA "${control}/shlibs;${control}/triggers" PARENT_SCOPE)
endfunction()
seafusion_shared_package(runtime libseafusion "fuses infrared and visible pictures - shared library"
  "This package has the shared library.")
seafusion_shared_package(align libseafusion-align "brings infrared and visible pictures onto each other"
  "This package has the shared library that finds how two cameras map onto\neach other, and warps their pictures.")
if(TARGET seafusion_learning)
  seafusion_package(learning graphics "trains infrared and visible image fusion"
    "This package adds what runs on LibTorch to the package seafusion: training,\nand other methods to compare with.")
  set(CPACK_DEBIAN_LEARNING_PACKAGE_DEPENDS "seafusion (= ${PROJECT_VERSION})")
  set(CPACK_DEBIAN_COMMAND_PACKAGE_SUGGESTS "seafusion-learning (= ${PROJECT_VERSION})")
endif()
if(SEAFUSION_HAS_PYTHON)
  seafusion_package(python python "fuses infrared and visible pictures - Python package"
    "This package has the Python module seafusion, for numpy arrays.")
  set(CPACK_DEBIAN_PYTHON_PACKAGE_CONTROL_EXTRA
    "${PROJECT_SOURCE_DIR}/packaging/python3-seafusion/postinst;${PROJECT_SOURCE_DIR}/packaging/python3-seafusion/prerm")
  math(EXPR next "${Python_VERSION_MINOR} + 1")
  set(CPACK_DEBIAN_PYTHON_PACKAGE_DEPENDS
    "python3 (>= 3.${Python_VERSION_MINOR}~), python3 (<< 3.${next}), python3-numpy")
  set(CPACK_DEBIAN_PYTHON_PACKAGE_SUGGESTS "seafusion-learning (= ${PROJECT_VERSION})")
endif()
if(TARGET seafusion_gstreamer)
  seafusion_package(gstreamer libs "fuses infrared and visible video - GStreamer element"
    "This package has the GStreamer element seafusion.")
endif()
include(CPack)
