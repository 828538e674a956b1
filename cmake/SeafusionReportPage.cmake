# The page of `seafusion report`: web/report, bundled by esbuild into one file and embedded.
# Sets SEAFUSION_HAS_REPORT_PAGE. AUTO never fails a configuration: it says what is missing.
set(report_page_source "${PROJECT_SOURCE_DIR}/web/report")
set(report_page_build "${PROJECT_BINARY_DIR}/report_page")
set(SEAFUSION_HAS_REPORT_PAGE OFF)

function(seafusion_fetch_report_packages problem)
  set(${problem} "" PARENT_SCOPE)
  find_program(SEAFUSION_NODE NAMES node nodejs)
  find_program(SEAFUSION_NPM npm)
  mark_as_advanced(SEAFUSION_NODE SEAFUSION_NPM)
  if(NOT SEAFUSION_NODE OR NOT SEAFUSION_NPM)
    set(${problem} "Node.js or npm is missing" PARENT_SCOPE)
    return()
  endif()
  execute_process(COMMAND "${SEAFUSION_NODE}" --version OUTPUT_VARIABLE version OUTPUT_STRIP_TRAILING_WHITESPACE)
  string(REGEX REPLACE "^v" "" version "${version}")
  if(version VERSION_LESS 18)
    set(${problem} "Node.js is ${version}; 18 is needed" PARENT_SCOPE)
    return()
  endif()
  file(SHA256 "${report_page_source}/package-lock.json" wanted)
  set(stamp "${report_page_build}/packages.sha256")
  if(EXISTS "${stamp}")
    file(READ "${stamp}" installed)
    if(installed STREQUAL wanted)
      return()
    endif()
  endif()
  message(STATUS "Fetching the report's packages from npm")
  file(MAKE_DIRECTORY "${report_page_build}")
  configure_file("${report_page_source}/package.json" "${report_page_build}/package.json" COPYONLY)
  configure_file("${report_page_source}/package-lock.json" "${report_page_build}/package-lock.json" COPYONLY)
  # No package's own script is run. A machine without network must not wait for minutes.
  execute_process(
    COMMAND "${SEAFUSION_NPM}" ci --ignore-scripts --no-audit --no-fund --loglevel=error --fetch-retries=1 --fetch-timeout=30000
    WORKING_DIRECTORY "${report_page_build}"
    RESULT_VARIABLE result OUTPUT_QUIET ERROR_VARIABLE error TIMEOUT 180)
  if(NOT result EQUAL 0)
    string(REGEX REPLACE "\n.*" "" error "${error}")
    set(${problem} "npm ci failed (${error})" PARENT_SCOPE)
    return()
  endif()
  file(WRITE "${stamp}" "${wanted}")
endfunction()

if(SEAFUSION_REPORT)
  seafusion_fetch_report_packages(problem)
  if(NOT problem)
    set(SEAFUSION_HAS_REPORT_PAGE ON)
  elseif(SEAFUSION_REPORT STREQUAL "AUTO")
    message(NOTICE "seafusion report is left out: ${problem}. See docs/report.md")
  else()
    message(FATAL_ERROR "SEAFUSION_REPORT is ON, but ${problem}")
  endif()
endif()

# seafusion_embed_report_page(TARGET): bundles the page and adds it to the target's sources.
function(seafusion_embed_report_page target)
  file(GLOB sources CONFIGURE_DEPENDS "${report_page_source}/src/*")
  set(page "${report_page_build}/report.html")
  add_custom_command(
    OUTPUT "${page}"
    COMMAND "${SEAFUSION_NODE}" "${report_page_source}/build.mjs" "${report_page_build}/node_modules" "${page}"
    DEPENDS ${sources} "${report_page_source}/build.mjs" "${PROJECT_SOURCE_DIR}/NOTICE" "${report_page_build}/packages.sha256"
    COMMENT "Bundling the report's page"
    VERBATIM)
  set(embedded "${report_page_build}/page_template.cc")
  set(embed "${PROJECT_SOURCE_DIR}/cmake/EmbedPage.cmake")
  add_custom_command(
    OUTPUT "${embedded}"
    COMMAND "${CMAKE_COMMAND}" "-DINPUT=${page}" "-DOUTPUT=${embedded}" -P "${embed}"
    DEPENDS "${page}" "${embed}" "${PROJECT_SOURCE_DIR}/cmake/HexBytes.cmake"
    COMMENT "Embedding the report's page"
    VERBATIM)
  target_sources(${target} PRIVATE "${embedded}")
endfunction()
