#include "workflow/project.h"

#include <fmt/format.h>

#include "base/field_values.h"
#include "base/object_reader.h"
#include "base/value.h"
#include "isoflop/holdout.h"

namespace isoflop {

namespace {

// "runs.csv", or ["a.csv", "b.csv"].
std::vector<std::string> text_or_texts(ObjectReader& from, std::string_view name) {
  const Value* value = from.find(name);
  if (value == nullptr) return {};
  if (value->is(Value::Kind::kString)) return {from.filled_text(name)};
  return from.texts(name);
}

}  // namespace

Result<Project> read_project(std::string_view text, std::string_view source) {
  const Result<Value> document = read_toml(text, source);
  if (!document) return std::unexpected(document.error());
  DocumentErrors errors(source, DocumentErrors::Format::kToml);
  ObjectReader file(*document, errors, "a project file");
  Project project{.source = std::string(source)};
  project.runs = text_or_texts(file, "runs");
  for (const std::string& path : project.runs)
    if (path == "-")
      file.problem_at("runs",
                      "standard input cannot be read twice: name a file, or give - to a "
                      "single command");
  if (file.has("law")) project.law = file.filled_text("law");
  project.laws = text_or_texts(file, "laws");
  project.holdout = file.text("holdout", "");
  if (const auto holdout = parse_holdout(project.holdout); !project.holdout.empty() && !holdout)
    errors.add_inside(*file.find("holdout"), holdout.error());
  project.mapping = read_fields<Mapping>(file);
  if (file.has("recipe")) {
    ObjectReader recipe = file.object("recipe", "[recipe]");
    project.recipe = read_fields<Recipe>(recipe);
    if (project.recipe.solver != Solver::kDefault)
      recipe.problem_at("solver", "another solver is for comparison, in one fit: leave it out");
    recipe.check_unknown();
  }
  for_each_field(Recipe{}, [&](const auto& field) {
    if (document->find(field.name) != nullptr && file.has(field.name))
      file.problem_at(field.name, "'{}' is a field of the recipe: write it below a line [recipe]",
                      field.name);
  });
  file.check_unknown();
  if (!errors.ok()) return errors.take();
  return project;
}

bool is_project(std::string_view text) {
  const Result<Value> document = read_toml(text, "");
  return document && document->find("runs") != nullptr && document->find("formula") == nullptr;
}

std::string project_line(std::string_view name, const std::vector<std::string>& texts) {
  Value list = Value::array();
  for (const std::string& text : texts) list.push(text);
  return fmt::format("{} = {}\n", name, write_json(texts.size() == 1 ? Value(texts[0]) : list, -1));
}

}  // namespace isoflop
