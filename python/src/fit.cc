// Fits, with all that a fit file keeps of them.
#include "isoflop/fit.h"

#include "bind.h"
#include "fields.h"
#include "fit/default_ranges.h"
#include "isoflop/bayes_fit.h"
#include "isoflop/confidence.h"
#include "isoflop/fit_file.h"
#include "isoflop/likelihood_profile.h"
#include "isoflop/loss_draws.h"
#include "isoflop/output.h"
#include "isoflop/residuals.h"
#include "report/console/console.h"
#include "report/json/json.h"
#include "report/page/report_page.h"
#include "tables.h"
#include "workflow/fit_runs.h"
#include "workflow/intervals.h"
#include "workflow/model.h"

namespace isoflop::python {

namespace {

using Matrix = nb::ndarray<nb::numpy, const double, nb::ndim<2>>;

// By Bayesian optimisation in a box; "" is the law's grid of starts.
Fit fitted_by_bayes(const Law& given, const Table& table, const Recipe& recipe,
                    std::string_view box, Work& work) {
  const SearchBox where = box.empty() ? SearchBox() : must(parse_box(box));
  const Law law = with_ranges_of(given, table);  // boxes lie in them
  const Recipe boxed = must(with_box(law, recipe, where));
  Journal journal;
  return must(fit_by_bayes(law, table, boxed, journal, work.executor, work)).fit;
}

FitRecord fit_frame(const Law& given, const Frame& frame, const nb::dict& mapping,
                    const nb::dict& recipe, std::string_view box, double level, bool profile,
                    Work& work) {
  level_of(level);
  const auto how = fields_of<Recipe>(recipe, "recipe");
  const auto columns = fields_of<Mapping>(mapping, "mapping");
  const Law law = with_mapping(given, columns);
  Runs runs = must(map_runs(file_of(frame, columns), law, columns, response_for(how)));
  const nb::gil_scoped_release released;
  if (how.solver != Solver::kDefault) {
    // What it finds is near an optimum, not at it: there are no intervals.
    Fit made = fitted_by_bayes(law, runs.table, how, box, work);
    return record_of(std::move(made), std::move(runs), "");
  }
  if (!box.empty()) fail("box", "a box is where a Bayesian solver looks: give solver=, too");
  Fit made = must(fit(law, runs.table, how, work.executor, work));
  FitRecord record = record_of(std::move(made), std::move(runs), "");
  must(add_intervals(record, {.level = level, .profile = profile}, work.executor, work));
  return record;
}

// The record with a bootstrap, and its intervals of the bootstrap's level.
FitRecord with_bootstrap(const FitRecord& record, std::string_view by, std::size_t replicates,
                         std::uint64_t seed, double level, Work& work) {
  level_of(level);
  const Bootstrap how = {.by = must(parse_resampling(by)), .replicates = replicates, .seed = seed};
  const nb::gil_scoped_release released;
  FitRecord made = record;
  Draws draws = must(bootstrap(made.fit, how, work.executor, work));
  add_bootstrap(made, std::move(draws), level);
  return made;
}

// The same fit with other clusters: one number a row.
FitRecord with_clusters(const FitRecord& record, const Frame& frame, const nb::dict& mapping,
                        Work& work) {
  const FitRecord& old = record;
  const auto columns = fields_of<Mapping>(mapping, "mapping");
  Runs runs =
      must(map_runs(file_of(frame, columns), old.fit.law, columns, response_for(old.fit.recipe)));
  if (runs.table.rows() != old.fit.table.rows())
    fail("bootstrap.cluster",
         "the frame is no longer the one of the fit: fit again, with cluster=");
  const nb::gil_scoped_release released;
  FitRecord made = old;
  made.data.mapping = runs.data.mapping;
  made.fit.table.share(runs.table, "cluster");
  if (made.confidence)
    made.confidence = must(confidence(made.fit, made.confidence->level,
                                      !made.confidence->profile.empty(), work.executor, work));
  return made;
}

// Standard error and interval of each coefficient by a method: "sandwich", "model", "profile",
// "bootstrap".
std::vector<std::tuple<double, Pair>> coefficient_intervals(const FitRecord& record, double level,
                                                            std::string_view method, Work& work) {
  level_of(level);
  const nb::gil_scoped_release released;
  std::vector<std::tuple<double, Pair>> all;
  const Fit& fit = record.fit;
  if (method == "bootstrap") {
    if (!record.bootstrap) fail("method", "the fit has no bootstrap: call bootstrap() first");
    for (const Uncertainty& sure : uncertainties(fit, record.bootstrap->draws, level))
      all.emplace_back(sure.standard_error,
                       pair_of(std::isnan(sure.bca.low) ? sure.percentile : sure.bca));
  } else if (method == "profile") {
    for (const ProfileInterval& of : must(coefficient_profiles(fit, level, work.executor, work)))
      all.emplace_back(std::numeric_limits<double>::quiet_NaN(), pair_of(of.interval));
  } else if (method == "sandwich" || method == "model") {
    const auto kind = method == "model" ? CovarianceKind::kModel : CovarianceKind::kSandwich;
    const Covariance V = must(covariance(fit, kind));
    for (const NormalInterval& of : normal_intervals(fit, V, level))
      all.emplace_back(of.standard_error, pair_of(of.interval));
  } else {
    fail("method",
         "\"" + std::string(method) + "\" is none of sandwich, model, profile and bootstrap");
  }
  return all;
}

// Of a fit that is there; the search and its outcome.
nb::dict outcome_of(const FitRecord& record) {
  const Fit& fit = record.fit;
  nb::dict all;
  all["status"] = to_text(fit.status);
  all["usable"] = fit.usable;
  all["message"] = fit.message;
  all["objective"] = fit.objective.sum;
  all["rows"] = fit.objective.rows;
  all["at_bound"] = fit.at_bound;
  all["starts"] = fit.search.tried;
  all["descents"] = fit.search.descents;
  all["reached_best"] = fit.search.reached_best;
  all["stopped"] = fit.search.stopped || (record.bootstrap && record.bootstrap->draws.stopped);
  if (fit.errors) {
    all["rmse"] = fit.errors->rmse;
    all["relative_error"] = fit.errors->relative;
    all["r2"] = fit.errors->r2;
  }
  all["rows_read"] = record.data.rows_read;
  nb::dict left_out;
  for_each_field(record.data.left_out, [&](const auto& field) {
    left_out[field.name] = record.data.left_out.*field.kMember;
  });
  all["left_out"] = left_out;
  all["source"] = record.data.source;
  all["version"] = record.version;
  if (record.confidence) {
    all["level"] = record.confidence->level;
    all["degrees_of_freedom"] = record.confidence->degrees_of_freedom;
  }
  return all;
}

nb::list optima_of(const FitRecord& record) {
  nb::list all;
  for (const LocalOptimum& optimum : record.fit.search.optima) {
    nb::dict values, one;
    for (std::size_t i = 0; i < optimum.coefficients.size(); ++i)
      values[record.fit.law.coefficients()[i].name.c_str()] = optimum.coefficients[i];
    one["objective"] = optimum.objective;
    one["reached"] = optimum.reached;
    one["params"] = values;
    all.append(one);
  }
  return all;
}

// Of the mean by the draws of a bootstrap where there is one; NaN where it is unknown.
Range band_of(const std::optional<LossIntervals>& sure, bool of_run) {
  if (sure && !of_run && sure->bootstrap) return sure->bootstrap->percentile;
  const double none = std::numeric_limits<double>::quiet_NaN();
  if (!sure || !sure->band) return {none, none};
  return of_run ? sure->band->run : sure->band->mean;
}

// Loss, and low and high of the mean or of a run, for each row of a table of inputs, and the notes
// of the first. Rows that were not reached have NaN.
nb::tuple bands(const Model& model, const Table& table, bool of_run, std::optional<double> level,
                Work& work) {
  if (level) level_of(*level);
  constexpr std::size_t kBlock = 256;  // rows between two looks at Ctrl-C
  const std::vector<double> losses = must(predict(model.law, table));
  const std::size_t rows = table.rows();
  std::vector<double> low(rows, std::numeric_limits<double>::quiet_NaN()), high = low;
  std::vector<std::string> notes;
  const auto look_at = [&](std::size_t row) {
    Inputs inputs;
    for (const Input& input : model.law.inputs())
      inputs[input.name] = table.column(input.name)[row];
    std::vector<std::string> own;
    const IntervalRequest wanted = {.level = level};
    const Range range = band_of(loss_intervals(model, inputs, wanted, own), of_run);
    low[row] = range.low;
    high[row] = range.high;
    if (row == 0) notes = std::move(own);
  };
  {
    const nb::gil_scoped_release released;
    for (std::size_t first = 0; first < rows && !work.stop_asked(); first += kBlock) {
      const std::size_t count = std::min(kBlock, rows - first);
      work.executor.run(count, [&](std::size_t i) { look_at(first + i); });
      work.report("rows", first + count, rows);
    }
  }
  return nb::make_tuple(array_of(losses), array_of(std::move(low)), array_of(std::move(high)),
                        notes);
}

}  // namespace

void bind_fits(nb::module_& m) {
  nb::class_<Finding>(m, "Finding", "What the runs of a fit leave in doubt.")
      .def_prop_ro("kind", [](const Finding& finding) { return to_text(finding.kind); })
      .def_ro("names", &Finding::names, "Inputs, coefficients or columns that it is about.")
      .def_ro("text", &Finding::text)
      .def("__repr__",
           [](const Finding& f) { return "<" + to_text(f.kind) + ": " + f.text + ">"; });

  nb::class_<FitRecord>(m, "FitRecord")
      .def_prop_ro("law", [](const FitRecord& record) { return record.fit.law; })
      .def_prop_ro("recipe", [](const FitRecord& record) { return dict_of(record.fit.recipe); })
      .def_prop_ro("mapping", [](const FitRecord& record) { return dict_of(record.data.mapping); })
      .def_prop_ro("outcome", outcome_of)
      .def_prop_ro("optima", optima_of)
      .def_prop_ro("notes", [](const FitRecord& record) { return record.fit.notes; })
      .def_prop_ro("warnings", &warnings_on)
      .def_prop_ro("findings",
                   [](const FitRecord& record) {
                     return record.confidence ? record.confidence->findings
                                              : std::vector<Finding>();
                   })
      .def_prop_ro("weak_directions",
                   [](const FitRecord& record) {
                     std::vector<std::pair<double, std::string>> all;
                     if (record.confidence)
                       for (const WeakDirection& weak : record.confidence->identifiability.weak)
                         all.emplace_back(weak.relative_error, weak.text);
                     return all;
                   })
      .def_prop_ro("lack_of_fit",
                   [](const FitRecord& record)
                       -> std::optional<std::tuple<double, double, std::vector<std::string>>> {
                     if (!record.confidence || !record.confidence->lack_of_fit.untested.empty())
                       return std::nullopt;
                     const LackOfFit& test = record.confidence->lack_of_fit;
                     return std::tuple(test.F, test.p, test.inputs);
                   })
      .def_prop_ro("table", [](const FitRecord& record) { return record.fit.table; })
      .def_prop_ro("has_bootstrap",
                   [](const FitRecord& record) { return record.bootstrap.has_value(); })
      .def_prop_ro(
          "draws",
          [](nb::handle self) -> std::optional<Matrix> {
            const auto& record = nb::cast<const FitRecord&>(self);
            if (!record.bootstrap) return std::nullopt;
            const Draws& draws = record.bootstrap->draws;
            const std::size_t columns = record.fit.law.coefficients().size();
            return Matrix(draws.values.data(), {draws.size(), columns}, self);
          },
          nb::rv_policy::automatic)
      .def_prop_ro("bootstrap",
                   [](const FitRecord& record) -> std::optional<nb::dict> {
                     if (!record.bootstrap) return std::nullopt;
                     const Draws& draws = record.bootstrap->draws;
                     nb::dict all;
                     all["by"] = to_text(draws.how.by);
                     all["replicates"] = draws.how.replicates;
                     all["seed"] = draws.how.seed;
                     all["units"] = draws.units;
                     all["failed"] = draws.count(FitStatus::kFailed);
                     all["stopped"] = draws.stopped;
                     all["level"] = record.bootstrap->level;
                     return all;
                   })
      .def(
          "covariance",
          [](const FitRecord& record, bool model) {
            const auto kind = model ? CovarianceKind::kModel : CovarianceKind::kSandwich;
            return array_of(must(covariance(record.fit, kind)).matrix);
          },
          "model"_a)
      .def("residuals",
           [](const FitRecord& record) {
             Residuals all = must(residuals(record.fit.law, record.fit.table));
             return nb::make_tuple(array_of(std::move(all.measured)),
                                   array_of(std::move(all.predicted)),
                                   array_of(std::move(all.each)));
           })
      // Why there are none; empty where there are some.
      .def_prop_ro("no_intervals",
                   [](const FitRecord& record) {
                     const auto& sure = record.confidence;
                     return sure && sure->degrees_of_freedom == 0 ? notes_on(record.fit, *sure)
                                                                  : std::vector<std::string>();
                   })
      .def("intervals", coefficient_intervals, "level"_a, "method"_a, "work"_a)
      .def("with_bootstrap", with_bootstrap, "by"_a, "replicates"_a, "seed"_a, "level"_a, "work"_a)
      .def("with_clusters", with_clusters, "frame"_a, "mapping"_a, "work"_a)
      .def("page", [](const FitRecord& record) { return fit_page(record, ""); })
      .def("json", [](const FitRecord& record) { return fit_json(record, 0, ""); })
      .def("text", &write_fit_file);

  nb::class_<Model>(m, "Model")
      .def_ro("law", &Model::law)
      .def_ro("warnings", &Model::warnings)
      .def(
          "at",
          [](const Model& model, const nb::dict& inputs, std::optional<double> level,
             bool profile) {
            if (level) level_of(*level);
            Inputs given = Arguments(inputs).rest();
            Prediction prediction = must(predict(model.law, std::move(given)));
            const nb::gil_scoped_release released;
            const IntervalRequest wanted = {.level = level, .profile = profile};
            const auto sure = loss_intervals(model, prediction.inputs, wanted, prediction.notes);
            std::map<std::string, Pair> ranges;
            if (sure && sure->band) {
              ranges["mean"] = pair_of(sure->band->mean);
              ranges["run"] = pair_of(sure->band->run);
            }
            if (sure && sure->bootstrap) ranges["bootstrap"] = pair_of(sure->bootstrap->percentile);
            if (sure && sure->profile) ranges["profile"] = pair_of(sure->profile->interval);
            return std::pair(std::move(prediction), std::move(ranges));
          },
          "inputs"_a, "level"_a.none(), "profile"_a)
      .def("bands", bands, "table"_a, "of_run"_a, "level"_a.none(), "work"_a);

  m.def("fit", fit_frame, "law"_a, "frame"_a, "mapping"_a, "recipe"_a, "box"_a, "level"_a,
        "profile"_a, "work"_a);
  m.def(
      "read_fit",
      [](std::string_view text, std::string_view source) {
        return must(read_fit_file(text, source));
      },
      "text"_a, "source"_a);
  m.def(
      "model_of_fit",
      [](const FitRecord& record, std::string_view source) {
        return must(model_of(record, source));
      },
      "record"_a, "source"_a);
  m.def("model_of_law", [](const Law& law) { return must(model_of(law)); }, "law"_a);
}

}  // namespace isoflop::python
