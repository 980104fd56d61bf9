// End-to-end cases: text files that say what is run and what must come out. tests/cases/README.md
// has the form.
#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace isoflop {

// One thing expected of one command.
struct Expectation {
  enum class Kind {
    kOut,          // text: all of standard output
    kOutContains,  // text: parts of it, one a line, in this order
    kErr,
    kErrContains,
    kJson,      // text: "PATH OP VALUE" about the object on standard output
    kJsonKeys,  // text: its keys, in order
  };
  Kind kind = Kind::kOut;
  std::string text;
};

struct Step {
  std::string command;
  int exit = 0;
  std::vector<Expectation> expected;
};

struct CaseFile {
  std::string name;
  std::string purpose;
  std::vector<std::pair<std::string, std::string>> files;  // name, content
  std::vector<Step> steps;
  std::vector<std::string> problems;  // of the case file itself, each with its line
};

CaseFile read_case(const std::filesystem::path& file);

}  // namespace isoflop
