#include "support/nist.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>

namespace isoflop::test {

namespace {

constexpr double kWide = 1e9;
constexpr double kCertifiedDigits = 11;

struct Model {
  const char* name;
  const char* formula;
};

// The files' own models in the formula language. Nelson's response is the logarithm of y.
constexpr std::array<Model, 27> kModels = {{
    {"Bennett5", "b1*(b2 + x)^(-1/b3)"},
    {"BoxBOD", "b1*(1 - exp(-b2*x))"},
    {"Chwirut1", "exp(-b1*x)/(b2 + b3*x)"},
    {"Chwirut2", "exp(-b1*x)/(b2 + b3*x)"},
    {"DanWood", "b1*x^b2"},
    {"ENSO",
     "b1 + b2*cos(2*pi*x/12) + b3*sin(2*pi*x/12) + b5*cos(2*pi*x/b4) + b6*sin(2*pi*x/b4) + "
     "b8*cos(2*pi*x/b7) + b9*sin(2*pi*x/b7)"},
    {"Eckerle4", "(b1/b2)*exp(-0.5*((x - b3)/b2)^2)"},
    {"Gauss1", "b1*exp(-b2*x) + b3*exp(-(x - b4)^2/b5^2) + b6*exp(-(x - b7)^2/b8^2)"},
    {"Gauss2", "b1*exp(-b2*x) + b3*exp(-(x - b4)^2/b5^2) + b6*exp(-(x - b7)^2/b8^2)"},
    {"Gauss3", "b1*exp(-b2*x) + b3*exp(-(x - b4)^2/b5^2) + b6*exp(-(x - b7)^2/b8^2)"},
    {"Hahn1", "(b1 + b2*x + b3*x^2 + b4*x^3)/(1 + b5*x + b6*x^2 + b7*x^3)"},
    {"Kirby2", "(b1 + b2*x + b3*x^2)/(1 + b4*x + b5*x^2)"},
    {"Lanczos1", "b1*exp(-b2*x) + b3*exp(-b4*x) + b5*exp(-b6*x)"},
    {"Lanczos2", "b1*exp(-b2*x) + b3*exp(-b4*x) + b5*exp(-b6*x)"},
    {"Lanczos3", "b1*exp(-b2*x) + b3*exp(-b4*x) + b5*exp(-b6*x)"},
    {"MGH09", "b1*(x^2 + x*b2)/(x^2 + x*b3 + b4)"},
    {"MGH10", "b1*exp(b2/(x + b3))"},
    {"MGH17", "b1 + b2*exp(-x*b4) + b3*exp(-x*b5)"},
    {"Misra1a", "b1*(1 - exp(-b2*x))"},
    {"Misra1b", "b1*(1 - (1 + b2*x/2)^(-2))"},
    {"Misra1c", "b1*(1 - (1 + 2*b2*x)^(-0.5))"},
    {"Misra1d", "b1*b2*x*((1 + b2*x)^(-1))"},
    {"Nelson", "b1 - b2*x1*exp(-b3*x2)"},
    {"Rat42", "b1/(1 + exp(b2 - b3*x))"},
    {"Rat43", "b1/((1 + exp(b2 - b3*x))^(1/b4))"},
    {"Roszman1", "b1 - b2*x - atan(b3/(x - b4))/pi"},
    {"Thurber", "(b1 + b2*x + b3*x^2 + b4*x^3)/(1 + b5*x + b6*x^2 + b7*x^3)"},
}};

[[noreturn]] void give_up(const std::string& why) {
  std::fprintf(stderr, "%s\n", why.c_str());
  std::exit(2);
}

std::string law_text(const Model& model, std::size_t predictors, std::size_t coefficients) {
  std::string key = model.name;
  std::ranges::transform(key, key.begin(), [](unsigned char c) { return std::tolower(c); });
  std::string text = fmt::format("key = \"{}\"\ntitle = \"{}\"\nformula = \"{}\"\n\n[inputs]\n",
                                 key, model.name, model.formula);
  for (std::size_t i = 1; i <= predictors; ++i)
    text += predictors == 1 ? "x = \"\"\n" : fmt::format("x{} = \"\"\n", i);
  text += "\n[coefficients]\n";
  for (std::size_t i = 1; i <= coefficients; ++i)
    text += fmt::format("b{} = {{ range = [{}, {}] }}\n", i, -kWide, kWide);
  return text;
}

// What the file says, line by line: "b1 = START START CERTIFIED DEVIATION", "Residual Sum of
// Squares: VALUE", "Residual Standard Deviation: VALUE", and after the last line that begins with
// "Data:" a row of numbers a line.
struct File {
  std::array<std::map<std::string, double>, 2> starts;
  std::vector<double> certified, standard_deviations;
  double sum_of_squares = 0, residual_deviation = 0;
  std::vector<std::vector<double>> rows;
};

std::vector<double> numbers_of(std::istringstream& line) {
  std::vector<double> numbers;
  for (double number = 0; line >> number;) numbers.push_back(number);
  return numbers;
}

// The number after a label, where the line has it.
bool read_labelled(const std::string& line, std::string_view label, double& value) {
  const std::size_t at = line.find(label);
  if (at == std::string::npos) return false;
  value = std::strtod(line.c_str() + at + label.size(), nullptr);
  return true;
}

File read(const std::filesystem::path& path) {
  std::ifstream in(path);
  if (!in) give_up(path.string() + ": cannot be read");
  File file;
  for (std::string text; std::getline(in, text);) {
    std::istringstream line(text);
    std::string word, equals;
    line >> word;
    if (read_labelled(text, "Residual Sum of Squares:", file.sum_of_squares) ||
        read_labelled(text, "Residual Standard Deviation:", file.residual_deviation))
      continue;
    if (word == "Data:") {
      file.rows.clear();
    } else if (word.size() == 2 && word[0] == 'b' && line >> equals && equals == "=") {
      const std::vector<double> values = numbers_of(line);
      if (values.size() != 4) continue;
      for (const std::size_t i : {0, 1}) file.starts[i][word] = values[i];
      file.certified.push_back(values[2]);
      file.standard_deviations.push_back(values[3]);
    } else {
      std::istringstream again(text);
      const std::vector<double> row = numbers_of(again);
      if (row.size() > 1) file.rows.push_back(row);
    }
  }
  if (file.rows.empty() || file.certified.empty()) give_up(path.string() + ": not a NIST problem");
  return file;
}

Table table_of(const File& file, bool logarithm) {
  Table table;
  const std::size_t columns = file.rows[0].size();
  for (std::size_t column = 0; column < columns; ++column) {
    std::vector<double> values;
    for (const std::vector<double>& row : file.rows)
      values.push_back(column == 0 && logarithm ? std::log(row[0]) : row[column]);
    const std::string name =
        column == 0 ? "loss" : (columns == 2 ? "x" : fmt::format("x{}", column));
    if (!table.set(name, std::move(values))) give_up("a NIST table of uneven columns");
  }
  return table;
}

}  // namespace

std::vector<std::string> nist_names() {
  std::vector<std::string> names;
  for (const Model& model : kModels) names.emplace_back(model.name);
  return names;
}

NistProblem nist_problem(const std::filesystem::path& folder, std::string_view name) {
  const auto* const model = std::ranges::find(kModels, name, &Model::name);
  if (model == kModels.end()) give_up("no NIST problem " + std::string(name));
  File file = read(folder / (std::string(name) + ".dat"));
  // Roszman1's file prints a b1 that belongs to another branch of the arctangent: with the one
  // between -pi/2 and pi/2 the certified sum of squares is reached at one less.
  if (name == "Roszman1" && file.certified[0] > 1) file.certified[0] -= 1;
  const Result<Law> law =
      Law::from_toml(law_text(*model, file.rows[0].size() - 1, file.certified.size()), model->name);
  if (!law) give_up(law.error().text());
  return {.name = model->name,
          .formula = model->formula,
          .law = *law,
          .table = table_of(file, name == "Nelson"),
          .starts = file.starts,
          .certified = file.certified,
          .standard_deviations = file.standard_deviations,
          .sum_of_squares = file.sum_of_squares,
          .residual_deviation = file.residual_deviation};
}

Recipe nist_recipe(const NistProblem& problem, std::size_t start) {
  return {.residual = Residual::kLinear,
          .loss = {RobustLoss::Kind::kSquare, 0},
          .starts = {Starts::Kind::kGiven, 0},
          .start = problem.starts[start]};
}

Recipe nist_search_recipe(const NistProblem& problem) {
  Recipe recipe{.residual = Residual::kLinear, .loss = {RobustLoss::Kind::kSquare, 0}};
  for (const auto& [name, first] : problem.starts[0]) {
    const double second = problem.starts[1].at(name);
    const double size = 10 * std::max(std::abs(first), std::abs(second));
    recipe.range[name] = {std::min(first, second) < 0 ? -size : 0,
                          std::max(first, second) > 0 ? size : 0};
  }
  return recipe;
}

double log_relative_error(double value, double certified) {
  const double relative = std::abs(value - certified) / std::abs(certified);
  return std::clamp(-std::log10(relative), 0.0, kCertifiedDigits);
}

}  // namespace isoflop::test
