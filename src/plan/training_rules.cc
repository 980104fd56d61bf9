#include "isoflop/training_rules.h"

#include "base/book_data.h"
#include "base/error.h"
#include "base/object_reader.h"
#include "law/graph.h"
#include "law/lower.h"

namespace isoflop {

namespace {

Result<TrainingRule> read_rule(const BookEntry& entry) {
  const std::string source = fmt::format("rules/{}.toml", entry.key);
  const Result<Value> document = read_toml(entry.toml, source);
  if (!document) return std::unexpected(document.error());
  DocumentErrors errors(source, DocumentErrors::Format::kToml);
  ObjectReader file(*document, errors, "a rule");
  TrainingRule rule{.key = std::string(entry.key),
                    .title = file.filled_text("title"),
                    .cite = file.filled_text("cite"),
                    .learning_rate = file.filled_text("learning_rate"),
                    .batch = file.filled_text("batch")};
  if (file.has("fitted_on")) rule.fitted_on = file.named_ranges("fitted_on");
  file.check_unknown();
  if (!errors.ok()) return errors.take();
  return rule;
}

Result<double> evaluate_rule(const std::string& formula, const TrainingRule& rule,
                             const std::map<std::string, double, std::less<>>& inputs) {
  const Result<Ast> ast = parse_formula(formula, rule.key);
  if (!ast) return std::unexpected(ast.error());
  for (const std::string& name : names_of(*ast))
    if (!inputs.contains(name)) return error("rules/{}.toml: '{}' is no input", rule.key, name);
  Graph graph;
  const NodeId node = lower(
      *ast, graph, [&](std::string_view name) { return graph.number(inputs.find(name)->second); });
  return graph.node(node).number;
}

}  // namespace

Result<std::vector<TrainingRule>> training_rules() {
  std::vector<TrainingRule> rules;
  for (const BookEntry& entry : rule_book()) {
    Result<TrainingRule> rule = read_rule(entry);
    if (!rule) return std::unexpected(rule.error());
    rules.push_back(*std::move(rule));
  }
  return rules;
}

Result<std::vector<RuleAnswer>> ask_rules(const RuleQuestion& question) {
  const std::map<std::string, double, std::less<>> inputs = {
      {"N", question.N}, {"D", question.D}, {"C", question.C}};
  for (const auto& [name, value] : inputs)
    if (!(value > 0)) return error("a rule needs {} above 0", name);
  Result<std::vector<TrainingRule>> rules = training_rules();
  if (!rules) return std::unexpected(rules.error());
  std::vector<RuleAnswer> answers;
  for (TrainingRule& rule : *rules) {
    const Result<double> rate = evaluate_rule(rule.learning_rate, rule, inputs);
    if (!rate) return std::unexpected(rate.error());
    const Result<double> batch = evaluate_rule(rule.batch, rule, inputs);
    if (!batch) return std::unexpected(batch.error());
    RuleAnswer answer{.learning_rate = *rate, .batch = *batch};
    for (const auto& [name, range] : rule.fitted_on)
      if (const auto input = inputs.find(name); input != inputs.end())
        if (input->second < range.low || input->second > range.high) answer.outside.push_back(name);
    answer.rule = std::move(rule);
    answers.push_back(std::move(answer));
  }
  return answers;
}

}  // namespace isoflop
