# FFTW (Frigo and Johnson, GPL-2.0-or-later; Debian: libfftw3-dev) as FFTW3::fftw3. The one place it is looked for: by
# our build, and by the installed package on behalf of whoever links unguard::fftw.
find_path(FFTW3_INCLUDE_DIR fftw3.h)
find_library(FFTW3_LIBRARY NAMES fftw3)
include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(FFTW3 REQUIRED_VARS FFTW3_LIBRARY FFTW3_INCLUDE_DIR
                                  REASON_FAILURE_MESSAGE "install libfftw3-dev, or set UNGUARD_FFTW to OFF")
mark_as_advanced(FFTW3_INCLUDE_DIR FFTW3_LIBRARY)
if(FFTW3_FOUND AND NOT TARGET FFTW3::fftw3)
  add_library(FFTW3::fftw3 UNKNOWN IMPORTED)
  set_target_properties(FFTW3::fftw3 PROPERTIES IMPORTED_LOCATION "${FFTW3_LIBRARY}"
                                                INTERFACE_INCLUDE_DIRECTORIES "${FFTW3_INCLUDE_DIR}")
endif()
