# cmake -DOUTPUT=data_files.cc "-DFILES=.../datasets/files/a.csv;..." -P EmbedFiles.cmake
set(text "// Made by cmake/EmbedFiles.cmake from datasets/files.\n#include \"base/book_data.h\"\n"
  "\n#pragma GCC diagnostic ignored \"-Woverlength-strings\"\n"
  "\nnamespace isoflop {\n\nstd::span<const EmbeddedFile> data_files() {\n"
  "  static constexpr EmbeddedFile kFiles[] = {\n")
list(JOIN text "" text)
list(SORT FILES)
foreach(file IN LISTS FILES)
  file(READ "${file}" content)
  file(SHA256 "${file}" digest)
  string(APPEND text "    {\"${digest}\", R\"~file~(${content})~file~\"},\n")
endforeach()
file(WRITE "${OUTPUT}" "${text}  };\n  return kFiles;\n}\n\n}  // namespace isoflop\n")
