#include "report/console/solver_comparison.h"

#include <fmt/format.h>

#include <cmath>

#include "base/number_text.h"
#include "report/console/text_table.h"

namespace isoflop {

namespace {

constexpr int kObjectiveDigits = 7;

std::string number_text(double value, int digits) {
  return std::isfinite(value) ? format_number(value, digits) : "none";
}

}  // namespace

std::string solvers_page(std::span<const SolverRun> runs) {
  TextTable table({"solver", "searched", "objective", "to the box's best", "points looked at",
                   "refinements", "seconds"});
  for (const SolverRun& run : runs)
    table.add({run.solver, run.searched, number_text(run.objective, kObjectiveDigits),
               number_text(run.ratio, 4), std::to_string(run.points),
               std::to_string(run.refinements), format_number(run.seconds, 2)});
  return table.text();
}

Value solvers_value(std::span<const SolverRun> runs) {
  Value list = Value::array();
  for (const SolverRun& run : runs)
    list.push(Value::object({{"solver", run.solver},
                             {"searched", run.searched},
                             {"objective", run.objective},
                             {"ratio", run.ratio},
                             {"points", run.points},
                             {"refinements", run.refinements},
                             {"seconds", run.seconds}}));
  return list;
}

}  // namespace isoflop
