#include <algorithm>
#include <optional>

#include "base/book_data.h"
#include "base/spelling.h"
#include "isoflop/claims.h"
#include "judge/data_set_file.h"

namespace isoflop {

namespace {

void check_above_0(ObjectReader& fields, std::string_view name, double value) {
  if (!(value > 0)) fields.problem_at(name, "'{}' must be above 0, and is {}", name, value);
}

Range read_sizes(ObjectReader& fields, std::string_view name) {
  const std::optional<Range> sizes = fields.range(name);
  if (sizes) check_above_0(fields, name, sizes->low);
  return sizes.value_or(Range{});
}

Agreement read_agreement(ObjectReader fields) {
  Agreement agreement;
  agreement.claim = fields.filled_text("claim");
  agreement.law = read_set_name(fields, "law");
  agreement.of = read_set_name(fields, "of");
  agreement.tolerance = read_tolerance(fields, "tolerance");
  agreement.reason = fields.text("reason", "");
  ClaimGrid& grid = agreement.grid;
  grid.sparsity = fields.numbers("sparsity");
  if (fields.has("sparsity") && grid.sparsity.empty())
    fields.problem_at("sparsity", "'sparsity' is empty: write sparsity = [0, ...]");
  for (const double S : grid.sparsity)
    if (!(S >= 0 && S < 1))
      fields.problem_at("sparsity", "'sparsity' is a share: {} is not in [0, 1)", S);
  if (fields.has("flops")) grid.flops = fields.numbers("flops");
  for (const double flops : grid.flops) check_above_0(fields, "flops", flops);
  const bool has_sizes = fields.has("N"), has_tokens = fields.has("D");
  if (!grid.flops.empty() && (has_sizes || has_tokens))
    fields.problem("'flops' take the place of 'N' and 'D': remove one or the others");
  if (grid.flops.empty()) {
    grid.N = read_sizes(fields, "N");
    grid.D = read_sizes(fields, "D");
  }
  fields.check_unknown();
  return agreement;
}

BudgetClaim read_budget(ObjectReader fields) {
  BudgetClaim budget;
  budget.claim = fields.filled_text("claim");
  budget.model = fields.filled_text("model");
  budget.inputs = fields.named_numbers("inputs");
  for (const char* input : {"N", "P", "D"})
    if (const auto found = budget.inputs.find(input); found == budget.inputs.end())
      fields.problem_at("inputs", "'inputs' need N, P and D");
    else if (!(found->second > 0))
      fields.problem_at("inputs", "'{}' must be above 0, and is {}", input, found->second);
  budget.law = read_set_name(fields, "law");
  budget.of = read_set_name(fields, "of");
  budget.losses = fields.numbers("losses");
  if (budget.losses.size() != 2)
    fields.problem_at("losses", "'losses' are two: of the model under 'law', and under 'of'");
  for (const double loss : budget.losses) check_above_0(fields, "losses", loss);
  budget.loss_tolerance = read_tolerance(fields, "loss_tolerance");
  budget.tolerance = read_tolerance(fields, "tolerance");
  budget.reason = fields.text("reason", "");
  fields.check_unknown();
  return budget;
}

}  // namespace

Result<Claims> read_claims(std::string_view text, std::string_view source) {
  const Result<Value> document = read_toml(text, source);
  if (!document) return std::unexpected(document.error());
  DocumentErrors errors(source, DocumentErrors::Format::kToml);
  ObjectReader file(*document, errors, "a claims file");
  Claims claims;
  claims.key = file.filled_text("key");
  claims.cite = file.text("cite", "");
  for (const ObjectReader& entry : file.objects_if_any("agreement", "an agreement"))
    claims.agreements.push_back(read_agreement(entry));
  for (const ObjectReader& entry : file.objects_if_any("budget", "a budget"))
    claims.budgets.push_back(read_budget(entry));
  file.check_unknown();
  if (!errors.ok()) return errors.take();
  return claims;
}

std::vector<std::string> claim_keys() { return keys_of(claim_book()); }

Result<Claims> find_claims(std::string_view key) {
  const auto entry = std::ranges::find(claim_book(), key, &BookEntry::key);
  if (entry != claim_book().end())
    return read_claims(entry->toml, fmt::format("claims/{}.toml", key));
  const std::vector<std::string> keys = claim_keys();
  return error("there are no claims of '{}'{}", key, did_you_mean(key, keys));
}

}  // namespace isoflop
