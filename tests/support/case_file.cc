#include "support/case_file.h"

#include <fmt/format.h>

#include <optional>
#include <sstream>

#include "support/command.h"

namespace isoflop {
namespace {

using Kind = Expectation::Kind;

// "# key: value", for the keys of tests/cases/README.md alone: any other line is content.
std::optional<std::pair<std::string, std::string>> directive(const std::string& line) {
  if (!line.starts_with("# ")) return std::nullopt;
  for (const char* key : {"name", "purpose", "file", "run", "exit", "stdout", "stdout contains",
                          "stderr", "stderr contains", "json", "json keys"}) {
    const std::string head = fmt::format("# {}:", key);
    if (!line.starts_with(head)) continue;
    const std::size_t value = line.find_first_not_of(' ', head.size());
    return std::pair{std::string(key), value == std::string::npos ? "" : line.substr(value)};
  }
  return std::nullopt;
}

class Reader {
 public:
  CaseFile read(const std::string& text) {
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
      ++number_;
      if (const auto found = directive(line))
        obey(found->first, found->second);
      else if (block_)
        *block_ += line + "\n";
      else if (!line.empty())
        complain("belongs to no block");
    }
    if (result_.name.empty() || result_.purpose.empty())
      complain("the case has no name or no purpose");
    if (result_.steps.empty()) complain("nothing is run");
    return std::move(result_);
  }

 private:
  void obey(const std::string& key, const std::string& value) {
    block_ = nullptr;
    if (key == "name")
      result_.name = value;
    else if (key == "purpose")
      result_.purpose = value;
    else if (key == "file")
      block_ = &result_.files.emplace_back(value, "").second;
    else if (key == "run")
      result_.steps.emplace_back().command = value;
    else if (result_.steps.empty())
      complain("comes before the first run");
    else
      expect(key, value);
  }

  void expect(const std::string& key, const std::string& value) {
    Step& step = result_.steps.back();
    if (key == "exit") {
      step.exit = std::stoi(value);
    } else if (key == "json" || key == "json keys") {
      step.expected.push_back({key == "json" ? Kind::kJson : Kind::kJsonKeys, value});
    } else {
      const bool out = key.starts_with("stdout"), contains = key.ends_with("contains");
      const Kind kind = contains ? (out ? Kind::kOutContains : Kind::kErrContains)
                                 : (out ? Kind::kOut : Kind::kErr);
      if (!value.empty()) complain("expected text stands on the lines below");
      block_ = &step.expected.emplace_back(kind, "").text;
    }
  }

  void complain(const char* what) {
    result_.problems.push_back(fmt::format("line {}: {}", number_, what));
  }

  CaseFile result_;
  std::string* block_ =
      nullptr;  // where content goes; never kept across a growth of the list it is in
  std::size_t number_ = 0;
};

}  // namespace

CaseFile read_case(const std::filesystem::path& file) { return Reader().read(read_text(file)); }

}  // namespace isoflop
