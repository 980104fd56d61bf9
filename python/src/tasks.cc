// Comparisons and tuned recipes, whole or with their fits made by processes of their own. What
// these return is pickled: it travels.
#include "base/error.h"
#include "base/version.h"
#include "bind.h"
#include "fields.h"
#include "isoflop/comparison_file.h"
#include "isoflop/tune.h"
#include "judge/judge_law.h"
#include "kernel/run.h"
#include "tables.h"
#include "workflow/fit_runs.h"
#include "workflow/tuning.h"

namespace isoflop::python {

namespace {

using NamedLaws = std::vector<std::pair<std::string, Law>>;

std::vector<Candidate> candidates_of(const NamedLaws& laws) {
  std::vector<Candidate> all;
  for (const auto& [name, law] : laws) all.push_back({.name = name, .law = law.without_values()});
  return all;
}

// Runs that several laws can use, and what is held out of them.
struct Task {
  Recipe recipe;
  Holdout holdout;
  SharedRuns shared;

  Task(const NamedLaws& laws, const Frame& frame, std::string_view held_out,
       const nb::dict& mapping, const nb::dict& how, bool any_response)
      : recipe(fields_of<Recipe>(how, "recipe")), holdout(must(parse_holdout(held_out))) {
    const auto columns = fields_of<Mapping>(mapping, "mapping");
    shared = must(share_runs(file_of(frame, columns), candidates_of(laws), columns, holdout,
                             any_response ? Response::kAny : response_for(recipe)));
  }
};

// The bits of a fit depend on these.
using Maker = std::pair<std::string, std::string>;
Maker maker() { return {std::string(version()), vector_target()}; }

struct JudgedPart {
  Maker made;
  Result<JudgedLaw> law;  // an error is why it is not judged
};

using PackedMatrix = std::tuple<Eigen::Index, Numbers>;  // columns, numbers

PackedMatrix state_of(const Eigen::MatrixXd& matrix) {
  return {matrix.cols(), nb::bytes(matrix.data(), sizeof(double) * matrix.size())};
}

Eigen::MatrixXd matrix_of(const PackedMatrix& state) {
  const auto& [columns, bytes] = state;
  const auto size = static_cast<Eigen::Index>(bytes.size() / sizeof(double));
  return Eigen::Map<const Eigen::MatrixXd>(static_cast<const double*>(bytes.data()),
                                           columns == 0 ? 0 : size / columns, columns);
}

// Why there is none; else its name, fit file, free coefficients, criteria, errors, predictions and
// refits.
using JudgedState = std::tuple<Maker, std::string, std::string, std::string, std::array<double, 6>,
                               Numbers, std::vector<std::pair<PackedMatrix, PackedMatrix>>>;

JudgedState state_of(const JudgedPart& part) {
  if (!part.law)
    return {part.made, part.law.error().problems[0].what, "", "", {}, nb::bytes("", 0), {}};
  const auto& [law, refits] = *part.law;
  std::vector<std::pair<PackedMatrix, PackedMatrix>> moves;
  for (const OneStepRefit& refit : refits)
    moves.emplace_back(state_of(refit.influence), state_of(refit.slopes));
  return {part.made,
          "",
          law.name,
          write_fit_file({.fit = law.fit}),
          {static_cast<double>(law.free), law.criteria.aicc, law.criteria.bic, law.held_out.rmse,
           law.held_out.relative, law.held_out.r2},
          packed(law.predicted),
          std::move(moves)};
}

void restore(JudgedPart& part, const JudgedState& state) {
  const auto& [made, reason, name, fit, numbers, predicted, moves] = state;
  if (!reason.empty()) {
    new (&part) JudgedPart{.made = made, .law = error("{}", reason)};
    return;
  }
  const auto& [free, aicc, bic, rmse, relative, r2] = numbers;
  JudgedLaw law{.law = {.name = name,
                        .fit = must(read_fit_file(fit, name)).fit,
                        .held_out = {.rmse = rmse, .relative = relative, .r2 = r2},
                        .free = static_cast<std::size_t>(free),
                        .criteria = {.aicc = aicc, .bic = bic},
                        .predicted = unpacked<double>(predicted)},
                .refits = {}};
  for (const auto& [influence, slopes] : moves)
    law.refits.push_back({.influence = matrix_of(influence), .slopes = matrix_of(slopes)});
  new (&part) JudgedPart{.made = made, .law = std::move(law)};
}

class CompareTask : public Task {
 public:
  CompareTask(const NamedLaws& laws, const Frame& frame, std::string_view held_out,
              const nb::dict& mapping, const nb::dict& how)
      : Task(laws, frame, held_out, mapping, how, false),
        folds_(must(make_folds(holdout, shared.holdout, recipe.seed))) {
    must(check_comparison(shared.laws, shared.runs.table, folds_, recipe));
  }

  [[nodiscard]] ComparisonRecord whole(Work& work) const {
    const nb::gil_scoped_release released;
    return record(
        must(compare(shared.laws, shared.runs.table, folds_, recipe, work.executor, work)));
  }

  // None where it was stopped.
  [[nodiscard]] std::optional<JudgedPart> judge(std::size_t which, Work& work) const {
    const nb::gil_scoped_release released;
    JudgedPart part{.made = maker(),
                    .law = judge_law(shared.laws, which, shared.runs.table, folds_, recipe, false,
                                     work.executor, work)};
    return work.stop_asked() ? std::nullopt : std::optional(std::move(part));
  }

  // Of the laws by their places; the others were not reached.
  [[nodiscard]] ComparisonRecord joined(const std::map<std::size_t, JudgedPart>& parts,
                                        Work& work) const {
    const nb::gil_scoped_release released;
    std::vector<Result<JudgedLaw>> judged;
    for (std::size_t i = 0; i < shared.laws.size(); ++i) {
      const auto part = parts.find(i);
      judged.push_back(part == parts.end() ? not_reached() : part->second.law);
      if (part != parts.end() && part->second.made != maker())
        throw Raised{
            error_at({"executor"},
                     "{} was fitted by isoflop {} with vectors of {}, and this process has "
                     "{} with {}, whose last bits differ: take workers of one kind",
                     shared.laws[i].name, part->second.made.first, part->second.made.second,
                     maker().first, maker().second)
                .error()};
    }
    return record(
        must(compare_judged(shared.laws, std::move(judged), parts.size() < shared.laws.size(),
                            shared.runs.table, folds_, recipe, work.executor, work)));
  }

 private:
  [[nodiscard]] ComparisonRecord record(Comparison comparison) const {
    comparison.unusable.insert(comparison.unusable.begin(), shared.unusable.begin(),
                               shared.unusable.end());
    return {.comparison = std::move(comparison),
            .recipe = recipe,
            .data = shared.runs.data,
            .holdout = holdout.text,
            .notes = shared.runs.notes};
  }

  Folds folds_;
};

// A search of recipes, of which the points of a batch are evaluated by whoever asks for them.
class RecipeTask : public Task {
 public:
  RecipeTask(const NamedLaws& laws, const Frame& frame, std::string_view held_out,
             const nb::dict& mapping, const nb::dict& how, std::size_t evaluations)
      : Task(laws, frame, held_out, mapping, how, true),
        task_(
            must(make_tune_task(shared.laws, shared.runs.table, shared.holdout, holdout, recipe))),
        space_(must(recipe_space(task_))),
        optimizer_(must(recipe_optimizer(task_))),
        evaluations_(evaluations) {
    if (evaluations == 0) fail("evaluations", "a search needs an evaluation: ask for one or more");
  }

  // The next points; none where all are evaluated.
  std::vector<Point> ask(Work& work) {
    const nb::gil_scoped_release released;
    asked_ = optimizer_.ask(std::min(kRecipesAtOnce, evaluations_ - optimizer_.trials().size()),
                            work.executor);
    std::vector<Point> points;
    for (const Suggestion& each : asked_) points.push_back(each.point);
    return points;
  }

  [[nodiscard]] std::pair<Maker, double> evaluate(const Point& point) const {
    const nb::gil_scoped_release released;
    SerialExecutor one;
    return {maker(), search_error(task_, choice_at(task_, space_, point), one)};
  }

  // The values of what was asked for, in that order.
  void tell(const std::vector<std::pair<Maker, double>>& values) {
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (values[i].first != maker())
        fail("executor",
             "a worker has another version or other vectors than this process, whose last bits "
             "differ: take workers of one kind");
      optimizer_.tell({asked_[i], values[i].second});
    }
  }

  [[nodiscard]] std::size_t told() const { return optimizer_.trials().size(); }

  [[nodiscard]] TuneRecord judged(Work& work) const {
    const nb::gil_scoped_release released;
    return judged(recipe_search(optimizer_, evaluations_), work);
  }

  [[nodiscard]] TuneRecord whole(Work& work) const {
    const nb::gil_scoped_release released;
    Journal journal;
    return judged(must(search_recipes(task_, evaluations_, journal, work.executor, work)), work);
  }

 private:
  [[nodiscard]] TuneRecord judged(RecipeSearch found, Work& work) const {
    Tuning tuning = must(judge_search(task_, found, work.executor));
    SharedRuns runs{
        .runs = {.data = shared.runs.data, .table = shared.runs.table, .notes = shared.runs.notes},
        .laws = shared.laws,
        .unusable = shared.unusable,
        .holdout = shared.holdout};
    return must(tune_record(task_, std::move(found), std::move(tuning), std::move(runs), holdout,
                            "", work.executor, work));
  }

  TuneTask task_;
  SearchSpace space_;
  Optimizer optimizer_;
  std::size_t evaluations_;
  std::vector<Suggestion> asked_;
};

}  // namespace

void bind_tasks(nb::module_& m) {
  nb::class_<JudgedPart>(m, "JudgedPart")
      .def("__getstate__", [](const JudgedPart& part) { return state_of(part); })
      .def("__setstate__", &restore);
  nb::class_<CompareTask>(m, "CompareTask")
      .def(nb::init<const NamedLaws&, const Frame&, std::string_view, const nb::dict&,
                    const nb::dict&>(),
           "laws"_a, "frame"_a, "holdout"_a, "mapping"_a, "recipe"_a)
      .def_prop_ro("laws", [](const CompareTask& task) { return task.shared.laws.size(); })
      .def("whole", &CompareTask::whole, "work"_a)
      .def("judge", &CompareTask::judge, "which"_a, "work"_a)
      .def("joined", &CompareTask::joined, "parts"_a, "work"_a);
  nb::class_<RecipeTask>(m, "RecipeTask")
      .def(nb::init<const NamedLaws&, const Frame&, std::string_view, const nb::dict&,
                    const nb::dict&, std::size_t>(),
           "laws"_a, "frame"_a, "holdout"_a, "mapping"_a, "recipe"_a, "evaluations"_a)
      .def_prop_ro("told", &RecipeTask::told)
      .def("ask", &RecipeTask::ask, "work"_a)
      .def("evaluate", &RecipeTask::evaluate, "point"_a)
      .def("tell", &RecipeTask::tell, "values"_a)
      .def("judged", nb::overload_cast<Work&>(&RecipeTask::judged, nb::const_), "work"_a)
      .def("whole", &RecipeTask::whole, "work"_a);
}

}  // namespace isoflop::python
