# Emscripten as Debian has it (emscripten, node-acorn), and Node.js to run what it makes: ./dev web.
include(/usr/share/emscripten/cmake/Modules/Platform/Emscripten.cmake)
# Its linker runs a script that looks for acorn, which Debian keeps here.
set_property(GLOBAL PROPERTY RULE_LAUNCH_LINK "${CMAKE_COMMAND} -E env NODE_PATH=/usr/share/nodejs")

# Headers without code, of this machine, in a folder of their own: the others beside them are not for that one. Highway
# chooses nothing at run time there, and so needs no code either.
set(SEAFUSION_WASM_HEADERS "${CMAKE_BINARY_DIR}/headers")
get_property(trying GLOBAL PROPERTY IN_TRY_COMPILE)
if(NOT trying)
  file(MAKE_DIRECTORY "${SEAFUSION_WASM_HEADERS}")
  foreach(name hwy nlohmann stb)
    if(EXISTS "/usr/include/${name}")
      file(CREATE_LINK "/usr/include/${name}" "${SEAFUSION_WASM_HEADERS}/${name}" SYMBOLIC)
    endif()
  endforeach()
endif()
set(hwy_include "${SEAFUSION_WASM_HEADERS}" CACHE PATH "Folder of hwy/highway.h")
list(PREPEND CMAKE_MODULE_PATH "${CMAKE_CURRENT_LIST_DIR}/wasm")

# Errors inside the library are exceptions until they become values.
set(CMAKE_CXX_FLAGS_INIT "-msimd128 -fwasm-exceptions -DHWY_COMPILE_ONLY_STATIC -include ${CMAKE_CURRENT_LIST_DIR}/wasm/standard_library.h")
set(CMAKE_EXE_LINKER_FLAGS_INIT "-fwasm-exceptions")
