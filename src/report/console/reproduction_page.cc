#include <fmt/format.h>

#include <cmath>
#include <utility>

#include "base/listed.h"
#include "base/number_text.h"
#include "base/spelling.h"
#include "law/law_text.h"
#include "report/console/block.h"
#include "report/console/console.h"

namespace isoflop {

namespace {

// What is smaller is shown as such: its digits are those of rounding, or of no interest.
constexpr double kNoChange = 1e-5;

// "+0.0364 %".
std::string change(double relative) {
  if (!std::isfinite(relative)) return "none";
  if (std::abs(relative) < kNoChange) return "under 0.001 %";
  return fmt::format("{}{} %", relative < 0 ? "" : "+", format_number(100 * relative, 3));
}

std::string closeness_text(double share) {
  return share < 1e-12 ? "under 1e-10 %" : format_percent(share);
}

std::string objective(double value) { return format_number(value, 7); }

std::string or_blank(const std::optional<double>& value, int digits) {
  return value ? format_number(*value, digits) : "";
}

void add_reason(std::vector<std::string>& lines, bool agrees, const std::string& reason) {
  if (!agrees) lines.push_back(reason.empty() ? "Not explained." : "Why: " + reason + ".");
}

// "1.47 to 1.48", or "" for a set that was not rounded.
std::string range_text_of(const std::optional<Range>& range) {
  if (!range) return "";
  return fmt::format("{} to {}", format_number(range->low, kLossDigits),
                     format_number(range->high, kLossDigits));
}

void add_notes(std::vector<std::string>& lines, const std::vector<std::string>& notes) {
  for (const std::string& note : notes) lines.push_back(sentence(note));
}

Block source_block(const DataSet& data) {
  Block block{.level = 2, .heading = fmt::format("{}: {}", data.key, data.title)};
  block.lines.push_back(fmt::format("{}. {} rows, {}. Licence: {}.", data.cite, data.rows,
                                    origin(data), data.licence));
  if (!data.note.empty()) block.lines.push_back(sentence(data.note));
  if (data.fits.empty() && data.points.empty() && data.contests.empty())
    block.lines.emplace_back("No set of coefficients for these runs is in the book.");
  return block;
}

Block fits_block(const Reproduction& reproduction) {
  Block block{.header = {"published fit", "rows", "objective", "published", "ours",
                         "published over ours", "refined from published", "worst and mean error",
                         "ours", "outcome"}};
  for (const ReproducedFit& fit : reproduction.fits)
    block.rows.push_back(
        {marked_label(fit.published.law, fit.refitted_here), std::to_string(fit.rows),
         fmt::format("{}, {}", to_text(fit.published.loss), to_text(fit.published.residual)),
         objective(fit.published_objective), objective(fit.fit.objective.sum),
         change(fit.difference), objective(fit.from_published),
         fmt::format("{}, {}", closeness_text(fit.published_closeness.worst),
                     closeness_text(fit.published_closeness.mean)),
         fmt::format("{}, {}", closeness_text(fit.our_closeness.worst),
                     closeness_text(fit.our_closeness.mean)),
         to_text(fit.outcome)});
  return block;
}

std::string skew_text(const ReproducedFit& fit) {
  std::string names;
  for (const ReproducedCoefficient& each : fit.coefficients)
    if (each.our_error && std::abs(each.skewness) > ReproducedCoefficient::kSkewed)
      names += (names.empty() ? "" : ", ") + each.name;
  if (names.empty()) return "";
  return fmt::format(
      "The draws of {} are skewed: a few large ones make the standard error, which says less than "
      "an interval.",
      names);
}

Block fit_block(const ReproducedFit& fit) {
  Block block{.level = 3,
              .heading = fmt::format("{}: {}", marked_label(fit.published.law, fit.refitted_here),
                                     to_text(fit.outcome))};
  if (!fit.published.where.empty())
    block.lines.push_back(fmt::format("Rows: `{}`.", fit.published.where));
  if (!fit.published.response.empty())
    block.lines.push_back(
        fmt::format("What it predicts: `{}`; errors are of that.", fit.published.response));
  if (fit.outcome == Outcome::kRounding)
    block.lines.push_back(fmt::format("Coefficients that print as {} reach {}.",
                                      fit.refitted_here ? "those" : "the published ones",
                                      objective(fit.rounded_objective)));
  add_reason(block.lines, fit.outcome == Outcome::kSame || fit.outcome == Outcome::kRounding,
             fit.published.reason);
  if (fit.draws > 0)
    block.lines.push_back(
        fmt::format("Standard errors are of {} refits to resampled rows.", fit.draws));
  if (const std::string skewed = skew_text(fit); !skewed.empty()) block.lines.push_back(skewed);
  block.header = {"coefficient", fit.refitted_here ? "in the book" : "published", "ours",
                  "difference"};
  if (fit.draws > 0)
    block.header.insert(block.header.end(),
                        {"standard error published", "ours", "difference", "skewness", "outcome"});
  for (const ReproducedCoefficient& each : fit.coefficients) {
    std::vector<std::string> row = {each.name, format_number(each.published, 6),
                                    format_number(each.ours, 6), change(each.difference)};
    if (fit.draws > 0)
      row.insert(row.end(), {or_blank(each.published_error, 4), or_blank(each.our_error, 3),
                             each.error_difference ? change(*each.error_difference) : "",
                             format_number(each.skewness, 2),
                             each.published_error ? to_text(each.error_outcome) : ""});
    block.rows.push_back(std::move(row));
  }
  return block;
}

Block point_block(const ReproducedPoint& point) {
  Block block{.level = 3,
              .heading = fmt::format("{}: {}", point.published.what, to_text(point.outcome))};
  block.lines.push_back(
      fmt::format("{}: loss {}. {} predicts {} ({}).", inputs_text(point.published.inputs),
                  format_number(point.published.loss, kLossDigits), point.published.law,
                  format_number(point.predicted, kLossDigits), change(point.difference)));
  if (point.range)
    block.lines.push_back(
        fmt::format("Sets that print alike predict {}.", range_text_of(point.range)));
  if (point.refitted)
    block.lines.push_back(fmt::format("Our fit predicts {} ({}).",
                                      format_number(*point.refitted, kLossDigits),
                                      change(*point.refitted_difference)));
  add_reason(block.lines, point.outcome != Outcome::kFails, point.published.reason);
  return block;
}

Block contest_block(const ReproducedContest& contest) {
  const Contest& published = contest.published;
  Block block{.level = 3,
              .heading = fmt::format("{}: {}", published.claim, to_text(contest.outcome))};
  block.lines.push_back(fmt::format(
      "{} of {} by the objective ({}, {} residuals, {} rows), {} by the error of {} held-out rows "
      "({}).",
      contest.place, contest.contestants.size(), to_text(published.loss),
      to_text(published.residual), contest.rows, contest.held_out_place, contest.held_out_rows,
      published.holdout));
  add_reason(block.lines, contest.outcome == Outcome::kHolds, published.reason);
  block.header = {"law",  "as published: worst", "mean",          "fitted: worst",
                  "mean", "objective",           "held-out RMSE", "free"};
  for (const Contestant& each : contest.contestants)
    block.rows.push_back({each.law, closeness_text(each.as_published.worst),
                          closeness_text(each.as_published.mean),
                          closeness_text(each.refitted.worst), closeness_text(each.refitted.mean),
                          objective(each.fit.objective.sum), format_number(each.held_out_rmse),
                          std::to_string(each.fit.law.coefficients().size())});
  return block;
}

std::vector<Block> blocks_of(const Reproduction& reproduction) {
  std::vector<Block> blocks = {source_block(reproduction.data)};
  if (!reproduction.fits.empty()) blocks.push_back(fits_block(reproduction));
  for (const ReproducedFit& fit : reproduction.fits) blocks.push_back(fit_block(fit));
  for (const ReproducedPoint& point : reproduction.points) blocks.push_back(point_block(point));
  for (const ReproducedContest& contest : reproduction.contests)
    blocks.push_back(contest_block(contest));
  return blocks;
}

std::string grid_text(const CheckedAgreement& agreement) {
  const ClaimGrid& grid = agreement.published.grid;
  const std::string sparsities =
      joined(grid.sparsity, ", ", [](double sparsity) { return format_share(sparsity); });
  const std::string models =
      grid.flops.empty()
          ? fmt::format("N {} to {}, D {} to {}", format_count(grid.N.low),
                        format_count(grid.N.high), format_count(grid.D.low),
                        format_count(grid.D.high))
          : fmt::format("{} isoFLOP profiles of {} to {} FLOPs", grid.flops.size(),
                        format_flops(grid.flops.front()), format_flops(grid.flops.back()));
  return fmt::format("{} models without noise: {}; S {}", agreement.models, models, sparsities);
}

Block agreement_block(const CheckedAgreement& agreement) {
  const Agreement& published = agreement.published;
  Block block{.level = 3, .heading = published.claim};
  block.lines.push_back(fmt::format(
      "Losses of {} against those of {}, on {}. Tolerance of the "
      "worst error: {}.",
      published.law, published.of, grid_text(agreement), closeness_text(published.tolerance)));
  add_notes(block.lines, agreement.notes);
  add_reason(block.lines,
             agreement.published_outcome != Outcome::kFails &&
                 agreement.refitted_outcome != Outcome::kFails,
             published.reason);
  block.header = {"", "worst error", "mean error", "outcome"};
  block.rows = {{"as published", closeness_text(agreement.as_published.worst),
                 closeness_text(agreement.as_published.mean), to_text(agreement.published_outcome)},
                {"rounding allowed for", closeness_text(agreement.rounded.worst),
                 closeness_text(agreement.rounded.mean), ""},
                {"fitted to these models", closeness_text(agreement.refitted.worst),
                 closeness_text(agreement.refitted.mean), to_text(agreement.refitted_outcome)}};
  return block;
}

Block budget_block(const CheckedBudget& budget) {
  const BudgetClaim& published = budget.published;
  Block block{.level = 3,
              .heading = fmt::format("{}: {}", published.claim, to_text(budget.outcome))};
  block.lines.push_back(fmt::format(
      "{}: {}, so C = {} and S = {}. Tolerance: {}. The two differ by {} on the model: {}. They "
      "differ by {} at worst and {} in the mean on the isoFLOP profile of that sparsity; rounding "
      "allowed for, by {} at worst.",
      published.model, inputs_text(published.inputs), format_flops(budget.flops),
      format_share(budget.sparsity, 5), closeness_text(published.tolerance),
      closeness_text(budget.model), to_text(budget.model_outcome),
      closeness_text(budget.profile.worst), closeness_text(budget.profile.mean),
      closeness_text(budget.rounded.worst)));
  block.lines.push_back(
      fmt::format("The worked losses come out: {}.", to_text(budget.worked_outcome)));
  add_notes(block.lines, budget.notes);
  add_reason(block.lines, budget.outcome != Outcome::kFails, published.reason);
  block.header = {"law",     "loss of the model", "of sets that print alike",
                  "worked",  "optimal N",         "optimal D",
                  "its loss"};
  for (const BudgetSide& side : budget.sides)
    block.rows.push_back({side.law, format_number(side.loss, kLossDigits),
                          range_text_of(side.range), or_blank(side.worked, kLossDigits),
                          format_count(side.optimum.N), format_count(side.optimum.D),
                          format_number(side.optimum.loss, kLossDigits)});
  return block;
}

std::vector<Block> blocks_of(const CheckedClaims& checked) {
  std::vector<Block> blocks = {{.level = 2,
                                .heading = "What " + checked.claims.key + " claims",
                                .lines = {checked.claims.cite + "."}}};
  for (const CheckedAgreement& agreement : checked.agreements)
    blocks.push_back(agreement_block(agreement));
  for (const CheckedBudget& budget : checked.budgets) blocks.push_back(budget_block(budget));
  return blocks;
}

Block tally_block(const Reproductions& reproductions) {
  const Tally counts = tally(reproductions);
  const std::string text = joined(counts.outcomes, ", ", [](const auto& each) {
    return fmt::format("{} {}", to_text(each.first), each.second);
  });
  const std::string unexplained = counts.unexplained == 0
                                      ? "all of them are the same or explained"
                                      : fmt::format("{} of them not explained", counts.unexplained);
  return {.lines = {fmt::format("{} outcomes: {}; {}.", counts.all, text, unexplained)}};
}

std::vector<Block> all_blocks(const Reproductions& reproductions) {
  std::vector<Block> blocks;
  const auto append = [&](std::vector<Block> more) {
    blocks.insert(blocks.end(), more.begin(), more.end());
  };
  for (const Reproduction& each : reproductions.data_sets) append(blocks_of(each));
  for (const CheckedClaims& each : reproductions.claims) append(blocks_of(each));
  blocks.push_back(tally_block(reproductions));
  return blocks;
}

}  // namespace

std::string reproduction_page(const Reproductions& reproductions) {
  return console_text(all_blocks(reproductions));
}

std::string reproduction_markdown(const Reproductions& reproductions) {
  std::vector<Block> blocks = all_blocks(reproductions);
  blocks.insert(
      blocks.begin(),
      {.level = 1,
       .heading = "What was published, and what comes out of it",
       .lines = {
           "`scripts/generate-docs` writes this page, and a test holds it against what is fitted. "
           "[datasets](../datasets) and "
           "[claims](../claims) say what is compared, by which recipe, and why where it differs.",
           "Objectives are sums over rows. Errors are relative, of the loss. A published set is "
           "the *same optimum* where its objective is within the fit's tolerance of ours; "
           "*rounding explains it* where some coefficients that print as it does are; else a "
           "*better optimum* was *found*. *Refined from published* is where our refinement ends "
           "that starts at the published set. A set that is *refitted here* is this project's own, "
           "to public runs, and not published.",
           "Claims are in the words of their source, which gives no tolerance: those are this "
           "project's. A printed coefficient stands for all values that print so. A claim *does "
           "not hold* where no sets were found that print as the published ones and agree within "
           "the tolerance; where some were, *rounding explains* the difference."}});
  return markdown_text(blocks);
}

}  // namespace isoflop
