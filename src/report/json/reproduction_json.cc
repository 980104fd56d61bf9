#include "base/field_values.h"
#include "base/value.h"
#include "report/json/json.h"
#include "store/document.h"

namespace isoflop {

namespace {

Value closeness_value(const Closeness& close) {
  return Value::object({{"worst", close.worst}, {"mean", close.mean}});
}

Value range_or_null(const std::optional<Range>& range) {
  return range ? range_value(*range) : Value();
}

Value values_value(const Law& law) {
  Value values = Value::object();
  for (std::size_t i = 0; i < law.coefficients().size(); ++i)
    values.set(law.coefficients()[i].name, law.values()[i]);
  return values;
}

Value coefficients_value(const ReproducedFit& fit) {
  Value list = Value::object();
  for (const ReproducedCoefficient& each : fit.coefficients)
    list.set(each.name, Value::object({{"published", each.published},
                                       {"ours", each.ours},
                                       {"difference", each.difference},
                                       {"published_error", number_or_null(each.published_error)},
                                       {"our_error", number_or_null(each.our_error)},
                                       {"error_difference", number_or_null(each.error_difference)},
                                       {"skewness", fit.draws > 0 ? Value(each.skewness) : Value()},
                                       {"error_outcome", each.published_error
                                                             ? Value(to_text(each.error_outcome))
                                                             : Value()}}));
  return list;
}

Value reproduced_fit_value(const ReproducedFit& fit) {
  return Value::object({{"law", fit.published.law},
                        {"refitted_here", fit.refitted_here},
                        {"where", text_or_null(fit.published.where)},
                        {"residual", to_text(fit.published.residual)},
                        {"loss", to_text(fit.published.loss)},
                        {"rows", fit.rows},
                        {"tolerance", fit.published.tolerance},
                        {"published_objective", fit.published_objective},
                        {"objective", fit.fit.objective.sum},
                        {"difference", fit.difference},
                        {"rounded_objective", fit.rounded_objective},
                        {"from_published", fit.from_published},
                        {"published_errors", closeness_value(fit.published_closeness)},
                        {"errors", closeness_value(fit.our_closeness)},
                        {"status", to_text(fit.fit.status)},
                        {"draws", fit.draws},
                        {"coefficients", coefficients_value(fit)},
                        {"outcome", to_text(fit.outcome)},
                        {"reason", text_or_null(fit.published.reason)}});
}

Value point_value(const ReproducedPoint& point) {
  return Value::object({{"law", point.published.law},
                        {"what", point.published.what},
                        {"inputs", field_value(point.published.inputs)},
                        {"loss", point.published.loss},
                        {"tolerance", point.published.tolerance},
                        {"predicted", point.predicted},
                        {"range", range_or_null(point.range)},
                        {"difference", point.difference},
                        {"refitted", number_or_null(point.refitted)},
                        {"refitted_difference", number_or_null(point.refitted_difference)},
                        {"outcome", to_text(point.outcome)},
                        {"reason", text_or_null(point.published.reason)}});
}

Value contestant_value(const Contestant& contestant) {
  return Value::object({{"law", contestant.law},
                        {"as_published", closeness_value(contestant.as_published)},
                        {"refitted", closeness_value(contestant.refitted)},
                        {"objective", contestant.fit.objective.sum},
                        {"held_out_rmse", contestant.held_out_rmse},
                        {"coefficients", values_value(contestant.fit.law)},
                        {"status", to_text(contestant.fit.status)}});
}

Value contest_value(const ReproducedContest& contest) {
  return Value::object({{"claim", contest.published.claim},
                        {"law", contest.published.law},
                        {"residual", to_text(contest.published.residual)},
                        {"loss", to_text(contest.published.loss)},
                        {"holdout", contest.published.holdout},
                        {"rows", contest.rows},
                        {"held_out_rows", contest.held_out_rows},
                        {"laws", array_value(contest.contestants, contestant_value)},
                        {"place", contest.place},
                        {"held_out_place", contest.held_out_place},
                        {"outcome", to_text(contest.outcome)},
                        {"reason", text_or_null(contest.published.reason)}});
}

Value reproduction_value(const Reproduction& reproduction) {
  return Value::object({{"key", reproduction.data.key},
                        {"sha256", reproduction.data.sha256},
                        {"fits", array_value(reproduction.fits, reproduced_fit_value)},
                        {"points", array_value(reproduction.points, point_value)},
                        {"contests", array_value(reproduction.contests, contest_value)}});
}

Value agreement_value(const CheckedAgreement& agreement) {
  const Agreement& published = agreement.published;
  const ClaimGrid& grid = published.grid;
  const bool profiles = !grid.flops.empty();
  return Value::object({{"claim", published.claim},
                        {"law", published.law},
                        {"of", published.of},
                        {"flops", numbers_value(grid.flops)},
                        {"N", profiles ? Value() : range_value(grid.N)},
                        {"D", profiles ? Value() : range_value(grid.D)},
                        {"sparsity", numbers_value(grid.sparsity)},
                        {"models", agreement.models},
                        {"tolerance", published.tolerance},
                        {"as_published", closeness_value(agreement.as_published)},
                        {"rounded", closeness_value(agreement.rounded)},
                        {"published_outcome", to_text(agreement.published_outcome)},
                        {"refitted", closeness_value(agreement.refitted)},
                        {"coefficients", values_value(agreement.fit.law)},
                        {"refitted_outcome", to_text(agreement.refitted_outcome)},
                        {"notes", texts_value(agreement.notes)},
                        {"reason", text_or_null(published.reason)}});
}

Value side_value(const BudgetSide& side) {
  return Value::object({{"law", side.law},
                        {"loss", side.loss},
                        {"range", range_or_null(side.range)},
                        {"worked", number_or_null(side.worked)},
                        {"optimum", Value::object({{"N", side.optimum.N},
                                                   {"D", side.optimum.D},
                                                   {"loss", side.optimum.loss}})}});
}

Value checked_budget_value(const CheckedBudget& budget) {
  return Value::object({{"claim", budget.published.claim},
                        {"model", budget.published.model},
                        {"inputs", field_value(budget.published.inputs)},
                        {"flops", budget.flops},
                        {"sparsity", budget.sparsity},
                        {"laws", array_value(budget.sides, side_value)},
                        {"loss_tolerance", budget.published.loss_tolerance},
                        {"worked_outcome", to_text(budget.worked_outcome)},
                        {"difference", budget.model},
                        {"model_outcome", to_text(budget.model_outcome)},
                        {"profile", closeness_value(budget.profile)},
                        {"rounded", closeness_value(budget.rounded)},
                        {"tolerance", budget.published.tolerance},
                        {"outcome", to_text(budget.outcome)},
                        {"notes", texts_value(budget.notes)},
                        {"reason", text_or_null(budget.published.reason)}});
}

Value claims_value(const CheckedClaims& checked) {
  return Value::object({{"law", checked.claims.key},
                        {"agreements", array_value(checked.agreements, agreement_value)},
                        {"budgets", array_value(checked.budgets, checked_budget_value)}});
}

Value data_set_value(const DataSet& data) {
  return Value::object({{"key", data.key},
                        {"title", data.title},
                        {"cite", text_or_null(data.cite)},
                        {"url", text_or_null(data.url)},
                        {"made", text_or_null(data.made)},
                        {"file", data.file},
                        {"sha256", data.sha256},
                        {"licence", data.licence},
                        {"ships", shipped_file(data).has_value()},
                        {"note", text_or_null(data.note)},
                        {"rows", data.rows},
                        {"columns", text_or_null(data.mapping.columns)},
                        {"where", text_or_null(data.mapping.where)},
                        {"drop_highest_loss", data.mapping.drop_highest_loss},
                        {"mapping", fields_value(data.mapping)},
                        {"fits", array_value(data.fits, &PublishedFit::law)},
                        {"points", data.points.size()},
                        {"contests", data.contests.size()}});
}

}  // namespace

std::string reproduction_json(const Reproductions& reproductions, double seconds) {
  Value outcomes = Value::array();
  const Tally counts = tally(reproductions);
  for (const auto& [outcome, count] : counts.outcomes)
    outcomes.push(Value::object({{"outcome", to_text(outcome)}, {"count", count}}));
  return document_text(
      Value::object({{"data_sets", array_value(reproductions.data_sets, reproduction_value)},
                     {"claims", array_value(reproductions.claims, claims_value)},
                     {"outcomes", outcomes},
                     {"unexplained", counts.unexplained},
                     {"seconds", seconds}}));
}

std::string data_sets_json(std::span<const DataSet> data_sets) {
  return document_text(Value::object({{"data_sets", array_value(data_sets, data_set_value)}}));
}

}  // namespace isoflop
