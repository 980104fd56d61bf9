// What the engine knows: laws, examples, the fields of a mapping and a recipe.
#include "base/version.h"
#include "isoflop/data_set.h"
#include "isoflop/fields.h"
#include "kernel/run.h"
#include "report/json/json.h"
#include "store/document.h"
#include "web/engine/engine.h"
#include "web/engine/request.h"

namespace isoflop {

namespace {

template <class Struct>
Value descriptions_value() {
  Value all = Value::array();
  const Struct standard;
  for_each_field(standard, [&](const auto& field) {
    const Value choices = array_value(field.choices, [](const Choice& choice) {
      return Value::object({{"name", choice.name}, {"help", choice.help}});
    });
    all.push(Value::object({{"name", field.name},
                            {"value", field.value},
                            {"help", field.help},
                            {"choices", choices},
                            {"default", field_value(standard.*field.kMember)}}));
  });
  return all;
}

}  // namespace

Engine::Answer Engine::version(ObjectReader& request) {
  if (const auto read = check_read(request); !read) return std::unexpected(read.error());
  return document_text(Value::object({{"vector", vector_target()}}));
}

Engine::Answer Engine::laws(ObjectReader& request) {
  if (const auto read = check_read(request); !read) return std::unexpected(read.error());
  std::vector<Law> all;
  for (const std::string& key : book_keys())
    if (Result<Law> law = find_law(key)) all.push_back(*std::move(law));
  return laws_json(all);
}

Engine::Answer Engine::law(ObjectReader& request) {
  const std::string text = request.text("law");
  if (const auto read = check_read(request); !read) return std::unexpected(read.error());
  const Result<Law> law = read_law_text(text);
  if (!law) return std::unexpected(law.error());
  return law_json(*law, std::nullopt);
}

Engine::Answer Engine::examples(ObjectReader& request) {
  if (const auto read = check_read(request); !read) return std::unexpected(read.error());
  std::vector<DataSet> all;
  for (const std::string& key : data_set_keys())
    if (Result<DataSet> data = find_data_set(key)) all.push_back(*std::move(data));
  return data_sets_json(all);
}

Engine::Answer Engine::fields(ObjectReader& request) {
  if (const auto read = check_read(request); !read) return std::unexpected(read.error());
  return document_text(Value::object(
      {{"mapping", descriptions_value<Mapping>()}, {"recipe", descriptions_value<Recipe>()}}));
}

}  // namespace isoflop
