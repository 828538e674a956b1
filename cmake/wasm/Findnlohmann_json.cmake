# Its package on this machine says /usr/include, whose other headers are not for WebAssembly.
add_library(nlohmann_json::nlohmann_json INTERFACE IMPORTED)
target_include_directories(nlohmann_json::nlohmann_json SYSTEM INTERFACE "${SEAFUSION_WASM_HEADERS}")
set(nlohmann_json_FOUND ON)
set(nlohmann_json_VERSION 3.11)
