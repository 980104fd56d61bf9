// The engine of the page: requests and answers are JSON texts, which web/src/engine/protocol.ts
// describes field by field.
//
//   Engine engine(executor, progress);
//   engine.call(R"({"do": "open", "id": "runs", "files": [{"name": "runs.csv", "text": "..."}]})");
//   engine.call(R"({"do": "fit", "id": "fit", "table": "runs", "law": "hoffmann2022"})");
//
// Each request is a function of the library's workflow with its struct read and its result written;
// nothing is computed here. What is opened or fitted stays under its id.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/object_reader.h"
#include "isoflop/executor.h"
#include "isoflop/fit_file.h"
#include "isoflop/progress.h"
#include "isoflop/result.h"
#include "workflow/model.h"
#include "workflow/runs.h"

namespace isoflop {

class Engine {
 public:
  Engine(Executor& executor, Progress& progress) : executor_(executor), progress_(progress) {}

  // {"ok": ...}, or {"problems": [...], "more": 0, "kind": "input"}, in one text. What is no
  // request is a problem too.
  std::string call(std::string_view request);

 private:
  using Answer = Result<std::string>;  // JSON
  using Handler = Answer (Engine::*)(ObjectReader& request);
  struct Kind {
    std::string_view name;
    Handler handle;
  };
  static const Kind kKinds[];

  Answer answer(std::string_view request);

  // describe.cc: what the engine knows
  Answer version(ObjectReader& request);
  Answer laws(ObjectReader& request);
  Answer law(ObjectReader& request);
  Answer examples(ObjectReader& request);
  Answer fields(ObjectReader& request);
  // open.cc: what comes in and goes out
  Answer open(ObjectReader& request);
  Answer open_example(ObjectReader& request);
  Answer map(ObjectReader& request);
  Answer save(ObjectReader& request);
  Answer close(ObjectReader& request);
  Answer opened_table(const std::string& id, RunsFile file, const Mapping& mapping,
                      std::vector<std::string> texts, Value example);
  // fit.cc
  Answer fit(ObjectReader& request);
  Answer bootstrap_part(ObjectReader& request);
  Answer merge(ObjectReader& request);
  Answer compare(ObjectReader& request);
  // plan.cc
  Answer plan(ObjectReader& request);
  Answer profile(ObjectReader& request);
  Answer predict(ObjectReader& request);
  Answer check(ObjectReader& request);
  // report.cc
  Answer report(ObjectReader& request);

  // The errors of these name the id as it was asked for.
  Result<const RunsFile*> table(const std::string& id) const;
  Result<Model> model(const std::string& text) const;  // a fit, or a law that has values
  Result<std::vector<Model>> models(ObjectReader& request) const;
  Result<FitRecord> usable_fit(const std::string& id) const;

  struct Fitted {
    std::string name;  // in messages
    FitRecord record;
  };
  Executor& executor_;
  Progress& progress_;
  std::map<std::string, RunsFile> tables_;
  std::map<std::string, Fitted> fits_;
  std::map<std::string, std::string> comparisons_;  // the texts of their files
};

}  // namespace isoflop
