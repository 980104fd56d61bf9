// Questions to models: plans, profiles, predicted losses, and what the runs of a fit do to a plan.
#include <utility>

#include "report/json/json.h"
#include "web/engine/engine.h"
#include "web/engine/request.h"
#include "workflow/fit_report.h"
#include "workflow/intervals.h"
#include "workflow/plans.h"
#include "workflow/read_plan_request.h"

namespace isoflop {

namespace {

// Values of a law's inputs, under their names.
Inputs read_inputs(ObjectReader& request, Problems& problems) {
  const Value* const given = request.need("inputs", Value::Kind::kObject);
  if (given == nullptr) return {};
  Result<PlanRequest> read = read_plan_request(Value::object({{"inputs", *given}}));
  if (read) return std::move(read->question.inputs);
  problems.add(read.error());
  return {};
}

}  // namespace

Engine::Answer Engine::plan(ObjectReader& request) {
  const Result<std::vector<Model>> asked = models(request);
  const Value* const given = request.need("question", Value::Kind::kObject);
  const std::string by = request.text("by", "");
  if (!by.empty() && by != "cost") request.problem_at("by", "\"{}\" is not cost", by);
  if (const auto read = check_read(request); !read) return std::unexpected(read.error());
  if (!asked) return std::unexpected(asked.error());
  const Result<PlanRequest> question = read_question(*given);
  if (!question) return std::unexpected(question.error());
  if (question->intervals.profile)
    if (const auto ok = check_profiles((*asked)[0]); !ok) return std::unexpected(ok.error());
  if (by == "cost")
    return written(plan_by_cost((*asked)[0], *question, executor_, progress_), plan_ways_json);
  if (asked->size() > 1)
    return written(plan_by_law(*asked, *question, executor_, progress_), plan_ways_json);
  return written(
      plan_all((*asked)[0], *question, executor_, progress_), [](const FrontierRecord& record) {
        return record.plans.size() > 1 ? frontier_json(record, "") : plan_json(record.plans[0]);
      });
}

Engine::Answer Engine::profile(ObjectReader& request) {
  const Result<std::vector<Model>> asked = models(request);
  const Value* const given = request.need("question", Value::Kind::kObject);
  ProfileRequest along;
  if (request.has("axis")) along.axis = request.parsed("axis", parse_axis);
  if (request.has("points")) along.points = request.count("points");
  along.span = request.has("span") ? request.range("span") : std::nullopt;
  if (const auto read = check_read(request); !read) return std::unexpected(read.error());
  if (!asked) return std::unexpected(asked.error());
  const Result<PlanRequest> question = read_question(*given);
  if (!question) return std::unexpected(question.error());
  return written(plan_profile(*asked, *question, along),
                 [](const ProfileRecord& record) { return profile_json(record, ""); });
}

Engine::Answer Engine::predict(ObjectReader& request) {
  const std::string text = request.text("model");
  Problems problems;
  const Inputs inputs = read_inputs(request, problems);
  const IntervalRequest wanted = {.level = read_level(request, kUsualLevel),
                                  .profile = read_profile(request)};
  if (const auto read = check_read(request); !read) return std::unexpected(read.error());
  if (!problems.empty()) return problems.take();
  const Result<Model> asked = model(text);
  if (!asked) return std::unexpected(asked.error());
  if (wanted.profile)
    if (const auto ok = check_profiles(*asked); !ok) return std::unexpected(ok.error());
  Result<Prediction> prediction = isoflop::predict(asked->law, inputs);
  if (!prediction) return std::unexpected(prediction.error());
  const std::optional<LossIntervals> sure =
      loss_intervals(*asked, prediction->inputs, wanted, prediction->notes);
  return predict_json(asked->law, *prediction, sure, {}, asked->warnings);
}

Engine::Answer Engine::check(ObjectReader& request) {
  const std::string id = request.text("fit");
  Problems problems;
  NextPlan next;
  if (request.has("inputs")) next.inputs = read_inputs(request, problems);
  if (request.has("flops")) next.flops = request.number("flops");
  if (request.has("sparsity")) next.sparsity = request.number("sparsity");
  if (const auto read = check_read(request); !read) return std::unexpected(read.error());
  if (!problems.empty()) return problems.take();
  const Result<Model> asked = model(id);
  if (!asked) return std::unexpected(asked.error());
  return written(check_fit(*asked, next, executor_, progress_),
                 [](const CheckRecord& record) { return check_json(record, 0); });
}

}  // namespace isoflop
