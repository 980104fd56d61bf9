#include <fmt/format.h>

#include "base/number_text.h"
#include "law/law_text.h"
#include "report/console/console.h"
#include "report/console/text_table.h"

namespace isoflop {

namespace {

std::string or_none(const std::string& text, const char* none) {
  return text.empty() ? none : text;
}

std::string label_of(const PublishedFit& fit) {
  const Result<Law> law = find_law(fit.law);
  return marked_label(fit.law, law && law->set() != nullptr && law->set()->refitted_here);
}

}  // namespace

std::string data_sets_page(std::span<const DataSet> data_sets) {
  TextTable table({"data set", "rows", "file", "licence", "title"});
  for (const DataSet& data : data_sets)
    table.add({data.key, std::to_string(data.rows), shipped_file(data) ? "ships" : "download",
               data.licence, data.title});
  return table.text();
}

std::string data_set_page(const DataSet& data) {
  TextTable table;
  if (!data.url.empty()) table.add({"source", data.url});
  if (!data.made.empty()) table.add({"made", data.made});
  table.add({"file", data.file + (shipped_file(data) ? ", which ships with isoflop" : "")});
  table.add({"SHA-256", data.sha256});
  table.add({"licence", data.licence});
  table.add({"rows", std::to_string(data.rows)});
  table.add({"columns", or_none(data.mapping.columns, "as in the file")});
  if (!data.mapping.response.empty()) table.add({"response", data.mapping.response});
  table.add({"filter", or_none(data.mapping.where, "none")});
  table.add({"left out", fmt::format("the {} highest losses", data.mapping.drop_highest_loss)});
  if (!data.note.empty()) table.add({"note", data.note});
  TextTable fits({"published fit", "of", "residual", "loss", "rows"});
  for (const PublishedFit& fit : data.fits)
    fits.add({label_of(fit), or_none(fit.response, "the loss"), to_text(fit.residual),
              to_text(fit.loss), or_none(fit.where, "all")});
  return fmt::format("{}: {}\n{}\n\n{}{}{}", data.key, data.title, data.cite, table.text(),
                     data.fits.empty() ? "" : "\n", data.fits.empty() ? "" : fits.text());
}

std::string origin(const DataSet& data) {
  if (data.url.empty()) return "by " + data.made;
  return fmt::format("from {}{}", data.url, data.made.empty() ? "" : ": " + data.made);
}

std::string downloaded_page(const DataSet& data, const std::string& path) {
  return fmt::format("wrote {}, with the SHA-256 of {}\nlicence: {}\n{}\n", path, data.key,
                     data.licence, origin(data));
}

}  // namespace isoflop
