#include "fit/robust_loss.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <vector>

#include "base/error.h"
#include "base/listed.h"
#include "base/number_text.h"
#include "base/spelling.h"

namespace isoflop {

namespace {

using Kind = RobustLoss::Kind;

// In the order of Kind. The sums over rows are kernel/loss_sums.cc's.
constexpr auto kKinds = std::to_array<LossKind>({
    {Kind::kHuber, "huber", "DELTA",
     "quadratic up to DELTA, linear beyond; auto is 1.345 sigma of the residuals; "
     "huber:DELTA,over=K weighs over-predictions K times: an envelope"},
    {Kind::kCauchy, "cauchy", "DELTA", "quadratic up to about DELTA, logarithmic beyond"},
    {Kind::kSquare, "mse", "", "squares"},
    {Kind::kAbsolute, "mae", "", "absolute values"},
    {Kind::kQuantile, "quantile", "Q", "the law that a share Q of the runs lies below"},
});
constexpr std::string_view kOver = "over=";

static_assert(std::ranges::all_of(kKinds, [](const LossKind& each) {
  return &each == &kKinds[static_cast<std::size_t>(each.kind)];
}));

}  // namespace

std::span<const LossKind> loss_kinds() { return kKinds; }

const LossKind& loss_kind(const RobustLoss& loss) {
  return kKinds[static_cast<std::size_t>(loss.kind)];
}

Result<RobustLoss> parse_loss(std::string_view text) {
  const std::size_t colon = text.find(':');
  const std::string_view name = trimmed(text.substr(0, colon));
  const auto found = std::ranges::find(kKinds, name, &LossKind::name);
  const bool has_number = colon != std::string_view::npos;
  const bool quantile = name == "quantile";
  if (found == kKinds.end() || (has_number && found->parameter.empty()))
    return error("'{}' is not a loss; use {}, such as huber:1e-3", text, loss_choices());
  RobustLoss loss{.kind = found->kind};
  if (!has_number && !quantile) return loss;
  std::string_view number = trimmed(has_number ? text.substr(colon + 1) : "");
  if (const std::size_t comma = number.find(','); comma != std::string_view::npos) {
    const std::string_view side = trimmed(number.substr(comma + 1));
    const std::optional<double> over = side.starts_with(kOver)
                                           ? parse_plain_number(trimmed(side.substr(kOver.size())))
                                           : std::nullopt;
    if (loss.kind != Kind::kHuber || !over || !(*over > 0) || !std::isfinite(*over))
      return error(
          "'{}': only over=K, K above 0, goes with a loss, and only with huber: "
          "huber:1e-3,over=10 weighs over-predictions ten times",
          text);
    loss.over = *over;
    number = trimmed(number.substr(0, comma));
  }
  if (loss.kind == Kind::kHuber && number == "auto") {
    if (loss.over != 1)
      return error(
          "'{}': auto is for residuals on both sides alike; give a number, such as "
          "huber:1e-3,over={}",
          text, format_exact(loss.over));
    return RobustLoss{Kind::kHuber, RobustLoss::kAutomatic};
  }
  const std::optional<double> value = parse_plain_number(number);
  if (quantile && !(value && *value > 0 && *value < 1))
    return error(
        "'{}': give the share of the runs that lies below the law, above 0 and below 1, "
        "such as quantile:0.1",
        text);
  if (!value || *value <= 0 || !std::isfinite(*value))
    return error("'{}': the number after '{}:' must be above 0, such as {}:1e-3", text, name, name);
  (quantile ? loss.level : loss.delta) = *value;
  return loss;
}

std::string to_text(const RobustLoss& loss) {
  const LossKind& kind = loss_kind(loss);
  if (kind.parameter.empty()) return std::string(kind.name);
  if (loss.is_automatic()) return std::string(kind.name) + ":auto";
  const double parameter = kind.has_delta() ? loss.delta : loss.level;
  const bool sided = kind.has_delta() && !loss.is_symmetric();
  return fmt::format("{}:{}{}", kind.name, format_exact(parameter),
                     sided ? "," + std::string(kOver) + format_exact(loss.over) : "");
}

std::string LossKind::text() const {
  return std::string(name) + (parameter.empty() ? "" : ":") + std::string(parameter);
}

std::string loss_choices() {
  std::vector<std::string> choices;
  for (const LossKind& kind : kKinds) choices.push_back(kind.text());
  return listed(choices, "or");
}

double psi(const RobustLoss& loss, double r) {
  const double side = r > 0 ? loss.over_weight() : loss.under_weight();
  switch (loss.kind) {
    case Kind::kSquare:
      break;
    case Kind::kHuber:
      return side * std::clamp(r, -loss.delta, loss.delta);
    case Kind::kAbsolute:
    case Kind::kQuantile:
      return side * ((r > 0) - (r < 0));
    case Kind::kCauchy: {
      const double ratio = r / loss.delta;
      return r / (1 + ratio * ratio);
    }
  }
  return r;
}

bool is_clipped(const RobustLoss& loss) { return loss.kind == Kind::kHuber || loss.is_pointed(); }

RobustLoss widened(const RobustLoss& loss, double delta) {
  RobustLoss wide = loss;
  wide.delta = delta;
  if (!loss.is_pointed()) return wide;
  wide.kind = Kind::kHuber;
  wide.over = loss.over_weight() / loss.under_weight();
  return wide;
}

double median_size(std::span<const double> residuals) {
  std::vector<double> sizes;
  for (const double residual : residuals) sizes.push_back(std::abs(residual));
  const auto middle = sizes.begin() + static_cast<long>(sizes.size() / 2);
  std::ranges::nth_element(sizes, middle);
  return *middle;
}

}  // namespace isoflop
