#include <algorithm>
#include <string>
#include <vector>

#include "base/error.h"
#include "isoflop/bootstrap_parts.h"

namespace isoflop {

namespace {

bool are_of_one(const Bootstrap& a, const Bootstrap& b) {
  return a.by == b.by && a.replicates == b.replicates && a.seed == b.seed;
}

// Against the first part.
void check_part(const BootstrapPart& part, const std::string& name, const BootstrapPart& first,
                const std::string& first_name, Problems& problems) {
  if (part.version != first.version)
    problems.add({name}, "made by isoflop {}, and {} by {}: make all parts with one version",
                 part.version, first_name, first.version);
  if (part.vector != first.vector)
    problems.add({name},
                 "made with vectors of {}, and {} with {}, whose last bits differ: make all parts "
                 "on one kind of processor",
                 part.vector, first_name, first.vector);
  if (part.shard.count != first.shard.count)
    problems.add({name}, "it is part {}, and {} is {}: the parts of one cut are wanted",
                 to_text(part.shard), first_name, to_text(first.shard));
  if (!are_of_one(part.draws.how, first.draws.how) || part.draws.units != first.draws.units)
    problems.add({name}, "it is of another bootstrap than {}", first_name);
  if (part.draws.stopped || part.draws.size() != part.shard.size(part.draws.how.replicates))
    problems.add({name}, "it was stopped before its end: make part {} again", to_text(part.shard));
}

std::string name_of(const BootstrapPart& part, std::span<const std::string> names,
                    std::size_t place) {
  return place < names.size() ? names[place] : "part " + to_text(part.shard);
}

// The parts by their index; null where one is missing.
using Ordered = std::vector<const BootstrapPart*>;

Result<Ordered> ordered(std::span<const BootstrapPart> parts, std::span<const std::string> names,
                        bool all) {
  if (parts.empty()) return error("there are no parts to join");
  Problems problems;
  const BootstrapPart& first = parts[0];
  const std::string first_name = name_of(first, names, 0);
  Ordered order(first.shard.count);
  std::vector<std::string> taken(order.size());
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const BootstrapPart& part = parts[i];
    const std::string name = name_of(part, names, i);
    check_part(part, name, first, first_name, problems);
    if (part.shard.index >= order.size()) continue;
    std::string& other = taken[part.shard.index];
    if (!other.empty())
      problems.add({name}, "it is part {}, as is {}: give each part once", to_text(part.shard),
                   other);
    other = name;
    order[part.shard.index] = &part;
  }
  for (std::size_t i = 0; all && i < order.size(); ++i)
    if (order[i] == nullptr)
      problems.add({}, "part {} is missing: make it, too", to_text(Shard{i, order.size()}));
  if (!problems.empty()) return problems.take();
  return order;
}

// Row `row` of the shares of all parts, one after the other.
void take_row(const std::vector<double>& from, std::size_t row, std::size_t width,
              std::vector<double>& to) {
  const auto at = static_cast<std::ptrdiff_t>(row * width);
  if (at < std::ssize(from))
    to.insert(to.end(), from.begin() + at, from.begin() + at + static_cast<std::ptrdiff_t>(width));
}

Draws interleaved(const Ordered& order) {
  Draws draws;
  std::size_t longest = 0, width = 0;
  for (const BootstrapPart* part : order) {
    if (part == nullptr) {
      draws.stopped = true;
      continue;
    }
    draws.how = part->draws.how;
    draws.units = part->draws.units;
    draws.searched += part->draws.searched;
    longest = std::max({longest, part->draws.size(), part->draws.jackknife.size()});
    if (part->draws.size() > 0) width = part->draws.values.size() / part->draws.size();
  }
  for (std::size_t row = 0; row < longest; ++row)
    for (const BootstrapPart* part : order) {
      if (part == nullptr) continue;
      const Draws& own = part->draws;
      if (row < own.size()) {
        draws.status.push_back(own.status[row]);
        draws.objective.push_back(own.objective[row]);
      }
      take_row(own.values, row, width, draws.values);
      if (!draws.stopped) take_row(own.jackknife, row, width, draws.jackknife);
    }
  return draws;
}

}  // namespace

std::string to_text(const Shard& shard) {
  return std::to_string(shard.index) + "/" + std::to_string(shard.count);
}

Result<Draws> joined(std::span<const BootstrapPart> parts, std::span<const std::string> names) {
  const Result<Ordered> order = ordered(parts, names, true);
  if (!order) return std::unexpected(order.error());
  return interleaved(*order);
}

Result<Draws> joined_of_some(std::span<const BootstrapPart> parts) {
  const Result<Ordered> order = ordered(parts, {}, false);
  if (!order) return std::unexpected(order.error());
  return interleaved(*order);
}

}  // namespace isoflop
