#include "web/engine/engine.h"

#include <fmt/format.h>

#include "base/error.h"
#include "web/engine/request.h"

namespace isoflop {

namespace {

std::string problems_text(const Error& error) {
  Value problems = Value::array();
  for (const Problem& each : error.problems)
    problems.push(Value::object(
        {{"at", each.source}, {"line", each.line}, {"column", each.column}, {"what", each.what}}));
  return write_json(Value::object({{"problems", problems},
                                   {"more", error.more},
                                   {"kind", error.kind == Error::Kind::kInput ? "input" : "work"}}),
                    -1);
}

}  // namespace

const Engine::Kind Engine::kKinds[] = {{"version", &Engine::version},
                                       {"laws", &Engine::laws},
                                       {"law", &Engine::law},
                                       {"examples", &Engine::examples},
                                       {"fields", &Engine::fields},
                                       {"open", &Engine::open},
                                       {"open_example", &Engine::open_example},
                                       {"map", &Engine::map},
                                       {"save", &Engine::save},
                                       {"close", &Engine::close},
                                       {"fit", &Engine::fit},
                                       {"bootstrap_part", &Engine::bootstrap_part},
                                       {"merge", &Engine::merge},
                                       {"compare", &Engine::compare},
                                       {"plan", &Engine::plan},
                                       {"profile", &Engine::profile},
                                       {"predict", &Engine::predict},
                                       {"check", &Engine::check},
                                       {"report", &Engine::report}};

std::string Engine::call(std::string_view request) {
  const Answer result = answer(request);
  return result ? "{\"ok\":" + *result + "}" : problems_text(result.error());
}

Engine::Answer Engine::answer(std::string_view request) {
  const Result<Value> document = read_json(request, "request");
  if (!document) return std::unexpected(document.error());
  DocumentErrors errors("request", DocumentErrors::Format::kJson);
  ObjectReader reader(*document, errors, "a request");
  const std::string name = reader.text("do");
  if (!errors.ok()) return errors.take();
  for (const Kind& kind : kKinds)
    if (kind.name == name) return (this->*kind.handle)(reader);
  return error_at({"request"}, "\"{}\" is nothing to do", excerpt(name));
}

Result<const RunsFile*> Engine::table(const std::string& id) const {
  const auto found = tables_.find(id);
  if (found == tables_.end()) return error_at({"table"}, "no table is open as \"{}\"", id);
  return &found->second;
}

Result<FitRecord> Engine::usable_fit(const std::string& id) const {
  const auto found = fits_.find(id);
  if (found == fits_.end()) return error_at({"fit"}, "there is no fit \"{}\"", id);
  const auto& [name, record] = found->second;
  if (!record.fit.usable) return error_at({name}, "the fit cannot be used: {}", record.fit.message);
  return record;
}

Result<Model> Engine::model(const std::string& text) const {
  if (const auto found = fits_.find(text); found != fits_.end())
    return model_of(found->second.record, found->second.name);
  Result<Law> law = read_law_text(text);
  if (!law) return std::unexpected(law.error());
  return model_of(*std::move(law));
}

Result<std::vector<Model>> Engine::models(ObjectReader& request) const {
  std::vector<Model> all;
  for (const std::string& text : request.texts("models")) {
    Result<Model> each = model(text);
    if (!each) return std::unexpected(each.error());
    all.push_back(*std::move(each));
  }
  if (all.empty()) request.problem_at("models", "give the id of a fit, or a law with values");
  return all;
}

Result<Law> read_law_text(const std::string& text, const std::string& columns) {
  const auto read = [&]() -> Result<Law> {
    if (text.find('\n') != std::string::npos) return Law::from_toml(text, "law");
    if (looks_like_key(text)) return find_law(text);
    Result<FormulaLaw> own = read_formula(text, columns, "law");
    if (!own) return std::unexpected(own.error());
    return std::move(own->law);
  };
  Result<Law> law = read();
  if (!law)
    for (Problem& each : law.error().problems)
      if (each.source.empty()) each.source = "law";
  return law;
}

Result<void> check_read(ObjectReader& request) {
  request.check_unknown();
  if (request.errors().ok()) return {};
  return request.errors().take();
}

Result<PlanRequest> read_question(const Value& value) {
  Result<PlanRequest> question = read_plan_request(value);
  if (question) return question;
  for (Problem& each : question.error().problems)  // a name with a dot is a file's
    if (each.source.find('.') == std::string::npos) each.source.insert(0, "question.");
  return question;
}

double read_level(ObjectReader& request, double otherwise) {
  const double level = request.number("level", otherwise);
  if (!(level > 0 && level < 1))
    request.problem_at("level", "a share between 0 and 1 is expected, such as 0.95");
  return level;
}

bool read_profile(ObjectReader& request) {
  const std::string method = request.text("intervals", "sandwich");
  if (method != "sandwich" && method != "profile")
    request.problem_at("intervals", "\"{}\" is neither sandwich nor profile", method);
  return method == "profile";
}

}  // namespace isoflop
