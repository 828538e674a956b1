# cmake -DBUILD=DIR -DSTAGING=DIR -DPREFIX=DIR -P install_and_move.cmake
file(REMOVE_RECURSE "${STAGING}" "${PREFIX}")
execute_process(
  COMMAND ${CMAKE_COMMAND} --install "${BUILD}" --prefix "${STAGING}"
  OUTPUT_QUIET COMMAND_ERROR_IS_FATAL ANY)
file(RENAME "${STAGING}" "${PREFIX}")
