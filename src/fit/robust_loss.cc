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
    {Kind::kHuber, "huber", true,
     "quadratic up to DELTA, linear beyond; auto is 1.345 sigma of the residuals"},
    {Kind::kCauchy, "cauchy", true, "quadratic up to about DELTA, logarithmic beyond"},
    {Kind::kSquare, "mse", false, "squares"},
    {Kind::kAbsolute, "mae", false, "absolute values"},
});
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
  const std::string_view name = text.substr(0, colon);
  const auto found = std::ranges::find(kKinds, name, &LossKind::name);
  const bool has_number = colon != std::string_view::npos;
  if (found == kKinds.end() || (has_number && !found->has_delta))
    return error("'{}' is not a loss; use {}, such as huber:1e-3", text, loss_choices());
  RobustLoss loss{.kind = found->kind};
  if (!has_number) return loss;
  const std::string_view number = trimmed(text.substr(colon + 1));
  if (loss.kind == Kind::kHuber && number == "auto")
    return RobustLoss{Kind::kHuber, RobustLoss::kAutomatic};
  const std::optional<double> delta = parse_plain_number(number);
  if (!delta || *delta <= 0 || !std::isfinite(*delta))
    return error("'{}': the number after '{}:' must be above 0, such as {}:1e-3", text, name, name);
  loss.delta = *delta;
  return loss;
}

std::string to_text(const RobustLoss& loss) {
  const LossKind& kind = loss_kind(loss);
  if (!kind.has_delta) return std::string(kind.name);
  if (loss.is_automatic()) return std::string(kind.name) + ":auto";
  return fmt::format("{}:{}", kind.name, format_exact(loss.delta));
}

std::string LossKind::text() const { return std::string(name) + (has_delta ? ":DELTA" : ""); }

std::string loss_choices() {
  std::vector<std::string> choices;
  for (const LossKind& kind : kKinds) choices.push_back(kind.text());
  return listed(choices, "or");
}

double psi(const RobustLoss& loss, double r) {
  switch (loss.kind) {
    case Kind::kSquare:
      break;
    case Kind::kHuber:
      return std::clamp(r, -loss.delta, loss.delta);
    case Kind::kAbsolute:
      return (r > 0) - (r < 0);
    case Kind::kCauchy: {
      const double ratio = r / loss.delta;
      return r / (1 + ratio * ratio);
    }
  }
  return r;
}

bool is_clipped(const RobustLoss& loss) {
  return loss.kind == Kind::kHuber || loss.kind == Kind::kAbsolute;
}

RobustLoss widened(const RobustLoss& loss, double delta) {
  return {loss.kind == Kind::kAbsolute ? Kind::kHuber : loss.kind, delta};
}

double median_size(std::span<const double> residuals) {
  std::vector<double> sizes;
  for (const double residual : residuals) sizes.push_back(std::abs(residual));
  const auto middle = sizes.begin() + static_cast<long>(sizes.size() / 2);
  std::ranges::nth_element(sizes, middle);
  return *middle;
}

}  // namespace isoflop
