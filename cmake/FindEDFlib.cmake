# EDFlib (Teunis van Beelen, BSD-3-Clause; Debian: libedf-dev) as EDFlib::EDFlib. The one place it is looked for: by
# our build, and by the installed package on behalf of whoever links unguard::io.
find_path(EDFlib_INCLUDE_DIR edflib.h)
find_library(EDFlib_LIBRARY NAMES edf)
include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(EDFlib REQUIRED_VARS EDFlib_LIBRARY EDFlib_INCLUDE_DIR
                                  REASON_FAILURE_MESSAGE "install libedf-dev, or set UNGUARD_IO to OFF")
mark_as_advanced(EDFlib_INCLUDE_DIR EDFlib_LIBRARY)
if(EDFlib_FOUND AND NOT TARGET EDFlib::EDFlib)
  add_library(EDFlib::EDFlib UNKNOWN IMPORTED)
  set_target_properties(EDFlib::EDFlib PROPERTIES IMPORTED_LOCATION "${EDFlib_LIBRARY}"
                                                  INTERFACE_INCLUDE_DIRECTORIES "${EDFlib_INCLUDE_DIR}")
endif()
