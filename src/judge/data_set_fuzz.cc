// Any text is a data-set file or an error; what a data set names can be looked up and read.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "isoflop/data_set.h"
#include "isoflop/holdout.h"

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

bool is_set(std::string_view spec) {
  const isoflop::Result<isoflop::Law> law = isoflop::find_law(spec);
  return law && law->has_values();
}

void check(const isoflop::PublishedFit& fit) {
  require(is_set(fit.law));
  require(fit.tolerance > 0 && fit.tolerance < 1);
  const isoflop::Result<isoflop::Law> law = isoflop::find_law(fit.law);
  if (!fit.errors) return;
  require(fit.errors->tolerance > 0 && fit.errors->tolerance < 1);
  for (const auto& [name, error] : fit.errors->standard_errors)
    require(law->coefficient_index(name).has_value() && error > 0);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const isoflop::Result<isoflop::DataSet> set = isoflop::read_data_set(text, "fuzz.toml");
  if (!set) return 0;
  require(!set->key.empty() && !set->file.empty() && set->sha256.size() == 64);
  require(set->url.starts_with("https://") || (set->url.empty() && !set->made.empty()));
  require(!set->file.contains('/'));
  for (const isoflop::PublishedFit& fit : set->fits) check(fit);
  for (const isoflop::PublishedPoint& point : set->points)
    require(is_set(point.law) && point.loss > 0 && point.tolerance > 0);
  for (const isoflop::Contest& contest : set->contests) {
    require(is_set(contest.law) && isoflop::parse_holdout(contest.holdout).has_value());
    for (const std::string& rival : contest.rivals) require(isoflop::find_law(rival).has_value());
  }
  return 0;
}
