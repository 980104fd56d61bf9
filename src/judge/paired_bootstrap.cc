#include "judge/paired_bootstrap.h"

#include <algorithm>
#include <cmath>

#include "base/random.h"

namespace isoflop {

namespace {

constexpr std::uint64_t kPairedStream = std::uint64_t{0x70616972} << 32;  // "pair"
constexpr double kAlike = 1e-6;
constexpr std::size_t kBlock = 100;  // resamples of one task

void add_resample(const Sums& errors, std::uint64_t seed, std::size_t resample, Sums& sums) {
  const std::size_t units = errors[0].size();
  for (std::size_t i = 0; i < units; ++i) {
    const std::size_t unit = drawn_unit(seed, resample, i, units);
    for (std::size_t law = 0; law < errors.size(); ++law) sums[law][resample] += errors[law][unit];
  }
}

}  // namespace

std::size_t drawn_unit(std::uint64_t seed, std::size_t resample, std::size_t place,
                       std::size_t units) {
  const double share = uniform(seed, kPairedStream + resample, place);
  return static_cast<std::size_t>(share * static_cast<double>(units));
}

Sums resampled_sums(const Sums& errors, std::size_t resamples, std::uint64_t seed,
                    Executor& executor) {
  Sums sums(errors.size(), std::vector<double>(resamples));
  executor.run((resamples + kBlock - 1) / kBlock, [&](std::size_t block) {
    const std::size_t end = std::min((block + 1) * kBlock, resamples);
    for (std::size_t i = block * kBlock; i < end; ++i) add_resample(errors, seed, i, sums);
  });
  return sums;
}

double probability_lower(std::span<const double> first, std::span<const double> second) {
  double lower = 0;
  for (std::size_t i = 0; i < first.size(); ++i) {
    const double difference = second[i] - first[i];
    if (std::abs(difference) <= kAlike * (first[i] + second[i]))
      lower += 0.5;
    else if (difference > 0)
      lower += 1;
  }
  return lower / static_cast<double>(first.size());
}

}  // namespace isoflop
