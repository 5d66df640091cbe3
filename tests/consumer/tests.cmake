# The package as a user has it: installed into a folder of the build, then a project of its own configured, built and
# run against it; and the same project with our sources inside. The steps need each other, in this order.
set(prefix "${CMAKE_CURRENT_BINARY_DIR}/consumer/prefix")
# A sanitized library needs a sanitized program.
string(TOUPPER "${CMAKE_BUILD_TYPE}" type)
string(REGEX MATCHALL "-fsanitize=[^ ]+" sanitizers "${CMAKE_CXX_FLAGS_${type}}")
list(JOIN sanitizers " " sanitizers)
set(compiler "-DCMAKE_CXX_COMPILER=${CMAKE_CXX_COMPILER}" "-DCMAKE_CXX_FLAGS=${CMAKE_CXX_FLAGS}" -DCMAKE_BUILD_TYPE=Debug
             "-DCMAKE_CXX_FLAGS_DEBUG=-O0 ${sanitizers}" -G "${CMAKE_GENERATOR}")

function(unguard_consumer name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "NEEDS;OPTIONS")
  set(build "${CMAKE_CURRENT_BINARY_DIR}/consumer/${name}")
  add_test(NAME consumer.${name}.configure
           COMMAND ${CMAKE_COMMAND} --fresh -S "${CMAKE_CURRENT_SOURCE_DIR}/consumer" -B "${build}" ${compiler}
                   ${arg_OPTIONS})
  add_test(NAME consumer.${name}.build COMMAND ${CMAKE_COMMAND} --build "${build}")
  add_test(NAME consumer.${name}.run COMMAND ${CMAKE_CTEST_COMMAND} --test-dir "${build}" --output-on-failure
                                             --no-tests=error -R "^(core_only|with_kernels|write_and_read)$")
  set_tests_properties(consumer.${name}.configure PROPERTIES FIXTURES_SETUP consumer.${name}.configured
                                                             FIXTURES_REQUIRED "${arg_NEEDS}")
  set_tests_properties(consumer.${name}.build PROPERTIES FIXTURES_SETUP consumer.${name}.built
                                                         FIXTURES_REQUIRED consumer.${name}.configured)
  set_tests_properties(consumer.${name}.run PROPERTIES FIXTURES_REQUIRED consumer.${name}.built)
endfunction()

if(TARGET unguard_io)
  add_test(NAME consumer.install COMMAND ${CMAKE_COMMAND} --install "${PROJECT_BINARY_DIR}" --prefix "${prefix}")
  set_tests_properties(consumer.install PROPERTIES FIXTURES_SETUP consumer.installed)
  unguard_consumer(installed NEEDS consumer.installed OPTIONS "-DCMAKE_PREFIX_PATH=${prefix}")
  unguard_consumer(subdirectory OPTIONS "-DUNGUARD_SOURCE=${PROJECT_SOURCE_DIR}")
  # And without CMake: the same programs by what pkg-config says of the installed package, in a folder it was moved to.
  find_program(UNGUARD_PKG_CONFIG NAMES pkg-config pkgconf REQUIRED)
  add_test(NAME consumer.pkg_config
           COMMAND ${CMAKE_COMMAND} -DPKG_CONFIG=${UNGUARD_PKG_CONFIG} -DCOMPILER=${CMAKE_CXX_COMPILER}
                   "-DFLAGS=${CMAKE_CXX_FLAGS} -O0 ${sanitizers}" -DPREFIX=${prefix}
                   -DLIBDIR=${CMAKE_INSTALL_LIBDIR} -DSOURCES=${CMAKE_CURRENT_SOURCE_DIR}/consumer
                   -DFOLDER=${CMAKE_CURRENT_BINARY_DIR}/consumer/pkg_config
                   -P "${CMAKE_CURRENT_SOURCE_DIR}/consumer/pkg_config.cmake")
  set_tests_properties(consumer.pkg_config PROPERTIES FIXTURES_REQUIRED consumer.installed)
endif()
add_test(NAME consumer.docs COMMAND ${CMAKE_COMMAND} -P "${CMAKE_CURRENT_SOURCE_DIR}/consumer/docs_snippets.cmake")
