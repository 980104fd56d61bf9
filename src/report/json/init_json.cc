#include "base/field_values.h"
#include "base/value.h"
#include "report/json/json.h"
#include "store/document.h"

namespace isoflop {

std::string init_json(const ProjectGuess& guess, const std::string& output) {
  Value guesses = Value::object();
  for (const auto& [name, value] : guess.guesses) guesses.set(name, value);
  return document_text(Value::object({{"output", output},
                                      {"layout", guess.layout.key},
                                      {"title", guess.layout.title},
                                      {"source", guess.layout.source},
                                      {"guesses", guesses},
                                      {"law", guess.law},
                                      {"mapping", fields_value(guess.mapping)},
                                      {"rows", guess.rows},
                                      {"rows_read", guess.rows_read},
                                      {"notes", texts_value(guess.layout.notes)},
                                      {"problems", texts_value(guess.problems)},
                                      {"hints", texts_value(guess.hints)}}));
}

}  // namespace isoflop
