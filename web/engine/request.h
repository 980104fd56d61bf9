// What several requests read.
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/error.h"
#include "base/field_values.h"
#include "base/object_reader.h"
#include "isoflop/law.h"
#include "isoflop/result.h"
#include "workflow/read_plan_request.h"

namespace isoflop {

// A law of the book, the text of a law file, or a formula, in which the names that `columns`
// defines are inputs too.
Result<Law> read_law_text(const std::string& text, const std::string& columns = "");

// The text of a result, or its error.
template <class T, class Write>
Result<std::string> written(const Result<T>& result, const Write& write) {
  if (!result) return std::unexpected(result.error());
  return write(*result);
}

// What was wrong with a request, or nothing. To be asked when all of it was read.
Result<void> check_read(ObjectReader& request);

// A planning question; its fields are "question.flops" in problems.
Result<PlanRequest> read_question(const Value& value);

// A share that intervals are to cover.
double read_level(ObjectReader& request, double otherwise);
bool read_profile(ObjectReader& request);  // "intervals": "profile"

// The fields of a Mapping or a Recipe that are there, over those of `base`. A problem names its
// field, "recipe.loss".
template <class Struct>
Struct read_struct(ObjectReader& request, const std::string& name, Struct base,
                   Problems& problems) {
  if (!request.has(name)) return base;
  const Value& given = *request.find(name);
  for_each_field(base, [&](const auto& field) {
    const std::string path = name + "." + field.name;
    DocumentErrors errors(path, DocumentErrors::Format::kJson);
    ObjectReader from(given, errors);
    if (from.has(field.name)) base.*field.kMember = read_field(from, field);
    if (errors.ok()) return;
    const std::unexpected<Error> wrong = errors.take();
    for (const Problem& each : wrong.error().problems) problems.add({path}, "{}", each.what);
  });
  for (const auto& [member, value] : given.members()) {
    bool known = false;
    for_each_field(base, [&](const auto& field) { known = known || member == field.name; });
    if (!known) problems.add({name}, "there is no field {} in it", member);
  }
  return base;
}

}  // namespace isoflop
