#include "slow/problems.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <sstream>

#include "isoflop/read_table.h"
#include "support/paths.h"

namespace isoflop::test {

namespace {

// A table with how its columns map to inputs, and the recipe of those who published it.
struct Source {
  const char* name;
  const char* file;
  const char* columns;
  std::string where;
  std::size_t drop_highest_loss;
  Residual residual;
  RobustLoss loss;
};

template <class T>
T take(Result<T> result) {
  if (result) return *std::move(result);
  std::fputs(result.error().text().c_str(), stderr);
  std::exit(2);
}

std::string read(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) {
    std::fprintf(stderr, "%s: cannot be read\n", file.c_str());
    std::exit(2);
  }
  return {std::istreambuf_iterator<char>(in), {}};
}

Problem make(const std::filesystem::path& data, std::string_view key, const Source& source) {
  const Law law = take(find_law(key)).without_values();
  const Mapping mapping{.columns = source.columns,
                        .where = source.where,
                        .drop_highest_loss = source.drop_highest_loss};
  MappedTable runs =
      take(read_table(read(data / source.file), source.file, law, mapping, Response::kPositive));
  return {fmt::format("{} {}", key, source.name), law, std::move(runs.table),
          Recipe{.residual = source.residual, .loss = source.loss}};
}

Source clark(const char* name, std::string_view router) {
  return {name,
          "clark2022_routing_final.csv",
          "N=dense_parameter_count, experts=num_experts, loss=loss_validation",
          fmt::format("(router_type == '{}' || router_type == 'Dense') && routing_frequency == 0.5 "
                      "&& k == 1 && seed == 42",
                      router),
          0,
          Residual::kLog,
          {RobustLoss::Kind::kSquare, 0}};
}

}  // namespace

std::vector<Problem> certain_problems(const std::filesystem::path& data) {
  const Source chinchilla{
      "chinchilla",   "chinchilla_epoch2024.csv",      "N={Model Size}, C={Training FLOP}", "", 5,
      Residual::kLog, {RobustLoss::Kind::kHuber, 1e-3}};
  const Source t5{"t5",
                  "frantar2023_t5_c4.csv",
                  "P=24*12*768^2*scale, S=sparsity, D=65536*steps, loss={val-loss}",
                  "",
                  0,
                  Residual::kLog,
                  {RobustLoss::Kind::kHuber, 1e-3}};
  const Source vit{"vit",
                   "frantar2023_vit_jft.json",
                   "P=12*12*768^2*scale, S=sparsity, D=total_examples, loss={val-loss}",
                   "",
                   0,
                   Residual::kLinear,
                   {RobustLoss::Kind::kHuber, 1e-2}};
  std::vector<Problem> problems = {make(data, "hoffmann2022", chinchilla)};
  for (const Source* source : {&t5, &vit})
    for (const char* key : {"hoffmann2022", "frantar2023", "hossain2025", "abnar2025"})
      problems.push_back(make(data, key, *source));
  problems.push_back(make(data, "clark2022", clark("s-base", "S-Base")));
  problems.push_back(make(data, "clark2022", clark("rl-r", "RL-R")));
  problems.push_back(make(data, "clark2022", clark("hash", "Hash")));
  return problems;
}

Problem certain_problem(const std::filesystem::path& data, std::string_view name) {
  for (Problem& problem : certain_problems(data))
    if (problem.name == name) return std::move(problem);
  std::fprintf(stderr, "no such problem: %s\n", std::string(name).c_str());
  std::exit(2);
}

std::map<std::string, double> best_known_objectives() {
  std::ifstream file(source_folder() / "tests/slow/best_known.csv");
  std::map<std::string, double> best;
  std::string line;
  std::getline(file, line);  // the heading
  while (std::getline(file, line)) {
    std::istringstream cells(line);
    std::string problem, solver, objective;
    std::getline(cells, problem, ',');
    std::getline(cells, solver, ',');
    std::getline(cells, objective, ',');
    const double value = std::strtod(objective.c_str(), nullptr);
    const auto [known, is_new] = best.emplace(problem, value);
    if (!is_new) known->second = std::min(known->second, value);
  }
  return best;
}

}  // namespace isoflop::test
