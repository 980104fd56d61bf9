#include "isoflop/approaches.h"

#include <span>
#include <utility>

#include "base/error.h"
#include "base/usual_value.h"
#include "isoflop/predict.h"
#include "judge/envelope.h"
#include "judge/parabolas.h"
#include "judge/plan_without.h"

namespace isoflop {

Result<Approaches> approaches(const Fit& fit) {
  if (const auto ok = check_refittable(fit); !ok) return std::unexpected(ok.error());
  const Table& table = fit.table;
  if (!table.has("N") || !table.has("D"))
    return error("approaches 1 and 2 need the N and D of each run, which this fit's law does not");
  const Result<std::vector<double>> predicted = predict(fit.law, table);
  if (!predicted) return std::unexpected(predicted.error());
  const std::span<const double> N = table.column("N"), D = table.column("D"),
                                S = table.column(table.has("S") ? "S" : "Sx"),
                                loss = table.column("loss");
  Approaches result{.sparsity = usual_value(S), .parabolas = {}, .envelope = {}};
  SizedRuns runs;
  std::vector<double> kept;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    if (!S.empty() && S[row] != result.sparsity) {
      ++result.other_runs;
      continue;
    }
    runs.N.push_back(N[row]);
    runs.C.push_back(6 * N[row] * D[row]);
    runs.loss.push_back(loss[row]);
    kept.push_back((*predicted)[row]);
  }
  result.parabolas = parabolas(fit.law, result.sparsity, runs, kept);
  result.envelope = envelope(runs);
  return result;
}

}  // namespace isoflop
