#include "cli/model_draws.h"

#include "isoflop/covariance.h"
#include "isoflop/normal_draws.h"

namespace isoflop::cli {

ModelDraws draws_of(const Model& model) {
  ModelDraws result;
  if (!model.fit) return result;
  const FitRecord& record = *model.fit;
  if (record.confidence && record.fit.table.rows() > 0) {
    result.level = record.confidence->level;
    if (const Result<Covariance> V = covariance(record.fit))
      result.sandwich = normal_draws(record.fit, *V, kSandwichDraws, record.fit.recipe.seed);
  }
  if (record.bootstrap) {
    result.level = record.bootstrap->level;
    result.bootstrap = &record.bootstrap->draws;
  }
  return result;
}

}  // namespace isoflop::cli
