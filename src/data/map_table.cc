#include "data/map_table.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <map>
#include <utility>

#include "base/error.h"
#include "base/listed.h"
#include "base/number_text.h"
#include "base/numbers.h"
#include "base/spelling.h"
#include "data/columns.h"
#include "data/magnitudes.h"
#include "data/reduce_rows.h"
#include "isoflop/output.h"
#include "law/definition.h"

namespace isoflop {

namespace {

constexpr Grammar kGrammar = {.suffixes = true, .texts = true};
constexpr std::string_view kColumns = "mapping.columns", kWhere = "mapping.where",
                           kBy = "read_groups.by", kCluster = "mapping.cluster",
                           kThin = "mapping.thin", kLastOf = "mapping.last_of",
                           kOrder = "mapping.order", kMeanOf = "mapping.mean_of",
                           kBestOf = "mapping.best_of", kBestBy = "mapping.best_by",
                           kLossUnit = "mapping.loss_unit";
// Of an input of rows that are averaged, relative: a run that ended a little earlier is a repeat.
constexpr double kSameInput = 0.01;
// Of C to 6 N D, either way: embeddings and attention of tiny models are tens of times 6 N, and
// with N as all parameters of many experts it is a hundredth.
constexpr double kMostOfFlops = 1000;
// More are a column of measurements.
constexpr std::size_t kMostGroups = 1000;
constexpr double kMostRows = 1e9;  // that anything is counted by

void add_definitions(const std::string& text, std::vector<ColumnFormula>& formulas,
                     Problems& problems) {
  if (text.empty()) return;
  auto definitions = parse_definitions(text, kColumns, kGrammar);
  if (!definitions) return problems.add(definitions.error());
  for (NamedFormula& definition : *definitions) {
    if (std::ranges::find(formulas, definition.name, &ColumnFormula::name) != formulas.end())
      problems.add({std::string(kColumns), 0, definition.column}, "{} is defined twice; remove one",
                   definition.name);
    formulas.push_back(
        {std::move(definition.name), std::move(definition.formula), std::string(kColumns)});
  }
}

// One formula under a fixed name, instead of what mapping.columns may say of it.
void add_formula(std::string name, const std::string& text, std::string option,
                 std::vector<ColumnFormula>& formulas, Problems& problems) {
  if (text.empty()) return;
  Result<Ast> formula = parse_formula(text, option, kGrammar);
  if (!formula) return problems.add(formula.error());
  std::erase_if(formulas, [&](const ColumnFormula& other) { return other.name == name; });
  formulas.push_back({std::move(name), std::move(*formula), std::move(option)});
}

Ast scaled(double factor, Ast value) {
  return {.kind = Ast::Kind::kBinary,
          .text = "*",
          .children = {{.kind = Ast::Kind::kNumber, .number = factor}, std::move(value)}};
}

// A loss in another unit of its family.
Ast converted(Ast loss, const LossUnits& units) {
  const auto call = [](const char* function, Ast value) -> Ast {
    return {.kind = Ast::Kind::kCall, .text = function, .children = {std::move(value)}};
  };
  const double from = units.measured->scale, to = units.fitted->scale;
  if (from == 0)
    return to == 1 ? call("log", std::move(loss)) : scaled(to, call("log", std::move(loss)));
  if (to == 0) return call("exp", from == 1 ? std::move(loss) : scaled(1 / from, std::move(loss)));
  return scaled(to / from, std::move(loss));
}

// The loss, whatever gives it, in the unit that it is to have.
void convert_loss(const LossUnits& units, std::vector<ColumnFormula>& formulas) {
  if (!units.converts()) return;
  const auto found = std::ranges::find(formulas, "loss", &ColumnFormula::name);
  if (found != formulas.end()) {
    found->formula = converted(std::move(found->formula), units);
    return;
  }
  const Ast column = {.kind = Ast::Kind::kName, .text = "loss", .quoted = true};
  formulas.push_back({"loss", converted(column, units), std::string(kLossUnit)});
}

std::vector<ColumnFormula> parse_mapping(const Mapping& mapping, Problems& problems) {
  std::vector<ColumnFormula> formulas;
  add_definitions(mapping.columns, formulas, problems);
  if (!mapping.response.empty() &&
      std::ranges::find(formulas, "loss", &ColumnFormula::name) != formulas.end())
    problems.add({"mapping.response"},
                 "{} stands in the place of loss, which mapping.columns defines: leave one out",
                 mapping.response);
  add_formula("loss", mapping.response, "mapping.response", formulas, problems);
  add_formula("weight", mapping.weights, "mapping.weights", formulas, problems);
  return formulas;
}

// A && B && C as A, B, C.
void split_conjunction(const Ast& formula, std::vector<Ast>& parts) {
  if (formula.kind == Ast::Kind::kBinary && formula.text == "&&")
    for (const Ast& child : formula.children) split_conjunction(child, parts);
  else
    parts.push_back(formula);
}

// `where`, and that a column has a text.
std::string filter_of_group(const std::string& where, const Ast& column, const std::string& text) {
  const std::string same = print({.kind = Ast::Kind::kBinary,
                                  .text = "==",
                                  .children = {column, {.kind = Ast::Kind::kText, .text = text}}});
  return where.empty() ? same : fmt::format("({}) && {}", where, same);
}

constexpr const char* kClusterColumn = "cluster";
constexpr const char* kSpreadColumn = "spread";

struct Group {
  std::string name;
  Rows rows;
  std::size_t skipped = 0;  // rows of it that miss a cell
};

class Mapper {
 public:
  Mapper(const RawTable& raw, std::vector<ColumnFormula> formulas, const Law& law,
         const Mapping& mapping, const LossUnits& units, Response response,
         std::span<const std::string> used)
      : raw_(raw),
        units_(units),
        law_(law),
        mapping_(mapping),
        response_(response),
        used_(used),
        formulas_(formulas),
        columns_(raw, std::move(formulas), &law),
        kept_(row_numbers(raw.rows())) {
    for (const Input& input : law.inputs()) wanted_.push_back(input.name);
    if (response != Response::kNone) wanted_.emplace_back("loss");
    if (is_mapped("weight")) wanted_.emplace_back("weight");
  }

  Result<MappedTable> whole() {
    prepare();
    if (!problems_.empty()) return problems_.take();
    return table_of(std::move(kept_), {.filtered = filtered_, .skipped = skipped_.size()}, true);
  }

  Result<std::vector<TableGroup>> groups(std::string_view by) {
    const Ast name = column_name(by);
    group_column_ = find_text_column(name, kBy);
    prepare();
    if (!problems_.empty()) return problems_.take();
    std::vector<TableGroup> result;
    for (Group& group : sort_into_groups(name)) {
      const std::size_t filtered = raw_.rows() - group.rows.size() - group.skipped;
      Result<MappedTable> runs =
          table_of(std::move(group.rows), {.filtered = filtered, .skipped = group.skipped}, false);
      if (!runs) return std::unexpected(runs.error());
      result.push_back({.name = group.name,
                        .where = filter_of_group(mapping_.where, name, group.name),
                        .runs = *std::move(runs)});
    }
    if (!problems_.empty()) return problems_.take();
    return result;
  }

 private:
  enum class Verdict : std::uint8_t { kGood, kMissing, kBad };

  // What is read from a row, looked up once for all rows.
  struct Cells {
    std::size_t column;
    std::span<const double> numbers;
  };
  struct Needed {
    const std::string* name;
    std::span<const double> values;
    bool (*contains)(double);
  };
  struct Identity {
    const Rule* rule;
    std::span<const double> gives, first, second;
  };

  [[nodiscard]] bool is_mapped(std::string_view name) const {
    return std::ranges::find(formulas_, name, &ColumnFormula::name) != formulas_.end();
  }
  [[nodiscard]] bool is_needed(std::string_view name) const {
    return std::ranges::find(needed_, name) != needed_.end();
  }

  // Makes every column, and leaves the rows that are fitted in kept_.
  void prepare() {
    check_conventions();
    filter();
    filtered_ = raw_.rows() - kept_.size();
    if (!mapping_.cluster.empty()) find_clusters();
    find_reduction();
    need(wanted_);
    const bool by_loss = !mapping_.best_of.empty() && mapping_.best_by.empty();
    if (mapping_.drop_highest_loss > 0 || by_loss) need({"loss"});
    provide();
    if (problems_.empty()) check_rows();
    if (problems_.empty()) check_units();
    if (problems_.empty()) take_measured_flops();
    if (problems_.empty()) check_names();
    if (problems_.empty()) complete_reduction();
  }

  // What was said of the table against what the law's file says.
  void check_conventions() {
    const auto& output = law_.definition().output;
    if (units_.fitted != nullptr && output &&
        (output->unit != units_.fitted->unit ||
         (output->name != units_.fitted->output && output->name != mapping_.response)))
      problems_.add({std::string(kLossUnit)}, "{} predicts {}, not {}: leave it out", law_.key(),
                    output->is_loss() ? in_unit(*output, "a loss in") : output->name,
                    units_.fitted->name);
    if (units_.fitted != nullptr && !units_.fitted->lowest_is_best &&
        mapping_.drop_highest_loss > 0)
      problems_.add({"mapping.drop_highest_loss"},
                    "the highest {} is the best: leave rows out with {}", units_.fitted->output,
                    kWhere);
    const ParameterCount own = law_.own_parameter_count(), count = mapping_.params_count;
    if (own != ParameterCount::kUnknown && count != ParameterCount::kUnknown && own != count)
      warnings_.push_back(count_mismatch(law_.key(), own, count));
  }

  // Keeps the rows where every part of the filter is true. A part that reads a cell without a
  // number decides nothing: where no other part leaves the row out, check_rows() reports the cell.
  void filter() {
    if (mapping_.where.empty()) return;
    const Result<Ast> formula = parse_formula(mapping_.where, kWhere, kGrammar);
    if (!formula) return problems_.add(formula.error());
    std::vector<Ast> parts;
    split_conjunction(*formula, parts);
    for (const Ast& part : parts) {
      const std::optional<Column> column = columns_.evaluate(part, kWhere, problems_);
      if (!column) continue;
      cells_.insert(column->cells.begin(), column->cells.end());
      std::erase_if(kept_, [&](std::size_t row) {
        const double truth = column->values[row];
        return !(truth < 0 || truth > 0) && all_numbers(row, column->cells);
      });
    }
    if (kept_.empty() && problems_.empty())
      problems_.add({std::string(kWhere)}, "'{}' keeps none of the {} rows of {}{}", mapping_.where,
                    raw_.rows(), raw_.source(),
                    columns_.notes().empty() ? "" : ": " + columns_.notes().front());
  }

  [[nodiscard]] bool all_numbers(std::size_t row, const std::set<std::size_t>& cells) const {
    return std::ranges::none_of(
        cells, [&](std::size_t c) { return std::isnan(columns_.numbers(c)[row]); });
  }

  // An input that is mapped is needed, too, as it may contradict others. What else the mapping
  // defines is only a step.
  void need(const std::vector<std::string>& names) {
    for (const std::string& name : standard_inputs())
      if (is_mapped(name) && !is_needed(name)) needed_.push_back(name);
    for (const std::string& name : names)
      if (!is_needed(name)) needed_.push_back(name);
  }

  // Makes every column. A definition that nothing needs is made as well, so that a misspelt name in
  // it is found, but its cells do not matter: one mapping may serve many laws.
  void provide() {
    for (const std::string& name : needed_)
      if (const Column* column = columns_.find(name, kColumns, problems_))
        cells_.insert(column->cells.begin(), column->cells.end());
    for (const ColumnFormula& formula : formulas_) columns_.find(formula.name, kColumns, problems_);
  }

  // Every row that is kept has numbers in the cells that were read, values in the domain of their
  // input, and no contradictions among them. Only the first of these that fails is reported, as the
  // next follow from it.
  void check_rows() {
    std::vector<Cells> cells;
    for (const std::size_t column : cells_) cells.push_back({column, columns_.numbers(column)});
    std::vector<Needed> needed;
    for (const std::string& name : needed_)
      needed.push_back({&name, columns_.found(name)->values, domain_of(name)});
    const std::vector<Identity> identities = identities_to_check();
    std::erase_if(kept_, [&](std::size_t row) {
      const Verdict verdict = check_cells(row, cells);
      if (verdict == Verdict::kGood && check_values(row, needed)) check_identities(row, identities);
      if (verdict == Verdict::kMissing) skipped_.push_back(row);
      return verdict == Verdict::kMissing;
    });
    if (kept_.empty() && problems_.empty())
      problems_.add({raw_.source()}, "each of its {} rows{} misses a cell that is needed: {}",
                    skipped_.size(), filtered_ > 0 ? " that mapping.where keeps" : "",
                    fmt::join(names_of_cells(), ", "));
  }

  [[nodiscard]] std::vector<std::string> names_of_cells() const {
    std::vector<std::string> names;
    for (const std::size_t cell : cells_) names.push_back(raw_.names()[cell]);
    return names;
  }

  // A name that the mapping defines and nothing uses may be a slip for one that the law takes from
  // elsewhere: n = params beside a column N.
  void check_names() {
    for (const ColumnFormula& formula : formulas_) {
      const std::string& name = formula.name;
      if (std::ranges::find(wanted_, name) != wanted_.end() || columns_.is_used(name) ||
          std::ranges::find(used_, name) != used_.end() || checked_.contains(name))
        continue;
      const auto meant = std::ranges::find_if(wanted_, [&](const std::string& wanted) {
        return !is_mapped(wanted) && (lower_case(wanted) == lower_case(name) ||
                                      (name.size() > 2 && closest(name, std::span(&wanted, 1))));
      });
      if (meant != wanted_.end())
        problems_.add({formula.option},
                      "nothing uses {} = {}; did you mean {}, which comes from {}? write {} = {}, "
                      "or leave it out",
                      name, print(formula.formula), *meant, raw_.source(), *meant,
                      print(formula.formula));
      else
        notes_.push_back(fmt::format("nothing uses {}, which {} defines; {} has the inputs {}",
                                     name, formula.option, law_.key(),
                                     joined(law_.inputs(), ", ", &Input::name)));
    }
  }

  // Columns first: what is derived from one in other units is no second mistake.
  void check_units() {
    bool all_well = true;
    for (const bool given : {true, false})
      for (const std::string& name : needed_)
        if (columns_.is_given(name) == given && (given || all_well))
          all_well = has_usual_size(name) && all_well;
  }

  // The unit that was said of the losses, of a token, against their values.
  void check_stated_unit() {
    if (units_.measured == nullptr || units_.measured->family != 1) return;
    std::vector<double> nats = values("loss", kept_);
    const double scale = units_.fitted->scale;
    for (double& loss : nats) loss = scale == 0 ? std::log(loss) : loss / scale;
    if (std::optional<std::string> doubt = doubt_of_unit(nats, *units_.measured))
      warnings_.push_back(*std::move(doubt));
  }

  bool has_usual_size(const std::string& name) {
    if (name == "loss") check_stated_unit();
    const auto is_in_nats = [](const Coefficient& each) { return each.unit == "nats"; };
    if (name == "loss" &&
        (!mapping_.response.empty() || units_.fitted != nullptr || output_of(law_).unit != "nats" ||
         std::ranges::none_of(law_.coefficients(), is_in_nats)))
      return true;
    const std::vector<double> kept = values(name, kept_);
    return check_magnitudes({.name = name,
                             .values = kept,
                             .formula = columns_.formula(name),
                             .row_label = [&](std::size_t i) { return place_text(kept_[i]); }},
                            raw_.source(), problems_, warnings_);
  }

  [[nodiscard]] std::string place_text(std::size_t row) const {
    Table one;
    (void)one.set("row", {0});
    (void)one.name_rows(raw_.names_of(std::span(&row, 1)));
    return one.row_label(0);
  }

  // The file's C beside N and D: FLOPs as they were measured, or as the budgets were meant. The law
  // takes N and D, but budgets are made of C.
  void take_measured_flops() {
    const bool sized = law_.has_input("N") || law_.has_input("P");
    if (response_ == Response::kNone || !sized || !law_.has_input("D") || law_.has_input("C") ||
        (!is_mapped("C") && raw_.count("C") != 1))
      return;
    const std::vector<double>& C = columns_.find("C", kColumns, problems_)->values;
    if (std::ranges::any_of(kept_, [&](std::size_t row) { return !domain_of("C")(C[row]); })) {
      notes_.emplace_back("C is no number above 0 in some rows, so budgets are 6 N D in all");
      return;
    }
    if (is_plausible(C)) wanted_.emplace_back("C");
  }

  // Of 6 N D; a C that D comes from is that.
  bool is_plausible(std::span<const double> C) {
    const bool sized = columns_.is_given("N") || (columns_.is_given("P") && columns_.is_given("S"));
    if (!sized || !columns_.is_given("D")) return true;
    const std::vector<double>& N = columns_.find("N", kColumns, problems_)->values;
    const std::vector<double>& D = columns_.find("D", kColumns, problems_)->values;
    double low = kInfinity, high = 0;
    for (const std::size_t row : kept_) {
      const double ratio = C[row] / (6 * N[row] * D[row]);
      low = std::min(low, ratio);
      high = std::max(high, ratio);
    }
    if (agree(low, 1) && agree(high, 1)) return true;
    const std::string text = fmt::format("C is {}{} times 6 N D", format_number(low, 3),
                                         agree(low, high) ? "" : " to " + format_number(high, 3));
    const bool plausible = low > 1 / kMostOfFlops && high < kMostOfFlops;
    if (plausible)
      notes_.push_back(
          text + ": budgets, hold-outs and the check of a fit take C, the law and plans 6 N D");
    else
      warnings_.push_back(text +
                          ": FLOPs? it is not used; C = 8.64e19*{PF-days} is how PF-days are read");
    return plausible;
  }

  // Identities whose three sides are needed; of N, P and S also where two are and the file has the
  // third, in the rows where it does.
  std::vector<Identity> identities_to_check() {
    std::vector<Identity> list;
    for (const Rule* rule : identities()) {
      const std::array<std::string_view, 3> names = {rule->gives, rule->from[0], rule->from[1]};
      const auto count = std::ranges::count_if(names, [&](auto name) { return is_needed(name); });
      const bool in_file = count == 2 && rule->gives == "N" &&
                           std::ranges::all_of(names, [&](std::string_view name) {
                             return is_needed(name) || raw_.count(name) == 1;
                           });
      // Measured FLOPs need not be 6 N D; a law of all three takes them for that.
      const bool measured = rule->gives == "C" && !law_.has_input("C");
      if (measured || (count < 3 && !in_file)) continue;
      checked_.insert(names.begin(), names.end());
      std::array<std::span<const double>, 3> sides;
      for (std::size_t i = 0; i < 3; ++i)
        sides[i] = columns_.find(names[i], kColumns, problems_)->values;
      list.push_back({rule, sides[0], sides[1], sides[2]});
    }
    return list;
  }

  Verdict check_cells(std::size_t row, std::span<const Cells> cells) {
    Verdict verdict = Verdict::kGood;
    for (const std::size_t column : text_columns_)
      if (raw_.cell(row, column).empty()) verdict = std::max(verdict, missing_or_bad(row, column));
    for (const Cells& cell : cells)
      if (std::isnan(cell.numbers[row]))
        verdict = std::max(verdict, missing_or_bad(row, cell.column));
    return verdict;
  }

  Verdict missing_or_bad(std::size_t row, std::size_t column) {
    const std::string cell = raw_.cell(row, column);
    if (mapping_.skip_missing && is_missing(cell)) return Verdict::kMissing;
    if (problems_.full())
      problems_.count();
    else
      problems_.add(raw_.place(row), "{}column \"{}\": {}", raw_.label(row), raw_.names()[column],
                    why_not_a_number(cell, raw_.names()[column]));
    return Verdict::kBad;
  }

  bool check_values(std::size_t row, std::span<const Needed> needed) {
    for (const Needed& input : needed) {
      const double value = input.values[row];
      const bool is_loss = *input.name == "loss";
      if (is_loss && units_.fitted != nullptr && !units_.converts() &&
          !(units_.fitted->low <= value && value <= units_.fitted->high)) {
        add_problem(row, input,
                    units_.fitted->high == 1
                        ? fmt::format("is no {}, a share from 0 to 1: divide percent by 100 in "
                                      "mapping.columns",
                                      units_.fitted->output)
                        : fmt::format("is no {}, which is 1 or more", units_.fitted->output));
        return false;
      }
      const bool positive = response_ == Response::kPositive && is_loss;
      if (input.contains(value) && (!positive || value > 0)) continue;
      const auto problem = domain_problem(*input.name, value);
      add_problem(row, input,
                  problem ? *problem
                          : "must be above 0 for log residuals; recipe.residual=linear "
                            "takes any");
      return false;
    }
    return true;
  }

  void add_problem(std::size_t row, const Needed& input, std::string_view problem) {
    if (problems_.full()) return problems_.count();
    const std::string value = format_number(input.values[row], 8);
    std::string origin = columns_.origin(*input.name);
    if (origin == value) origin.clear();  // "N = 5" was given as it is
    std::string name = *input.name;
    if (name == "loss" && !mapping_.response.empty()) name = std::exchange(origin, "");
    problems_.add(raw_.place(row), "{}{}{}{} is {}; it {}", raw_.label(row), name,
                  origin.empty() ? "" : " = ", origin, value, problem);
  }

  void check_identities(std::size_t row, std::span<const Identity> identities) {
    for (const auto& [rule, gives, first, second] : identities) {
      const double value = gives[row], other = rule->value(first[row], second[row]);
      if (!std::isfinite(value) || !std::isfinite(other) || agree(value, other)) continue;
      if (problems_.full())
        problems_.count();
      else
        problems_.add(raw_.place(row),
                      "{}{} is {}, but {} is {}; correct one of {}, {} and {}, or define it by the "
                      "others with mapping.columns",
                      raw_.label(row), rule->gives, format_number(value, 8), rule->formula,
                      format_number(other, 8), rule->gives, rule->from[0], rule->from[1]);
    }
  }

  // ---- groups

  // The name of the column, which may have come in braces, as in a formula.
  [[nodiscard]] Ast column_name(std::string_view given) const {
    const bool quoted = raw_.count(given) == 0 && given.starts_with('{') && given.ends_with('}');
    if (quoted) given = given.substr(1, given.size() - 2);
    return {.kind = Ast::Kind::kName, .text = std::string(given), .quoted = quoted};
  }

  // The column of the file with this name, whose texts an option asks for.
  std::optional<std::size_t> find_text_column(const Ast& given, std::string_view option) {
    const std::optional<std::size_t> column = columns_.text_column(given);
    if (column) text_columns_.insert(*column);
    if (column) return column;
    const std::string& name = given.text;
    if (is_mapped(name))
      problems_.add({std::string(option)}, "{} is a formula; name a column of {}", name,
                    raw_.source());
    else if (raw_.count(name) > 1)
      problems_.add({std::string(option)}, "{} columns of {} are called \"{}\"; rename all but one",
                    raw_.count(name), raw_.source(), name);
    else
      columns_.missing(name, option, problems_);
    return {};
  }

  std::vector<Group> sort_into_groups(const Ast& by) {
    std::vector<Group> groups;
    std::map<std::string, std::size_t> index;
    for (const std::size_t row : kept_) {
      const auto [group, is_new] = index.try_emplace(raw_.cell(row, *group_column_), groups.size());
      if (is_new) groups.push_back({group->first, {}, 0});
      groups[group->second].rows.push_back(row);
      if (groups.size() <= kMostGroups) continue;
      problems_.add({std::string(kBy)},
                    "{} has more than {} different values; name a column with few", by.text,
                    kMostGroups);
      return {};
    }
    for (const std::size_t row : skipped_)
      if (const auto group = index.find(raw_.cell(row, *group_column_)); group != index.end())
        ++groups[group->second].skipped;
    return groups;
  }

  void find_clusters() {
    if (std::ranges::find(wanted_, kClusterColumn) != wanted_.end())
      problems_.add({std::string(kCluster)},
                    "the law has an input of the name {}, which is that of the runs' clusters; "
                    "rename it there",
                    kClusterColumn);
    else if (const Ast column = column_name(mapping_.cluster);
             law_.has_input(column.text) && !columns_.text_column(column))
      cluster_input_ = column.text;
    else
      cluster_column_ = find_text_column(column, kCluster);
  }

  // Numbers of the rows' texts, or of the values of an input, in the order in which they come.
  [[nodiscard]] std::vector<double> clusters(const Rows& rows) const {
    std::vector<double> clusters;
    clusters.reserve(rows.size());
    const auto number = [&](const auto& key_of) {
      std::map<decltype(key_of(0)), double> numbers;
      for (const std::size_t row : rows)
        clusters.push_back(numbers.try_emplace(key_of(row), numbers.size()).first->second);
    };
    if (cluster_column_)
      number([&](std::size_t row) { return std::string(raw_.cell(row, *cluster_column_)); });
    else
      number(
          [&, &of = columns_.found(cluster_input_)->values](std::size_t row) { return of[row]; });
    return clusters;
  }

  // ---- rows reduced

  void find_reduction() {
    if (!mapping_.thin.empty()) find_thinning();
    reduction_.last_of = groups_by(mapping_.last_of, kLastOf);
    reduction_.mean_of = groups_by(mapping_.mean_of, kMeanOf);
    reduction_.best_of = groups_by(mapping_.best_of, kBestOf);
    reduction_.order = numbers_of(mapping_.order, kOrder);
    reduction_.best_by = numbers_of(mapping_.best_by, kBestBy);
    if (!mapping_.order.empty() && mapping_.last_of.empty() && mapping_.thin.empty())
      problems_.add({std::string(kOrder)}, "there is nothing to order; it goes with {} or {}",
                    kLastOf, kThin);
    if (!mapping_.best_by.empty() && mapping_.best_of.empty())
      problems_.add({std::string(kBestBy)}, "there is nothing to choose; it goes with {}", kBestOf);
    if (!mapping_.mean_of.empty() && response_ != Response::kNone && law_.has_input(kSpreadColumn))
      problems_.add({std::string(kMeanOf)},
                    "the law has an input of the name {}, which is that of the spread of the rows "
                    "in a mean; rename it there",
                    kSpreadColumn);
  }

  // "10" or "10 of run".
  void find_thinning() {
    const std::string& text = mapping_.thin;
    const std::size_t of = text.find(" of ");
    const double step = parse_plain_number(trimmed(text.substr(0, of))).value_or(0);
    const bool nameless = of != text.npos && trimmed(text.substr(of + 4)).empty();
    if (!(step >= 1) || step != std::floor(step) || step > kMostRows || nameless)
      return problems_.add(
          {std::string(kThin)},
          "\"{}\" must be how many rows to go on by, as 10; of several curves with "
          "the columns that tell them apart, as '10 of run'",
          text);
    reduction_.thin_step = static_cast<std::size_t>(step);
    reduction_.thin = of == text.npos ? columns_.group({}, kThin, problems_)
                                      : groups_by(text.substr(of + 4), kThin);
  }

  std::optional<RowGroups> groups_by(const std::string& names, std::string_view option) {
    if (names.empty()) return std::nullopt;
    const Result<std::vector<Ast>> keys = parse_names(names, option);
    if (!keys) problems_.add(keys.error());
    if (!keys) return std::nullopt;
    std::optional<RowGroups> groups = columns_.group(*keys, option, problems_);
    if (!groups) return groups;
    cells_.insert(groups->cells.begin(), groups->cells.end());
    text_columns_.insert(groups->texts.begin(), groups->texts.end());
    return groups;
  }

  std::vector<double> numbers_of(const std::string& text, std::string_view option) {
    if (text.empty()) return {};
    const Result<Ast> formula = parse_formula(text, option, kGrammar);
    if (!formula) problems_.add(formula.error());
    if (!formula) return {};
    std::optional<Column> column = columns_.evaluate(*formula, option, problems_);
    if (!column) return {};
    cells_.insert(column->cells.begin(), column->cells.end());
    return std::move(column->values);
  }

  // What find_reduction() leaves to the columns of the law.
  void complete_reduction() {
    const bool curves = reduction_.thin || reduction_.last_of;
    if (curves && reduction_.order.empty() && law_.has_input("D"))
      reduction_.order = columns_.found("D")->values;
    if (reduction_.best_of && reduction_.best_by.empty()) {
      reduction_.best_by = columns_.found("loss")->values;
      if (units_.fitted != nullptr && !units_.fitted->lowest_is_best)
        for (double& value : reduction_.best_by) value = -value;
    }
    if (is_mapped("weight")) reduction_.weights = columns_.found("weight")->values;
    check_groups(reduction_.thin, kThin);
    check_groups(reduction_.last_of, kLastOf);
    check_groups(reduction_.mean_of, kMeanOf);
    check_groups(reduction_.best_of, kBestOf);
  }

  // A formula may have no value where its cells are numbers.
  void check_groups(const std::optional<RowGroups>& groups, std::string_view option) {
    if (!groups) return;
    const auto none = std::ranges::find_if(
        kept_, [&](std::size_t row) { return groups->of[row] == RowGroups::kNone; });
    if (none != kept_.end())
      problems_.add(raw_.place(*none),
                    "{}a name of {} has no value here; leave the row out with {}",
                    raw_.label(*none), option, kWhere);
  }

  // Rows that are averaged are of one kind of run.
  void check_means(const ReducedRows& reduced) {
    for (const Input& input : law_.inputs()) {
      const std::vector<double>& values = columns_.found(input.name)->values;
      for (const Rows& mean : reduced.means) {
        const double first = values[mean.front()];
        const auto other = std::ranges::find_if(mean, [&](std::size_t row) {
          return std::abs(values[row] - first) > kSameInput * std::max(values[row], first);
        });
        if (other == mean.end()) continue;
        problems_.add({std::string(kMeanOf)},
                      "{} is {} on {} and {} on {}, which it would average; add {} to its names",
                      input.name, format_number(first), place_text(mean.front()),
                      format_number(values[*other]), place_text(*other), input.name);
        break;
      }
    }
    if (mapping_.cluster.empty()) return;
    for (const Rows& mean : reduced.means)
      if (const std::vector<double> of = clusters(mean); std::ranges::max(of) > 0)
        return problems_.add({std::string(kMeanOf)},
                             "it would average rows of different {}, {} and others; one of {} and "
                             "{} is enough: leave the other out",
                             mapping_.cluster, place_text(mean.front()), kMeanOf, kCluster);
  }

  // The best of rows of different kinds may be meant, or a name be missing.
  void note_best(const Rows& rows, std::vector<std::string>& notes) const {
    for (const Input& input : law_.inputs()) {
      const std::vector<double>& values = columns_.found(input.name)->values;
      std::map<std::size_t, double> first;
      const bool differ = std::ranges::any_of(rows, [&](std::size_t row) {
        const double of_group =
            first.try_emplace(reduction_.best_of->of[row], values[row]).first->second;
        return std::abs(values[row] - of_group) > kSameInput * std::max(values[row], of_group);
      });
      if (differ)
        notes.push_back(fmt::format(
            "{1} chooses among rows of different {0}: {1}='{2}, {0}' keeps the best of each",
            input.name, kBestOf, mapping_.best_of));
    }
  }

  void note_spread(const ReducedRows& reduced, const SeedSpread& spread,
                   std::vector<std::string>& notes) const {
    if (spread.means == 0)
      notes.push_back(fmt::format("{} averages nothing: no two of the {} rows have the same {}",
                                  kMeanOf, reduced.rows.size(), mapping_.mean_of));
    else
      notes.push_back(
          fmt::format("{} rows are means, weighted by the number of their rows, whose "
                      "losses have a standard deviation of {} (pooled)",
                      spread.means, format_number(spread.pooled, 3)));
  }

  // ---- results

  // `last`: the columns are not asked for again.
  Result<MappedTable> table_of(Rows rows, const LeftOut& left_out, bool last) {
    MappedTable result;
    result.rows_read = raw_.rows();
    result.notes = columns_.notes();
    result.notes.insert(result.notes.begin(), notes_.begin(), notes_.end());
    result.warnings = warnings_;
    result.left_out = left_out;
    if (reduction_.best_of) note_best(rows, result.notes);
    ReducedRows reduced = reduce_rows(std::move(rows), reduction_, result.left_out);
    check_means(reduced);
    result.left_out.dropped = drop_highest(reduced, result.notes);
    if (!problems_.empty()) return problems_.take();

    Table added;  // before the columns of inputs are taken
    if (!mapping_.cluster.empty()) (void)added.set(kClusterColumn, clusters(reduced.rows));
    if (!reduced.means.empty()) {
      (void)added.set("weight", total_weights(reduced, reduction_.weights));
      if (response_ != Response::kNone) {
        SeedSpread spread = spread_of(reduced, columns_.found("loss")->values);
        note_spread(reduced, spread, result.notes);
        (void)added.set(kSpreadColumn, std::move(spread.each));
      }
    }
    for (const std::string& name : wanted_) {
      if (added.has(name)) continue;
      std::vector<double> values =
          last && reduced.means.empty()
              ? moved_values(name, reduced.rows)
              : reduced.values(columns_.found(name)->values, reduction_.weights);
      if (const auto set = result.table.set(name, std::move(values)); !set)
        return std::unexpected(set.error());
    }
    for (const std::string& name : added.names()) result.table.share(added, name);
    (void)result.table.name_rows(raw_.names_of(reduced.rows));
    return result;
  }

  // Of equal losses the later rows are left out first.
  std::size_t drop_highest(ReducedRows& reduced, std::vector<std::string>& notes) {
    const std::size_t count = mapping_.drop_highest_loss, rows = reduced.rows.size();
    if (count == 0) return 0;
    if (count >= rows) {
      problems_.add({"mapping.drop_highest_loss"},
                    "leaving out {} of {} rows leaves none; give a smaller number", count, rows);
      return 0;
    }
    const std::vector<double> loss =
        reduced.values(columns_.found("loss")->values, reduction_.weights);
    Rows order = row_numbers(rows);
    const auto cut = order.begin() + static_cast<std::ptrdiff_t>(count);
    std::partial_sort(order.begin(), cut + 1, order.end(), [&](std::size_t a, std::size_t b) {
      return loss[a] != loss[b] ? loss[a] > loss[b] : a > b;
    });
    if (loss[*(cut - 1)] == loss[*cut])
      notes.push_back(
          fmt::format("runs of equal loss {} stand on both sides of the {} highest: the later ones "
                      "are left out",
                      format_number(loss[*cut], 6), count));
    order.erase(order.begin(), cut);
    std::ranges::sort(order);
    reduced.keep(order);
    return count;
  }

  [[nodiscard]] std::vector<double> values(const std::string& name, const Rows& rows) const {
    const std::vector<double>& all = columns_.found(name)->values;
    std::vector<double> picked;
    picked.reserve(rows.size());
    for (const std::size_t row : rows) picked.push_back(all[row]);
    return picked;
  }

  // The values of rows, which are in order, without a second copy of the column, which is gone
  // then.
  std::vector<double> moved_values(const std::string& name, const Rows& rows) {
    std::vector<double> values = columns_.take(name);
    for (std::size_t i = 0; i < rows.size(); ++i) values[i] = values[rows[i]];
    values.resize(rows.size());
    values.shrink_to_fit();
    return values;
  }

  const RawTable& raw_;
  LossUnits units_;
  const Law& law_;
  const Mapping& mapping_;
  Response response_;
  std::span<const std::string> used_;  // names of the mapping, by others than the law
  std::vector<ColumnFormula> formulas_;
  FormulaColumns columns_;
  std::vector<std::string> wanted_;             // columns of the result
  std::vector<std::string> needed_;             // names whose values must be right
  std::set<std::size_t> cells_;                 // columns of the file that were read
  std::set<std::string, std::less<>> checked_;  // names in identities
  std::vector<std::string> notes_, warnings_;
  std::optional<std::size_t> group_column_, cluster_column_;
  std::set<std::size_t> text_columns_;  // columns of the file whose texts sort rows
  std::string cluster_input_;
  RowReduction reduction_;
  Rows kept_;
  Rows skipped_;  // for a missing cell
  std::size_t filtered_ = 0;
  Problems problems_;
};

Result<Mapper> make_mapper(const RawTable& raw, const Law& law, const Mapping& mapping,
                           Response response, std::span<const std::string> used = {}) {
  Problems problems;
  std::vector<ColumnFormula> formulas = parse_mapping(mapping, problems);
  const Result<LossUnits> units = parse_loss_unit(mapping.loss_unit);
  if (!units)
    problems.add(units.error());
  else if (response != Response::kNone)
    convert_loss(*units, formulas);
  if (raw.rows() == 0) problems.add({raw.source()}, "there are no rows below the names; add runs");
  if (!problems.empty()) return problems.take();
  return Mapper(raw, std::move(formulas), law, mapping, *units, response, used);
}

}  // namespace

Result<MappedTable> map_table(const RawTable& raw, const Law& law, const Mapping& mapping,
                              Response response, std::span<const std::string> used) {
  Result<Mapper> mapper = make_mapper(raw, law, mapping, response, used);
  if (!mapper) return std::unexpected(mapper.error());
  return mapper->whole();
}

Result<std::vector<TableGroup>> map_groups(const RawTable& raw, const Law& law,
                                           const Mapping& mapping, std::string_view by,
                                           Response response) {
  Result<Mapper> mapper = make_mapper(raw, law, mapping, response);
  if (!mapper) return std::unexpected(mapper.error());
  return mapper->groups(by);
}

}  // namespace isoflop
