// The runs of a design, some at a time, with a table that grows by a row as each ends.
//
// Jobs are threads of one process: a run shares nothing with another but the text, which is read
// once for all, and the table then has one writer. What a process a run would add, that a crash
// takes one run alone, the checkpoints give: whatever ends the program, the next start goes on from
// them.
#pragma once

#include <string>
#include <vector>

#include "isoflop/progress.h"
#include "isoflop/result.h"
#include "lab/table.h"

namespace isoflop::lab {

struct CampaignOptions {
  std::string output;  // the table; checkpoints are in the folder "OUTPUT.checkpoints"
  std::string curve;   // file for the loss curve, {} in it is the run's number; "": none
  unsigned jobs = 1;
  double seconds = 0;               // stop after so many; 0: at the end
  double between_checkpoints = 20;  // seconds
  Level level = Level::kBaseline;
};

struct CampaignOutcome {
  std::size_t done = 0;      // runs in the table, those of earlier starts too
  std::size_t diverged = 0;  // of this start
  std::size_t left = 0;
};

// Trains the runs that the table does not have: the largest first, so that no job waits long for
// the last one; one that starts from a model that another saves, after that. Called on `progress`
// are report() with the FLOPs of training, in units of 1e9, and stop_asked(); `said` gets a line a
// run. A stopped run is left as a checkpoint. Errors: a file that cannot be written, a start that
// cannot be read, a table or checkpoint of other runs.
Result<CampaignOutcome> run_campaign(const TrainingPlan& design, const Corpora& corpora,
                                     const CampaignOptions& options, Progress& progress,
                                     const std::function<void(const std::string&)>& said);

}  // namespace isoflop::lab
