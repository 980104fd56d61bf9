// isoflop: fit, compare and use neural scaling laws. All public headers, in reading order.
#pragma once

// clang-format off: this order teaches
#include "isoflop/result.h"      // a value, or an error that says what to do
#include "isoflop/conventions.h" // units of losses, counts of parameters
#include "isoflop/law.h"         // a formula with coefficients
#include "isoflop/output.h"      // ... what it predicts
#include "isoflop/table.h"       // finished runs
#include "isoflop/read_table.h"  // ... from CSV, JSON or columns in memory
#include "isoflop/gzip.h"        // ... unpacked first
#include "isoflop/robust_loss.h" // how much a residual counts
#include "isoflop/recipe.h"      // residual, loss, ranges, starts, seed
#include "isoflop/fields.h"      // ... and mapping, field by field
#include "isoflop/fit.h"         // law + table + recipe -> fit
#include "isoflop/bootstrap.h"   // fit + resampling -> intervals
#include "isoflop/bootstrap_parts.h" // ... in parts, by several processes
#include "isoflop/covariance.h"          // fit -> standard errors, normal intervals
#include "isoflop/likelihood_profile.h"  // fit -> intervals of coefficients, losses, plans that need
                                         // not be symmetric, nor end
#include "isoflop/identifiability.h"     // fit -> what is not identified by the runs
#include "isoflop/lack_of_fit.h"         // ... whether the law has the shape of the runs
#include "isoflop/findings.h"            // ... and what else they leave in doubt
#include "isoflop/confidence.h"          // ... all of it together
#include "isoflop/bayes_fit.h"   // law + table + recipe with a box -> fit, by values alone
#include "isoflop/fit_file.h"    // a fit and what goes with it -> text, and back
#include "isoflop/part_file.h"   // ... with one part of its bootstrap
#include "isoflop/holdout.h"     // which runs judge a law
#include "isoflop/compare.h"     // laws + table + hold-out -> which to believe
#include "isoflop/comparison_file.h" // ... -> text, and back
#include "isoflop/influence.h"   // fit + plan -> odd runs, and what each does to the plan
#include "isoflop/sensitivity.h" // ... -> the plan by other residuals, losses, exclusions
#include "isoflop/approaches.h"  // fit -> optimal sizes by envelope and parabolas beside it
#include "isoflop/speedup.h"     // runs of variants -> how much compute each saves at equal loss
#include "isoflop/predict.h"     // law + inputs -> loss
#include "isoflop/normal_draws.h" // fit + covariance -> draws, for the intervals of plans
#include "isoflop/loss_band.h"   // fit + inputs -> how sure that loss is
#include "isoflop/stacking.h"    // fits of the same runs -> weights to average them by
#include "isoflop/loss_draws.h"  // ... by the draws of a bootstrap
#include "isoflop/residuals.h"   // law + runs -> how far they are apart
#include "isoflop/arch.h"        // config.json -> parameters, FLOPs, memory
#include "isoflop/cost.h"        // training and serving FLOPs of a token, by formulas
#include "isoflop/plan.h"        // law + budget, or loss, and limits -> what to train; plans -> exponents
#include "isoflop/plan_draws.h"  // ... under every draw -> intervals
#include "isoflop/extrapolation.h" // fit + plan -> how far beyond the runs, and how far off there
#include "isoflop/training_rules.h" // size, tokens and FLOPs -> learning rate and batch, as published
#include "isoflop/profile.h"     // law + budget -> isoFLOP profiles, surfaces
#include "isoflop/hardware.h"    // FLOPs as GPUs, days and money
#include "isoflop/simulate.h"    // law + design -> table
#include "isoflop/optimizer.h"   // the minimum of any function from few evaluations
#include "isoflop/study.h"       // ... with a journal to go on from
#include "isoflop/tune.h"        // laws + table + hold-out -> the recipe that extrapolates best
#include "isoflop/data_set.h"    // where public runs are from, and what was published of them
#include "isoflop/claims.h"      // what papers say of other laws
#include "isoflop/reproduce.h"   // ... and what comes out
#include "isoflop/json.h"        // laws, fits, predictions and plans -> JSON
#include "isoflop/executor.h"    // threads
#include "isoflop/progress.h"    // how far long work is, and whether it should end early
