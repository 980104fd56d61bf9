#include <fmt/format.h>

#include <cmath>

#include "base/error.h"
#include "base/number_text.h"
#include "isoflop/holdout.h"

namespace isoflop {

namespace {

constexpr double kMostParts = 1000;

struct Pieces {
  std::string_view head, rest;  // before and after the first colon; all is the head without one
};

Pieces cut(std::string_view text) {
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos) return {.head = text, .rest = {}};
  return {.head = text.substr(0, colon), .rest = text.substr(colon + 1)};
}

Result<Holdout> parse_top(std::string_view rest, Holdout holdout) {
  const auto [share, expression] = cut(rest);
  const bool percent = share.ends_with('%');
  const auto number = parse_plain_number(share.substr(0, share.size() - (percent ? 1 : 0)));
  holdout.share = number.value_or(0) / (percent ? 100 : 1);
  if (!number || holdout.share <= 0 || holdout.share >= 1)
    return error("'{}' is not a share between 0 and 100 %; write top:20%:P", share);
  if (expression.empty()) return error("top:{} does not say of what; write top:{}:P", share, share);
  holdout.kind = Holdout::Kind::kTop;
  holdout.expression = expression;
  return holdout;
}

Result<std::size_t> parse_parts(std::string_view text, std::string_view kind, int least) {
  const auto number = parse_plain_number(text);
  const double parts = number.value_or(0);
  if (parts >= least && parts <= kMostParts && parts == std::floor(parts))
    return static_cast<std::size_t>(parts);
  return error("'{}' is not a number of parts from {} to {}; write {}:5", text, least, kMostParts,
               kind);
}

Result<Holdout> parse_rolling(std::string_view rest, Holdout holdout) {
  const auto [count, expression] = cut(rest);
  const auto parts = parse_parts(count, "rolling", 1);
  if (!parts) return std::unexpected(parts.error());
  holdout.kind = Holdout::Kind::kRolling;
  holdout.count = *parts;
  holdout.expression = expression.empty() ? "C" : expression;
  return holdout;
}

Result<Holdout> parse_folds(std::string_view rest, Holdout holdout) {
  const auto parts = parse_parts(rest, "folds", 2);
  if (!parts) return std::unexpected(parts.error());
  holdout.kind = Holdout::Kind::kFolds;
  holdout.count = *parts;
  return holdout;
}

}  // namespace

std::size_t Holdout::start() const {
  return text.ends_with(expression) ? text.size() - expression.size() : 0;
}

Result<Holdout> parse_holdout(std::string_view text) {
  Holdout holdout{.expression = std::string(text), .text = std::string(text)};
  const auto [kind, rest] = cut(text);
  if (text.find(':') == std::string_view::npos) return holdout;
  if (kind == "top") return parse_top(rest, std::move(holdout));
  if (kind == "rolling") return parse_rolling(rest, std::move(holdout));
  if (kind == "folds") return parse_folds(rest, std::move(holdout));
  if (kind != "group") return holdout;  // a filter, which may have a text with a colon
  if (rest.empty()) return error("group: does not name a column; write group:COLUMN");
  holdout.kind = Holdout::Kind::kGroup;
  holdout.expression = rest;
  return holdout;
}

}  // namespace isoflop
