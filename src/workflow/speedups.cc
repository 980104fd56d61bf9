#include "workflow/speedups.h"

#include <algorithm>
#include <utility>

#include "isoflop/fields.h"

namespace isoflop {

Law speedup_law() { return *Law::from_formula("E + A/C^alpha"); }

Result<std::vector<RunsGroup>> variants_of(const RunsFile& file, const Mapping& mapping,
                                           const std::string& by) {
  return group_runs(file, speedup_law(), mapping, by, Response::kPositive);
}

Result<SpeedupRecord> find_speedup(std::vector<RunsGroup> groups, const std::string& by,
                                   const SpeedupRequest& request, Executor& executor,
                                   Progress& progress) {
  std::vector<VariantRuns> variants;
  SpeedupRecord record{.by = by, .data = groups.front().runs.data};
  record.data.left_out = {};
  for (RunsGroup& group : groups) {
    variants.push_back({.name = group.name, .table = std::move(group.runs.table)});
    for (std::string& note : group.runs.notes)
      if (std::ranges::find(record.notes, note) == record.notes.end())
        record.notes.push_back(std::move(note));
    for_each_field(record.data.left_out, [&](const auto& field) {
      record.data.left_out.*field.kMember += group.runs.data.left_out.*field.kMember;
    });
  }
  record.data.left_out.filtered = 0;  // of a variant: what the others have, too
  Result<Speedup> found = speedup(variants, request, executor, progress);
  if (!found) return std::unexpected(found.error());
  record.speedup = *std::move(found);
  record.notes.insert(record.notes.end(), record.speedup.notes.begin(), record.speedup.notes.end());
  return record;
}

}  // namespace isoflop
