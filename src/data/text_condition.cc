#include "data/text_condition.h"

#include <regex.h>

#include <algorithm>
#include <array>
#include <memory>

#include "base/error.h"
#include "base/number_text.h"
#include "base/spelling.h"

namespace isoflop {

namespace {

// regcomp() unrolls repetitions: nested ones could fill the memory.
constexpr double kMostRepeats = 10'000;

double repeats(std::string_view pattern) {
  double product = 1;
  for (std::size_t i = pattern.find('{'); i != pattern.npos; i = pattern.find('{', i + 1)) {
    const std::string_view inside = pattern.substr(i + 1, pattern.find('}', i) - i - 1);
    const std::string_view most = inside.substr(inside.find(',') + 1);
    product *= std::max(1.0, parse_plain_number(most).value_or(1));
  }
  return product;
}

Result<TextCondition> matcher(const std::string& pattern) {
  for (std::size_t i = 0; i + 1 < pattern.size(); ++i) {
    if (pattern[i] != '\\') continue;
    ++i;
    if (pattern[i] == 'd' || pattern[i] == 'D')
      return error("'{}' is not a regular expression of POSIX: write [0-9] for \\d", pattern);
  }
  if (repeats(pattern) > kMostRepeats)
    return error("'{}' repeats more than {} times: write * or +", pattern, kMostRepeats);
  const std::shared_ptr<regex_t> compiled(new regex_t, [](regex_t* expression) {
    regfree(expression);
    delete expression;
  });
  *compiled = {};
  if (const int code = regcomp(compiled.get(), pattern.c_str(), REG_EXTENDED | REG_NOSUB)) {
    std::array<char, 200> reason{};
    regerror(code, compiled.get(), reason.data(), reason.size());
    return error("'{}' is not a regular expression: {}", pattern, reason.data());
  }
  return TextCondition([compiled](const std::string& cell) {
    return regexec(compiled.get(), cell.c_str(), 0, nullptr, 0) == 0;
  });
}

}  // namespace

bool is_truth_word(std::string_view text) {
  const std::string word = text.size() > 5 ? "" : lower_case(text);
  return word == "true" || word == "false";
}

std::optional<bool> truth_of(std::string_view text) {
  if (is_truth_word(text)) return text.size() == 4;
  const std::optional<double> number = parse_plain_number(text);
  if (number == 0 || number == 1) return number == 1;
  return std::nullopt;
}

Result<TextCondition> text_condition(std::string_view name, const std::string& text) {
  if (name == "is")
    return [truth = truth_of(text)](const std::string& cell) { return truth_of(cell) == truth; };
  if (name == "contains")
    return [text](const std::string& cell) { return cell.find(text) != cell.npos; };
  if (name == "starts_with")
    return [text](const std::string& cell) { return cell.starts_with(text); };
  if (name == "matches") return matcher(text);
  return [text](const std::string& cell) { return cell == text; };
}

}  // namespace isoflop
