// A planning question checked, and brought into the form that allocate() answers.
#pragma once

#include "isoflop/law.h"
#include "isoflop/plan.h"
#include "isoflop/result.h"
#include "plan/landscape.h"
#include "plan/shape.h"

namespace isoflop {

struct PlanTask {
  Setting setting;
  Shape shape;
  Amounts amounts;
  bool free_sparsity = false;
};

// What holds at all points of the question's landscape.
Setting setting_of(const PlanQuestion& question);

// All that is wrong with the question by itself, before anything is computed: values, names, too
// much or too little given, contradictions.
Result<PlanTask> read_question(const Law& law, const PlanQuestion& question);

// The tightest limit of its kind; null where there is none.
const Limit* tightest(const PlanQuestion& question, Limit::On on);
// What a limit of the question is called: its own name, or "question.limits[1]".
std::string name_of(const PlanQuestion& question, const Limit& limit);
// "active parameters (N)", "total parameters (P)", "training tokens (D)".
std::string_view words(Limit::On on);

}  // namespace isoflop
