#include "judge/plan_without.h"

#include <algorithm>
#include <vector>

#include "base/error.h"

namespace isoflop {

namespace {

constexpr std::size_t kRefitsAtOnce = 32;  // refits between two looks at whether to stop

}  // namespace

Result<void> check_refittable(const Fit& fit) {
  if (!fit.usable) return error("the fit cannot be used: {}", fit.message);
  if (fit.table.rows() == 0) return error("the fit has no runs with it: its table was not kept");
  return {};
}

Table rows_without(const Table& table, std::span<const std::size_t> rows) {
  std::vector<std::size_t> kept;
  for (std::size_t row = 0; row < table.rows(); ++row)
    if (!std::ranges::binary_search(rows, row)) kept.push_back(row);
  return table.select(kept);
}

RefittedPlan plan_of(const Result<Fit>& refit, const PlanQuestion& question) {
  RefittedPlan result;
  if (!refit || !refit->usable) {
    result.reason = refit ? refit->message : refit.error().problems[0].what;
    return result;
  }
  result.status = refit->status;
  const Result<Plan> best = plan(refit->law, question);
  if (best && best->run)
    result.plan = best->run;
  else
    result.reason = best ? "its best sparsity is not known" : best.error().problems[0].what;
  return result;
}

bool for_each_refit(std::string_view what, std::size_t count, Executor& executor,
                    Progress& progress, const std::function<void(std::size_t)>& refit) {
  for (std::size_t done = 0; done < count;) {
    const std::size_t block = std::min(kRefitsAtOnce, count - done);
    executor.run(block, [&](std::size_t i) { refit(done + i); });
    done += block;
    progress.report(what, done, count);
    if (progress.stop_asked() && done < count) return false;
  }
  return true;
}

}  // namespace isoflop
