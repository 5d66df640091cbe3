# Builds and runs each program of the consumer with nothing but what pkg-config says of the installed package, after it
# has been moved. Truth: the programs' own checks.
file(REMOVE_RECURSE "${FOLDER}")
file(MAKE_DIRECTORY "${FOLDER}")
file(COPY "${PREFIX}/" DESTINATION "${FOLDER}/moved")
set(ENV{PKG_CONFIG_PATH} "${FOLDER}/moved/${LIBDIR}/pkgconfig")
separate_arguments(flags UNIX_COMMAND "${FLAGS}")

function(run)
  execute_process(COMMAND ${ARGN} WORKING_DIRECTORY "${FOLDER}" RESULT_VARIABLE failed OUTPUT_VARIABLE told
                  ERROR_VARIABLE told OUTPUT_STRIP_TRAILING_WHITESPACE)
  if(failed)
    message(FATAL_ERROR "${ARGN}: ${failed}\n${told}")
  endif()
  set(told "${told}" PARENT_SCOPE)
endfunction()

foreach(program IN ITEMS core_only:unguard with_kernels:unguard-kernels write_and_read:unguard-io)
  string(REPLACE ":" ";" program "${program}")
  list(GET program 0 name)
  list(GET program 1 package)
  run("${PKG_CONFIG}" --cflags --libs ${package})
  separate_arguments(asked UNIX_COMMAND "${told}")
  if(NOT told MATCHES "${FOLDER}/moved")
    message(FATAL_ERROR "${package} is not found where it was moved to: ${told}")
  endif()
  run("${COMPILER}" ${flags} "${SOURCES}/${name}.cpp" ${asked} -o "${FOLDER}/${name}")
  run("${FOLDER}/${name}" consumer.bdf)
endforeach()
