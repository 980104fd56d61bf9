# Helpers of the build: sources of modules, options of the libraries, warnings, the embedded book of laws.

# Every .cc of the modules but the tests beside them.
function(isoflop_module_sources out)
  set(sources "")
  foreach(module IN LISTS ARGN)
    file(GLOB_RECURSE found CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/src/${module}/*.cc")
    list(FILTER found EXCLUDE REGEX "_(test|fuzz)\\.cc$")
    list(APPEND sources ${found})
  endforeach()
  set(${out} ${sources} PARENT_SCOPE)
endfunction()

# What the core and the library beside it have in common. Both are position-independent, as a Python module
# needs them; hidden symbols cost such code nothing and stay out of what links it.
function(isoflop_library target)
  target_include_directories(${target}
    PUBLIC $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include> $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>
    PRIVATE "${PROJECT_SOURCE_DIR}/src")
  target_compile_features(${target} PUBLIC cxx_std_23)
  # The same bits from every compiler: no contraction of a*b+c behind our back.
  target_compile_options(${target} PRIVATE -fno-exceptions -ffp-contract=off)
  set(shared ON)
  if(ISOFLOP_WASM)  # it is one module
    set(shared OFF)
  endif()
  set_target_properties(${target} PROPERTIES
    POSITION_INDEPENDENT_CODE ${shared} CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON)
  isoflop_warnings(${target})
  isoflop_precompile(${target})
  # In a unity build (the preset demo) a module is one translation unit, so what is local to a file has a name of
  # its own in its module. Not so the kernel: Highway includes its files once for each instruction set.
  get_target_property(sources ${target} SOURCES)
  foreach(source IN LISTS sources)
    cmake_path(GET source PARENT_PATH module)
    cmake_path(GET module FILENAME module)
    if(NOT module STREQUAL kernel)
      set_source_files_properties("${source}" PROPERTIES UNITY_GROUP "${module}")
    endif()
  endforeach()
  set_target_properties(${target} PROPERTIES UNITY_BUILD_MODE GROUP)
endfunction()

function(isoflop_warnings target)
  target_compile_options(${target} PRIVATE -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion
    -Wno-missing-field-initializers)  # {.flops = 1e24} leaves the rest at its default
  # GCC 12 at -O3 sees these inside its own std::string and std::vector (its bugs 105651, 105329); clang checks too.
  target_compile_options(${target} PRIVATE
    $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict;-Wno-dangling-pointer;-Wno-maybe-uninitialized;-Wno-stringop-overflow;-Wno-array-bounds>)
  if(CMAKE_UNITY_BUILD)  # a file of a module is no header there, as GCC takes it for
    target_compile_options(${target} PRIVATE $<$<CXX_COMPILER_ID:GNU>:-Wno-subobject-linkage>)
  endif()
  if(ISOFLOP_WERROR)
    target_compile_options(${target} PRIVATE -Werror)
  endif()
  if(ISOFLOP_SANITIZE)
    target_compile_options(${target} PRIVATE -fsanitize=${ISOFLOP_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
    target_link_options(${target} PUBLIC -fsanitize=${ISOFLOP_SANITIZE})
  endif()
endfunction()

# Precompiles for the target what most files include, and what its own files all do: a third of the time of a small
# file. With GCC alone: ccache does not serve one folder's build with clang to another, and a build without
# precompiled headers, as CI's with clang is, finds the include that a file forgot.
function(isoflop_precompile target)
  if(CMAKE_CXX_COMPILER_ID STREQUAL GNU)
    target_precompile_headers(${target} PRIVATE <algorithm> <array> <cmath> <cstdint> <expected> <functional> <limits>
      <map> <memory> <numeric> <optional> <span> <string> <string_view> <utility> <variant> <vector> <fmt/format.h>
      ${ARGN})
    target_compile_options(${target} PRIVATE -fpch-preprocess)  # for ccache
  endif()
endfunction()

# Writes the books, laws/*.toml, datasets/*.toml, claims/*.toml, architectures/* and layouts/*.toml, into a source file, at build time.
function(isoflop_embed_books output)
  set(books "${PROJECT_SOURCE_DIR}/architectures/ignored_fields.txt")
  foreach(folder IN ITEMS laws datasets claims architectures layouts)
    file(GLOB found CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/${folder}/*.toml")
    list(APPEND books ${found})
  endforeach()
  add_custom_command(
    OUTPUT "${output}"
    COMMAND ${CMAKE_COMMAND} "-DOUTPUT=${output}" "-DFILES=${books}" -P "${PROJECT_SOURCE_DIR}/cmake/EmbedBook.cmake"
    DEPENDS ${books} "${PROJECT_SOURCE_DIR}/cmake/EmbedBook.cmake"
    COMMENT "Embedding the books of laws, data sets, claims, architectures and layouts"
    VERBATIM)
endfunction()

# Writes files that ship into a source file, at build time, as the function NAME of base/book_data.h.
function(isoflop_embed_files output name)
  add_custom_command(
    OUTPUT "${output}"
    COMMAND ${CMAKE_COMMAND} "-DOUTPUT=${output}" "-DNAME=${name}" "-DFILES=${ARGN}" -P "${PROJECT_SOURCE_DIR}/cmake/EmbedFiles.cmake"
    DEPENDS ${ARGN} "${PROJECT_SOURCE_DIR}/cmake/EmbedFiles.cmake"
    COMMENT "Embedding ${name}"
    VERBATIM)
endfunction()
