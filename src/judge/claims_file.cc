#include <algorithm>
#include <optional>
#include <utility>

#include "base/book_data.h"
#include "base/spelling.h"
#include "isoflop/claims.h"
#include "judge/data_set_file.h"

namespace isoflop {

namespace {

using Kind = Value::Kind;

class ClaimsReader : private TomlFields {
 public:
  using TomlFields::TomlFields;

  Result<Claims> read(const Value& file) {
    check_names(file, "a claims file", {"key", "cite", "agreement", "budget"});
    claims_.key = need_filled(file, "key");
    claims_.cite = text_or(file, "cite", "");
    for (const Value& entry : entries(file, "agreement"))
      claims_.agreements.push_back(read_agreement(entry));
    for (const Value& entry : entries(file, "budget"))
      claims_.budgets.push_back(read_budget(entry));
    if (!ok()) return take();
    return std::move(claims_);
  }

 private:
  Agreement read_agreement(const Value& entry) {
    check_names(entry, "an agreement",
                {"claim", "law", "of", "flops", "N", "D", "sparsity", "tolerance", "reason"});
    Agreement agreement;
    agreement.claim = need_filled(entry, "claim");
    agreement.law = need_set(*this, entry, "law");
    agreement.of = need_set(*this, entry, "of");
    agreement.tolerance = need_tolerance(*this, entry, "tolerance");
    agreement.reason = text_or(entry, "reason", "");
    ClaimGrid& grid = agreement.grid;
    grid.sparsity = numbers(entry, "sparsity");
    if (grid.sparsity.empty()) problem(entry, "'sparsity' is missing: write sparsity = [0, ...]");
    for (const double S : grid.sparsity)
      if (!(S >= 0 && S < 1)) problem(entry, "'sparsity' is a share: {} is not in [0, 1)", S);
    grid.flops = numbers(entry, "flops");
    for (const double flops : grid.flops) check_size(entry, "flops", flops);
    if (!grid.flops.empty()) return agreement;
    grid.N = sizes(entry, "N");
    grid.D = sizes(entry, "D");
    return agreement;
  }

  Range sizes(const Value& entry, const char* name) {
    const std::optional<Range> sizes = range(entry, name, "the grid");
    if (sizes) check_size(entry, name, sizes->low);
    return sizes.value_or(Range{});
  }

  void check_size(const Value& entry, std::string_view name, double value) {
    if (!(value > 0)) problem(entry, "'{}' must be above 0, and is {}", name, value);
  }

  BudgetClaim read_budget(const Value& entry) {
    check_names(entry, "a budget",
                {"claim", "model", "inputs", "law", "of", "losses", "loss_tolerance", "tolerance",
                 "reason"});
    BudgetClaim budget;
    budget.claim = need_filled(entry, "claim");
    budget.model = need_filled(entry, "model");
    budget.inputs = named_numbers(entry, "inputs");
    for (const char* input : {"N", "P", "D"})
      if (const auto found = budget.inputs.find(input); found == budget.inputs.end())
        problem(entry, "'inputs' need N, P and D");
      else
        check_size(entry, input, found->second);
    budget.law = need_set(*this, entry, "law");
    budget.of = need_set(*this, entry, "of");
    budget.losses = numbers(entry, "losses");
    if (budget.losses.size() != 2)
      problem(entry, "'losses' are two: of the model under 'law', and under 'of'");
    for (const double loss : budget.losses) check_size(entry, "losses", loss);
    budget.loss_tolerance = need_tolerance(*this, entry, "loss_tolerance");
    budget.tolerance = need_tolerance(*this, entry, "tolerance");
    budget.reason = text_or(entry, "reason", "");
    return budget;
  }

  Claims claims_;
};

}  // namespace

Result<Claims> read_claims(std::string_view text, std::string_view source) {
  const Result<Value> file = read_toml(text, source);
  if (!file) return std::unexpected(file.error());
  return ClaimsReader(source).read(*file);
}

std::vector<std::string> claim_keys() {
  std::vector<std::string> keys;
  for (const BookEntry& entry : claim_book()) keys.emplace_back(entry.key);
  return keys;
}

Result<Claims> find_claims(std::string_view key) {
  const auto entry = std::ranges::find(claim_book(), key, &BookEntry::key);
  if (entry != claim_book().end())
    return read_claims(entry->toml, fmt::format("claims/{}.toml", key));
  const std::vector<std::string> keys = claim_keys();
  return error("there are no claims of '{}'{}", key, did_you_mean(key, keys));
}

}  // namespace isoflop
