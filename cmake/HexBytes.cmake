# hex_bytes(VARIABLE FILE): the file's bytes as the inside of a C++ array initializer.
function(hex_bytes variable file)
  file(READ "${file}" bytes HEX)
  # CMake's regular expressions cannot count: 16 bytes a line, then the commas.
  string(REPEAT "[0-9a-f]" 32 line)
  string(REGEX REPLACE "(${line})" "\\1\n    " bytes "${bytes}")
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${bytes}")
  set(${variable} "${bytes}" PARENT_SCOPE)
endfunction()
