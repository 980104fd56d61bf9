# cmake --install: headers, library, program with completions and manual pages, licence and notices, and a CMake
# package, so that another project needs only
#
#   find_package(isoflop REQUIRED)
#   target_link_libraries(its_target PRIVATE isoflop::isoflop)
include(CMakePackageConfigHelpers)
set(package_dir "${CMAKE_INSTALL_LIBDIR}/cmake/isoflop")

add_library(isoflop::isoflop ALIAS isoflop)
install(TARGETS isoflop_core isoflop EXPORT isoflopTargets)
install(TARGETS isoflop_program)
# The program writes its completions (bash, zsh) and manual pages itself, from the tables of its flags.
set(share_dir "${CMAKE_CURRENT_BINARY_DIR}/share")
add_custom_command(OUTPUT "${share_dir}/man/man1/isoflop.1"
  COMMAND isoflop_program shell-files "${share_dir}" DEPENDS isoflop_program
  COMMENT "Writing completions and manual pages" VERBATIM)
add_custom_target(isoflop_shell_files ALL DEPENDS "${share_dir}/man/man1/isoflop.1")
install(DIRECTORY "${share_dir}/" TYPE DATA)
install(DIRECTORY "${PROJECT_SOURCE_DIR}/include/isoflop" TYPE INCLUDE)
install(FILES "${PROJECT_SOURCE_DIR}/LICENSE" "${PROJECT_SOURCE_DIR}/NOTICE" TYPE DOC)
install(EXPORT isoflopTargets NAMESPACE isoflop:: DESTINATION "${package_dir}")

configure_package_config_file(
  "${PROJECT_SOURCE_DIR}/cmake/isoflopConfig.cmake.in" isoflopConfig.cmake INSTALL_DESTINATION "${package_dir}")
write_basic_package_version_file(isoflopConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES
  "${CMAKE_CURRENT_BINARY_DIR}/isoflopConfig.cmake"
  "${CMAKE_CURRENT_BINARY_DIR}/isoflopConfigVersion.cmake"
  DESTINATION "${package_dir}")
