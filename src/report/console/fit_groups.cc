#include <fmt/format.h>

#include "base/number_text.h"
#include "isoflop/fields.h"
#include "law/law_text.h"
#include "report/console/console.h"
#include "report/console/text_table.h"
#include "store/document.h"

namespace isoflop {

namespace {

std::vector<std::string> header(const FitGroups& fits) {
  std::vector<std::string> names = {fits.by, "rows"};
  for (const Coefficient& coefficient : fits.law.coefficients()) names.push_back(coefficient.name);
  names.insert(names.end(), {"objective", "RMSE", "R2", "status"});
  return names;
}

std::vector<std::string> row(const FitGroup& group) {
  const Fit& fit = group.record.fit;
  std::vector<std::string> cells = {group.name, std::to_string(fitted_rows(fit))};
  for (std::size_t i = 0; i < fit.law.coefficients().size(); ++i)
    cells.push_back(fit.usable ? format_number(fit.law.values()[i], 5) : "none");
  cells.push_back(fit.usable ? format_number(fit.objective.sum, 6) : "none");
  cells.push_back(fit.errors ? format_number(fit.errors->rmse, 5) : "none");
  cells.push_back(fit.errors ? format_or_none(fit.errors->r2, 5) : "none");
  cells.push_back(status_text(fit));
  return cells;
}

// Of each group that has them: of its draws, or else of the sandwich.
std::string errors_table(const FitGroups& fits) {
  std::vector<std::string> names = {fits.by};
  for (const Coefficient& coefficient : fits.law.coefficients()) names.push_back(coefficient.name);
  TextTable table(names);
  bool any = false, drawn = false;
  for (const FitGroup& group : fits.groups) {
    const FitRecord& record = group.record;
    if (!record.bootstrap && !record.confidence) continue;
    any = true;
    drawn = drawn || record.bootstrap;
    std::vector<std::string> cells = {group.name};
    for (std::size_t i = 0; i < fits.law.coefficients().size(); ++i)
      cells.push_back(error_text(record.bootstrap
                                     ? record.bootstrap->uncertainties[i].standard_error
                                     : record.confidence->sandwich[i].standard_error));
    table.add(std::move(cells));
  }
  if (!any) return "";
  return fmt::format("\n  standard errors, {}\n\n{}",
                     drawn ? "of the bootstrap" : "robust (sandwich); the JSON has intervals, too",
                     table.text());
}

std::string data_line(const FitGroups& fits) {
  std::size_t rows = 0;
  LeftOut all;
  for (const FitGroup& group : fits.groups) {
    rows += fitted_rows(group.record.fit);
    for_each_field(all, [&](const auto& field) {
      all.*field.kMember += group.record.data.left_out.*field.kMember;
    });
  }
  all.filtered = 0;  // of a group that is what the others have, too
  const std::string left_out = left_out_text(all);
  const DataSource& data = fits.groups.front().record.data;
  return fmt::format("{} fitted to {} groups by {}: {} of {} rows of {}{}{}\n", fits.law.key(),
                     fits.groups.size(), fits.by, rows, data.rows_read, source_text(data.source),
                     left_out.empty() ? "" : ", ", left_out);
}

}  // namespace

std::string status_text(const Fit& fit) {
  if (fit.at_bound.empty()) return to_text(fit.status);
  return fmt::format("{}: {}", to_text(fit.status), fmt::join(fit.at_bound, ", "));
}

std::string fit_groups_page(const FitGroups& fits) {
  TextTable table(header(fits));
  for (const FitGroup& group : fits.groups) table.add(row(group));
  std::string page =
      fmt::format("{}\n  {} = {}\n\n{}{}", data_line(fits), formula_lines(fits.law).front().name,
                  fits.law.formula(), table.text(), errors_table(fits));
  if (!fits.groups.front().output.empty()) page += "\n";
  for (const FitGroup& group : fits.groups)
    if (!group.output.empty()) page += fmt::format("wrote {}\n", group.output);
  return page;
}

}  // namespace isoflop
