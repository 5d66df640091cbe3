# Every header of the core stands on its own: one translation unit each that includes nothing else, as strict as our own
# code and without exceptions and RTTI, as for a microcontroller. A header that does not compile fails the build.
file(GLOB headers RELATIVE ${PROJECT_SOURCE_DIR}/include CONFIGURE_DEPENDS
     ${PROJECT_SOURCE_DIR}/include/unguard/core/*.hpp ${PROJECT_SOURCE_DIR}/include/unguard/filter/*.hpp
     ${PROJECT_SOURCE_DIR}/include/unguard/envelope/*.hpp ${PROJECT_SOURCE_DIR}/include/unguard/detect/*.hpp
     ${PROJECT_SOURCE_DIR}/include/unguard/simulate/*.hpp)
set(units)
foreach(header IN LISTS headers)
  string(MAKE_C_IDENTIFIER "${header}" unit)
  set(unit "${CMAKE_CURRENT_BINARY_DIR}/headers/${unit}.cpp")
  # Twice: the second time nothing may come.
  file(CONFIGURE OUTPUT "${unit}" CONTENT "#include \"@header@\"\n#include \"@header@\"\n" @ONLY)
  list(APPEND units "${unit}")
endforeach()
add_library(headers_alone OBJECT ${units})
target_link_libraries(headers_alone PRIVATE unguard unguard_warnings)
target_compile_options(headers_alone PRIVATE -fno-exceptions -fno-rtti -O0)
set_target_properties(headers_alone PROPERTIES EXCLUDE_FROM_ALL ON)

add_test(NAME headers.alone COMMAND ${CMAKE_COMMAND} --build "${PROJECT_BINARY_DIR}" --target headers_alone)
# Two builds in one folder would wait for each other's lock.
set_tests_properties(headers.alone PROPERTIES RESOURCE_LOCK build_folder TIMEOUT 300)
