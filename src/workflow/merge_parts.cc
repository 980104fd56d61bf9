#include "workflow/merge_parts.h"

#include <utility>
#include <vector>

#include "base/error.h"
#include "isoflop/bootstrap_parts.h"
#include "workflow/fit_runs.h"

namespace isoflop {

namespace {

// All of a fit but its draws and how it was asked for.
std::string text_without_bootstrap(const FitRecord& record) {
  FitRecord bare = record;
  bare.bootstrap.reset();
  bare.command.clear();
  return write_fit_file(bare);
}

// What joined() does not see.
void check_record(const FitRecord& record, const std::string& name, const FitRecord& first,
                  const std::string& first_text, const std::string& first_name,
                  Problems& problems) {
  if (record.command != first.command)
    problems.add({name}, "it is of another command, `{}`; that of {} is `{}`", record.command,
                 first_name, first.command);
  else if (record.data.sha256 != first.data.sha256)
    problems.add({name}, "it is of another table: the SHA-256 of {} is {}, and {} has {}",
                 record.data.source, record.data.sha256, first_name, first.data.sha256);
  else if (record.version == first.version && text_without_bootstrap(record) != first_text)
    problems.add({name}, "its fit is another one than that of {}: make it again", first_name);
}

}  // namespace

Result<FitRecord> merged(std::span<const PartRecord> parts, std::span<const std::string> names) {
  Problems problems;
  std::vector<BootstrapPart> all;
  const std::string first_text =
      parts.empty() ? std::string() : text_without_bootstrap(parts[0].record);
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const FitRecord& record = parts[i].record;
    check_record(record, names[i], parts[0].record, first_text, names[0], problems);
    all.push_back({.shard = parts[i].shard,
                   .vector = parts[i].vector,
                   .version = record.version,
                   .draws = record.bootstrap->draws});
  }
  Result<Draws> draws = joined(all, names);
  if (!draws) problems.add(draws.error());
  if (!problems.empty()) return problems.take();
  FitRecord whole = parts[0].record;
  const double level = whole.bootstrap->level;
  whole.bootstrap.reset();
  add_bootstrap(whole, *std::move(draws), level);
  return whole;
}

}  // namespace isoflop
