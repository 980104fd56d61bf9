# cmake -DOUTPUT=data_files.cc "-DFILES=.../datasets/files/a.csv;..." -P EmbedFiles.cmake
string(CONCAT text "// Made by cmake/EmbedFiles.cmake from the files of runs that ship.\n#include \"base/book_data.h\"\n"
  "\n#pragma GCC diagnostic ignored \"-Woverlength-strings\"\n"
  "\nnamespace isoflop {\n"
  "\nusing std::string_view_literals::operator\"\"sv;  // clang gives up counting the characters of a plain literal\n"
  "\nstd::span<const EmbeddedFile> data_files() {\n"
  "  static constexpr EmbeddedFile kFiles[] = {\n")
list(SORT FILES)
foreach(file IN LISTS FILES)
  file(READ "${file}" content)
  file(SHA256 "${file}" digest)
  string(APPEND text "    {\"${digest}\", R\"~file~(${content})~file~\"sv},\n")
endforeach()
file(WRITE "${OUTPUT}" "${text}  };\n  return kFiles;\n}\n\n}  // namespace isoflop\n")
