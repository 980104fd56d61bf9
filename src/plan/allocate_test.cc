// The planner against closed forms, brute force and itself, over coefficients and budgets that
// nobody chose.
#include "plan/allocate.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <random>

#include "plan/solve.h"
#include "support/book.h"
#include "support/random_draws.h"

namespace isoflop {
namespace {

using test::book_law;
using test::Random;

Allocation allocate_one(const Law& law, const PlanQuestion& question) {
  const Result<PlanProblem> problem = plan_problem(law, question);
  EXPECT_TRUE(problem) << problem.error().text();
  SerialExecutor here;
  Progress silent;
  const PlanRow one(law.values(), *problem);
  return allocate(law, *problem, std::span(&one, 1), here, silent)[0];
}

// Runs that were not made, and the least of their losses.
class Grid {
 public:
  void add(double N, double S, double D) {
    N_.push_back(N);
    P_.push_back(N / (1 - S));
    S_.push_back(S);
    D_.push_back(D);
  }
  double least_loss(const Law& law) {
    Table runs;
    EXPECT_TRUE(runs.set("N", N_) && runs.set("P", P_) && runs.set("S", S_) && runs.set("Sx", S_) &&
                runs.set("D", D_));
    const Result<std::vector<double>> losses = predict(law, runs);
    EXPECT_TRUE(losses) << losses.error().text();
    return losses ? std::ranges::min(*losses) : std::nan("");
  }

 private:
  std::vector<double> N_, P_, S_, D_;
};

constexpr int kDraws = 1000;

// Every law whose file has an optimum: algebra on one side, the root of the graph's derivative on
// the other.
TEST(Allocate, AgreesWithEveryClosedFormOver1000Draws) {
  const std::uint64_t seed = 20261128;
  Random random(seed);
  for (const std::string& key : book_keys()) {
    if (book_law(key).optima().empty()) continue;
    int compared = 0;
    std::optional<Law> drawn;
    for (int i = 0; i < kDraws; ++i) {
      if (i % 5 == 0)  // each draw of coefficients at five budgets and sparsities
        drawn = test::random_values(book_law(key), seed + static_cast<std::uint64_t>(i));
      const Law& law = *drawn;
      const PlanQuestion question{.flops = random.log_uniform(1e17, 1e27),
                                  .sparsity = random.uniform(0, 0.95),
                                  .inputs = test::usual_inputs(law)};
      const Result<PlanProblem> problem = plan_problem(law, question);
      ASSERT_TRUE(problem) << problem.error().text();
      const std::optional<double> N = closed_form(law, *problem);
      if (!N) continue;  // less than a parameter or a token is optimal
      const Allocation at = allocate_one(law, question);
      EXPECT_EQ(at.size_position, Position::kInterior)
          << key << " draw " << i << " of seed " << seed;
      EXPECT_NEAR(at.n, std::log(*N), 1e-9) << key << " draw " << i << " of seed " << seed;
      ++compared;
    }
    EXPECT_GE(compared, kDraws * 8 / 10) << key << " of seed " << seed;
  }
}

// frantar2023: the optimal sparsity of N non-zero parameters where training costs what the dense
// model costs; laws.md's formula, derived by hand.
TEST(Allocate, AgreesWithFrantarsClosedFormOver1000Draws) {
  const std::uint64_t seed = 230908520;
  Random random(seed);
  int inside = 0;
  for (int i = 0; i < kDraws; ++i) {
    const double aS = random.log_uniform(1, 1e3), bS = random.uniform(0.1, 1.5),
                 cS = random.log_uniform(1, 1e3), bN = random.uniform(0.1, 0.6),
                 aD = random.log_uniform(1e6, 1e10), bD = random.uniform(0.1, 0.9);
    const Law law = *book_law("frantar2023").with_values("drawn", {aS, bS, cS, bN, aD, bD, 0.5});
    const double N = random.log_uniform(1e6, 1e11), C = random.log_uniform(1e17, 1e27);
    const double exact =
        1 - std::exp((std::log(bD / (aS * bS)) + bN * std::log(N) + bD * std::log(6 * aD * N / C)) /
                     (bS + bD));
    const Allocation at = allocate_one(
        law,
        {.flops = C, .free_sparsity = true, .active_params = N, .cost = *find_cost("as-dense")});
    if (!std::isfinite(at.loss) || exact > 1 - 1e-8) continue;  // not paid for, or past the search
    EXPECT_NEAR(-std::expm1(-at.z), std::max(0.0, exact), 1e-6)
        << "draw " << i << " of seed " << seed;
    if (exact > 0) ++inside;
  }
  EXPECT_GT(inside, kDraws / 4) << seed;
}

// hossain2025 at fixed P and C: the equation of laws.md for x = 1 - S must hold at the answer.
TEST(Allocate, SolvesHossainsEquationOver1000Draws) {
  const std::uint64_t seed = 250806617;
  Random random(seed);
  int inside = 0;
  for (int i = 0; i < kDraws; ++i) {
    const double e = random.uniform(0.2, 2), a = random.log_uniform(1, 1e3),
                 b = random.log_uniform(10, 1e4), c = random.log_uniform(0.5, 300),
                 alpha = random.uniform(0.05, 0.5), beta = random.uniform(0.1, 0.5),
                 gamma = random.uniform(0.01, 2);
    const Law law = *book_law("hossain2025").with_values("drawn", {e, a, b, c, alpha, beta, gamma});
    const double P = random.log_uniform(1e8, 1e13), C = random.log_uniform(1e17, 1e27);
    const Allocation at = allocate_one(law, {.flops = C, .free_sparsity = true, .total_params = P});
    if (at.sparsity_position != Position::kInterior || !std::isfinite(at.loss) || at.d < 1e-6)
      continue;
    ++inside;
    const double x = std::exp(-at.z);
    const double terms[] = {e * gamma * std::pow(x, gamma - 1),
                            b * beta * std::pow(6 * P / C, beta) * std::pow(x, beta - 1),
                            c / std::pow(P, alpha) * alpha * std::pow(x, -alpha - 1),
                            c / std::pow(P, alpha) * (1 - alpha) * std::pow(x, -alpha)};
    const double size = terms[0] + terms[1] + terms[2] + terms[3];
    EXPECT_NEAR((terms[0] + terms[1] - terms[2] - terms[3]) / size, 0, 1e-9)
        << "draw " << i << " of seed " << seed;
  }
  EXPECT_GT(inside, kDraws / 4) << seed;
}

// Where no closed form is known a fine grid is the judge: no point of it may be better, and the
// best of it may not be far.
TEST(Allocate, NoPointOfAGridIsBetter) {
  for (const char* key : {"hossain2025:moe", "hossain2025:pruned", "frantar2023:t5", "abnar2025"})
    for (const double C : {1e19, 1e21, 1e24}) {
      const Law law = book_law(key);
      const Range sparsity{0, 0.97};
      const PlanQuestion free{.flops = C, .free_sparsity = true, .sparsity_range = sparsity};
      PlanQuestion of_total = free, of_active = free;
      of_total.total_params = 3e9;
      of_active.active_params = 3e8;
      const double alone = allocate_one(law, free).loss, total = allocate_one(law, of_total).loss,
                   active = allocate_one(law, of_active).loss;
      Grid alone_grid, total_grid, active_grid;
      for (int i = 0; i <= 400; ++i) {
        const double S = 1 - std::exp(std::log(1 - sparsity.high) * i / 400);
        total_grid.add(3e9 * (1 - S), S, C / (6 * 3e9 * (1 - S)));
        active_grid.add(3e8, S, C / (6 * 3e8));
        if (i % 4 != 0) continue;
        for (double n = 10; n < std::log(C / 6) - 5; n += 0.05)
          alone_grid.add(std::exp(n), S, C / 6 / std::exp(n));
      }
      const double best_alone = alone_grid.least_loss(law), best_total = total_grid.least_loss(law),
                   best_active = active_grid.least_loss(law);
      EXPECT_LE(alone, best_alone + 1e-12) << key << " " << C;
      EXPECT_NEAR(alone, best_alone, 2e-3 * alone) << key << " " << C;
      EXPECT_LE(total, best_total + 1e-12) << key << " " << C;
      EXPECT_NEAR(total, best_total, 1e-4 * total) << key << " " << C;
      EXPECT_LE(active, best_active + 1e-12) << key << " " << C;
      EXPECT_NEAR(active, best_active, 1e-4 * active) << key << " " << C;
    }
}

// There and back: the least budget for the loss of a budget is that budget, whatever is free.
TEST(Allocate, TheLeastBudgetForALossIsTheOneThatGaveIt) {
  for (const char* key : {"hoffmann2022", "hossain2025:moe", "abnar2025"}) {
    const Law law = book_law(key);
    const bool sparse = law.has_input("S") || law.has_input("Sx");
    for (const double C : {1e19, 1e22, 1e25})
      for (const bool free : {false, true}) {
        if (free && !sparse) continue;
        PlanQuestion there{.flops = C, .free_sparsity = free, .total_params = 1e10};
        if (free) there.sparsity_range = Range{0, 0.95};
        if (!free) there.total_params.reset();
        const Allocation forth = allocate_one(law, there);
        PlanQuestion back = there;
        back.flops.reset();
        back.loss = forth.loss;
        const Allocation found = allocate_one(law, back);
        EXPECT_TRUE(found.target_reached) << key << " " << C;
        EXPECT_NEAR(found.c, std::log(C), 1e-8) << key << " " << C << " free " << free;
      }
  }
}

// Limits are kinks of the loss along a budget; a grid that keeps to them must not be better.
TEST(Allocate, KeepsToLimitsAndIsBestWithinThem) {
  const Law law = book_law("hossain2025:moe");
  const double C = 1e23, most_total = 2e11, most_active = 2e10, most_tokens = 1.5e12;
  const std::vector<Limit> limits = {{Limit::On::kTotal, most_total, "question.max_total"},
                                     {Limit::On::kActive, most_active, "question.max_active"},
                                     {Limit::On::kTokens, most_tokens, "question.max_tokens"}};
  for (int mask = 1; mask < 8; ++mask) {
    PlanQuestion question{.flops = C, .free_sparsity = true, .sparsity_range = Range{0, 0.97}};
    for (int i = 0; i < 3; ++i)
      if ((mask >> i & 1) != 0) question.limits.push_back(limits[static_cast<std::size_t>(i)]);
    const Allocation at = allocate_one(law, question);
    const double P = std::exp(at.n + at.z), N = std::exp(at.n), D = std::exp(at.d);
    const bool total = (mask & 1) != 0, active = (mask & 2) != 0, tokens = (mask & 4) != 0;
    if (total) {
      EXPECT_LE(P, most_total * (1 + 1e-9)) << mask;
    }
    if (active) {
      EXPECT_LE(N, most_active * (1 + 1e-9)) << mask;
    }
    if (tokens) {
      EXPECT_LE(D, most_tokens * (1 + 1e-9)) << mask;
    }
    Grid grid;
    for (int i = 0; i <= 200; ++i) {
      const double S = 1 - std::exp(std::log(0.03) * i / 200);
      for (double n = 18; n < 30; n += 0.02) {
        const double size = std::min({std::exp(n), active ? most_active : INFINITY,
                                      total ? most_total * (1 - S) : INFINITY});
        grid.add(size, S, std::min(C / 6 / size, tokens ? most_tokens : INFINITY));
      }
    }
    const double best = grid.least_loss(law);
    EXPECT_LE(at.loss, best + 1e-9) << mask;
    EXPECT_NEAR(at.loss, best, 1e-4) << mask;
  }
}

// Serving is paid from the same budget: a grid over sizes, all that is left going to training.
TEST(Allocate, ServingMakesTheBestModelSmaller) {
  const Law law = book_law("hoffmann2022:besiroglu");
  const double C = 1e24, served = 2e13;
  const Allocation at = allocate_one(law, {.flops = C, .inference_tokens = served});
  EXPECT_LT(at.n, allocate_one(law, {.flops = C}).n);
  Grid grid;
  for (double n = 15; n < 25; n += 0.001) {
    const double N = std::exp(n), D = (C - 2 * N * served) / (6 * N);
    if (D > 1) grid.add(N, 0, D);
  }
  const double best = grid.least_loss(law);
  EXPECT_LE(at.loss, best + 1e-12);
  EXPECT_NEAR(at.loss, best, 1e-6);
}

// Rows are planned side by side in vectors: what one gets may not depend on its neighbours or on
// the threads.
TEST(Allocate, EveryRowIsAnsweredAsIfAlone) {
  const Law law = book_law("hossain2025:moe");
  const PlanQuestion question{.flops = 1e21, .free_sparsity = true, .total_params = 1e10};
  const PlanProblem problem = *plan_problem(law, question);
  std::vector<std::vector<double>> values;
  std::vector<PlanRow> rows;
  for (std::uint64_t i = 0; i < 700; ++i) {
    const Law drawn = test::random_values(law, 5 + i);
    values.emplace_back(drawn.values().begin(), drawn.values().end());
  }
  for (std::size_t i = 0; i < values.size(); ++i) {
    rows.emplace_back(values[i], problem);
    rows[i].c = 45 + 0.01 * static_cast<double>(i);
  }
  Progress silent;
  SerialExecutor one;
  const auto whole = allocate(law, problem, rows, one, silent);
  for (const unsigned threads : {2u, 7u}) {
    ThreadExecutor many(threads);
    const auto again = allocate(law, problem, rows, many, silent);
    for (std::size_t i = 0; i < rows.size(); ++i)
      EXPECT_TRUE(whole[i].z == again[i].z && whole[i].n == again[i].n &&
                  (whole[i].loss == again[i].loss || std::isnan(whole[i].loss)))
          << i;
  }
  for (std::size_t i = 0; i < rows.size(); i += 97) {
    const auto alone = allocate(law, problem, std::span(&rows[i], 1), one, silent);
    EXPECT_EQ(alone[0].z, whole[i].z) << i;
    EXPECT_EQ(alone[0].n, whole[i].n) << i;
  }
}

}  // namespace
}  // namespace isoflop
