// Planning questions from documents: the fields are the flags of `isoflop plan`, with underscores.
//
//   {"flops": [1e21, "1e22"], "sparsity": "2:4", "max_total": "400B", "gpu": "H100", "gpus": 64}
//
// A number may be a text as people write it. What is none of the fields is an input of the law, as
// are the members of "inputs".
#pragma once

#include "base/value.h"
#include "isoflop/result.h"
#include "workflow/plans.h"

namespace isoflop {

// All problems at once, each with the field as its source. What the values mean together is known
// when the question is asked.
Result<PlanRequest> read_plan_request(const Value& given);

}  // namespace isoflop
