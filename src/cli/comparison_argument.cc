#include "cli/comparison_argument.h"

#include <filesystem>
#include <system_error>

#include "cli/file.h"

namespace isoflop::cli {

Result<std::optional<ComparisonSummary>> read_if_comparison(const std::string& text) {
  std::error_code ignored;
  if (!std::filesystem::is_regular_file(text, ignored)) return std::nullopt;
  const Result<std::string> content = read_file(text);
  if (!content || !is_comparison_file(*content)) return std::nullopt;
  return read_comparison_file(*content, text);
}

}  // namespace isoflop::cli
