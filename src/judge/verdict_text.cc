// The answer of a comparison as a sentence.
#include <fmt/format.h>

#include <cmath>

#include "base/number_text.h"
#include "isoflop/compare.h"

namespace isoflop {

namespace {

std::string number(double value) { return format_number(value, 4); }

const char* unit(const Comparison& comparison) { return comparison.by_groups ? "group" : "row"; }

std::string counted(const char* unit, double count) {
  return fmt::format("{} held-out {}{}", format_number(count, 6), unit, count == 1 ? "" : "s");
}

std::string sure_text(const Comparison& comparison, double probability) {
  return fmt::format("{} of {} resamples of the runs, {} among them", format_percent(probability),
                     comparison.resamples,
                     counted(unit(comparison), static_cast<double>(comparison.units)));
}

// A law that the held-out rows would have believed, and AICc does not.
bool is_blocked(const Verdict& verdict, const ComparedPair& pair) {
  return verdict.aicc_above > kAiccApart && pair.probability >= kSure;
}

// Which law, by how much, how sure.
std::string which_text(const Comparison& comparison, const ComparedPair& pair) {
  const ComparedLaw &first = comparison.laws[pair.first], &rival = comparison.laws[pair.second];
  const std::string error = number(first.held_out.rmse), other = number(rival.held_out.rmse);
  const Verdict& verdict = *comparison.verdict;
  if (is_blocked(verdict, pair))
    return fmt::format(
        "Believe neither {0} nor {1} yet: the held-out rows favour {0} (RMSE {2}; {3} has {4}, and "
        "{0} is ahead in {5}), but on the rows that were fitted the AICc of {1} is lower by {6}",
        first.name, comparison.laws[verdict.lowest_aicc].name, error, rival.name, other,
        sure_text(comparison, pair.probability), format_number(verdict.aicc_above, 3));
  const bool simpler = pair.simpler && verdict.aicc_above <= 0;
  if (simpler && first.held_out.rmse > rival.held_out.rmse)
    return fmt::format(
        "Believe {} until {}, of which it is a special case on these runs, is proved: that "
        "predicts "
        "better (RMSE {} against {}), but is ahead in {}, and a larger law is to be ahead in {}",
        first.name, rival.name, other, error, sure_text(comparison, 1 - pair.probability),
        format_percent(kSure));
  if (simpler && pair.probability < kSure)
    return fmt::format(
        "Believe {}: {}, of which it is a special case on these runs, does not predict better "
        "(RMSE {} against {}; {} is ahead in {})",
        first.name, rival.name, other, error, first.name, sure_text(comparison, pair.probability));
  if (pair.probability < kSure)
    return fmt::format("{} and {} are tied: RMSE {} against {}, and {} is ahead in only {}",
                       first.name, rival.name, error, other, first.name,
                       sure_text(comparison, pair.probability));
  return fmt::format(
      "Believe {}: it predicts with an RMSE of {}, its nearest rival {} with {}, and "
      "it is ahead in {}",
      first.name, error, rival.name, other, sure_text(comparison, pair.probability));
}

std::string roughness_text(const Comparison& comparison) {
  if (comparison.units >= kFewUnits) return "";
  return fmt::format(" (too few {}s for more than a rough probability)", unit(comparison));
}

std::string change_text(const Comparison& comparison, const ComparedPair& pair) {
  const Verdict& verdict = *comparison.verdict;
  std::string text;
  if (verdict.overturned_by == comparison.units)
    text += fmt::format("; it is ahead on every held-out {}", unit(comparison));
  else if (verdict.overturned_by > 0)
    text += fmt::format("; the order would turn without the {} that {} it most",
                        counted(unit(comparison), static_cast<double>(verdict.overturned_by)),
                        verdict.overturned_by == 1 ? "favours" : "favour");
  if (verdict.rows_needed)
    text += fmt::format("; about {} like these would make it sure",
                        counted(unit(comparison), *verdict.rows_needed));
  else if (verdict.overturned_by > 0 && pair.probability < kSure && comparison.units > 1)
    text += fmt::format(
        "; held-out {}s alone would not make it sure, for the fits vary with their own runs: it "
        "takes more of these",
        unit(comparison));
  const std::string& lowest = comparison.laws[verdict.lowest_aicc].name;
  const double behind =
      comparison.laws[pair.second].criteria.aicc - comparison.laws[pair.first].criteria.aicc;
  if (behind > kAiccApart && std::isfinite(behind) && !verdict.believed)
    text += fmt::format("; on the rows that were fitted its AICc is lower by {}",
                        format_number(behind, 3));
  if (verdict.aicc_above > 0 && !is_blocked(verdict, pair))
    text += fmt::format("; on the rows that were fitted AICc prefers {}, by {}", lowest,
                        format_number(verdict.aicc_above, 3));
  return text;
}

}  // namespace

std::string verdict_text(const Comparison& comparison) {
  if (!comparison.verdict)
    return fmt::format("{} is the only law that could be judged: there is nothing to compare.",
                       comparison.laws[0].name);
  const ComparedPair& pair = comparison.pairs[comparison.verdict->pair];
  return which_text(comparison, pair) + roughness_text(comparison) + change_text(comparison, pair) +
         ".";
}

}  // namespace isoflop
