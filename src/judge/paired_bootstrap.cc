#include "judge/paired_bootstrap.h"

#include "base/random.h"

namespace isoflop {

double probability_lower(std::span<const double> first, std::span<const double> second,
                         std::size_t resamples, std::uint64_t seed) {
  const std::size_t rows = first.size();
  double lower = 0;
  for (std::size_t resample = 0; resample < resamples; ++resample) {
    double difference = 0;
    for (std::size_t i = 0; i < rows; ++i) {
      const double place = uniform(seed, resample, i) * static_cast<double>(rows);
      const auto row = static_cast<std::size_t>(place);
      difference += first[row] - second[row];
    }
    lower += difference < 0 ? 1 : difference == 0 ? 0.5 : 0;
  }
  return lower / static_cast<double>(resamples);
}

}  // namespace isoflop
