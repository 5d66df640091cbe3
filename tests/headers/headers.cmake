# Every header stands on its own: one translation unit each that includes nothing else, as strict as our own code. Those
# of the core also without exceptions and RTTI, as for a microcontroller. Built by a test, so that the tests' own build
# stays short.
function(unguard_headers_alone name)
  set(units)
  foreach(station IN LISTS ARGN)
    if(NOT UNGUARD_HEADERS_ALONE STREQUAL "all" AND NOT station IN_LIST UNGUARD_HEADERS_ALONE)
      continue()
    endif()
    file(GLOB headers RELATIVE ${PROJECT_SOURCE_DIR}/include CONFIGURE_DEPENDS
         ${PROJECT_SOURCE_DIR}/include/unguard/${station}/*.hpp)
    foreach(header IN LISTS headers)
      string(MAKE_C_IDENTIFIER "${header}" unit)
      set(unit "${CMAKE_CURRENT_BINARY_DIR}/headers/${unit}.cpp")
      if(header MATCHES "real_fft_fftw" AND NOT TARGET unguard_fftw)
        continue()
      endif()
      # Twice: the second time nothing may come.
      file(CONFIGURE OUTPUT "${unit}" CONTENT "#include \"@header@\"\n#include \"@header@\"\n" @ONLY)
      list(APPEND units "${unit}")
    endforeach()
  endforeach()
  add_library(${name} OBJECT EXCLUDE_FROM_ALL ${units})
  target_link_libraries(${name} PRIVATE unguard unguard_warnings)
  target_compile_options(${name} PRIVATE $<$<CXX_COMPILER_ID:GNU,Clang,AppleClang>:-O0>)
endfunction()

unguard_headers_alone(headers_alone core filter envelope spectrum features detect clinical stream simulate)
target_compile_options(headers_alone PRIVATE $<$<CXX_COMPILER_ID:GNU,Clang,AppleClang>:-fno-exceptions;-fno-rtti>)
if(TARGET unguard_fftw)
  target_link_libraries(headers_alone PRIVATE FFTW3::fftw3)
endif()
unguard_headers_alone(io_headers_alone io)

add_test(NAME headers.alone COMMAND ${CMAKE_COMMAND} --build "${PROJECT_BINARY_DIR}" --target headers_alone
                                    io_headers_alone)
# Two builds in one folder would wait for each other's lock. The limit is for what hangs: on a slow machine it is minutes.
set_tests_properties(headers.alone PROPERTIES RESOURCE_LOCK build_folder TIMEOUT 1800)
