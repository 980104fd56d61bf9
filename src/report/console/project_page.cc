#include <fmt/format.h>

#include "report/console/console.h"
#include "report/console/text_table.h"

namespace isoflop {

std::string project_page(const ProjectGuess& guess, const std::string& output) {
  TextTable table({"guess", "value"});
  for (const auto& [name, value] : guess.guesses) table.add({name, value});
  if (guess.mapping.wide) table.add({"wide", "true"});
  if (guess.mapping.skip_missing) table.add({"skip_missing", "true"});
  table.add({"law", guess.law});
  std::string text = fmt::format("layout {}: {}\nfrom {}\n\n{}\n", guess.layout.key,
                                 guess.layout.title, guess.layout.source, table.text());
  for (const std::string& note : guess.layout.notes) text += note + "\n";
  if (guess.problems.empty())
    text += fmt::format("{} of {} rows are fitted so\n", guess.rows, guess.rows_read);
  for (const std::string& problem : guess.problems) text += "missing: " + problem + "\n";
  for (const std::string& hint : guess.hints) text += "add " + hint + "\n";
  return fmt::format("{}\nwrote {}\n", text, output);
}

}  // namespace isoflop
