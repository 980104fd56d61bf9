#include "cli/model_draws.h"

#include <fmt/format.h>

#include <utility>

#include "cli/parse_value.h"
#include "isoflop/covariance.h"
#include "isoflop/normal_draws.h"

namespace isoflop::cli {

namespace {

constexpr std::size_t kDraws = 1000;

}  // namespace

std::optional<ModelDraws> draws_of(const Model& model) {
  if (!model.fit) return std::nullopt;
  const FitRecord& record = *model.fit;
  if (record.bootstrap)
    return ModelDraws{.draws = record.bootstrap->draws,
                      .level = record.bootstrap->level,
                      .source = "bootstrap",
                      .note = ""};
  if (!record.confidence || record.fit.table.rows() == 0) return std::nullopt;
  const Result<Covariance> V = covariance(record.fit);
  if (!V) return std::nullopt;
  std::optional<Draws> draws = normal_draws(record.fit, *V, kDraws, record.fit.recipe.seed);
  if (!draws) return std::nullopt;
  return ModelDraws{
      .draws = *std::move(draws),
      .level = record.confidence->level,
      .source = "sandwich",
      .note = fmt::format("intervals are of {} draws from the sandwich covariance of the fit; "
                          "`isoflop fit --bootstrap {}` supposes less",
                          kDraws, kDraws)};
}

}  // namespace isoflop::cli
