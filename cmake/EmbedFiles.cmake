# cmake -DOUTPUT=data_files.cc -DNAME=data_files "-DFILES=.../datasets/files/a.csv;..." -P EmbedFiles.cmake
string(CONCAT text "// Made by cmake/EmbedFiles.cmake from files that ship.\n#include \"base/book_data.h\"\n"
  "\n#pragma GCC diagnostic ignored \"-Woverlength-strings\"\n"
  "\nnamespace isoflop {\n"
  "\nusing std::string_view_literals::operator\"\"sv;  // clang gives up counting the characters of a plain literal\n"
  "\nstd::span<const EmbeddedFile> ${NAME}() {\n")
if("${FILES}" STREQUAL "")
  file(WRITE "${OUTPUT}" "${text}  return {};\n}\n\n}  // namespace isoflop\n")
  return()
endif()
string(APPEND text "  static constexpr EmbeddedFile kFiles[] = {\n")
list(SORT FILES)
foreach(file IN LISTS FILES)
  file(READ "${file}" content)
  file(SHA256 "${file}" digest)
  string(APPEND text "    {\"${digest}\", R\"~file~(${content})~file~\"sv},\n")
endforeach()
file(WRITE "${OUTPUT}" "${text}  };\n  return kFiles;\n}\n\n}  // namespace isoflop\n")
