// Places at which an acquisition is looked at, and the best of them.
#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <optional>
#include <vector>

#include "isoflop/executor.h"
#include "isoflop/optimizer.h"
#include "optimizer/acquisition.h"
#include "optimizer/random_stream.h"
#include "optimizer/surrogate.h"
#include "optimizer/unit_cube.h"

namespace isoflop {

// The part of the unit cube that is searched.
struct Region {
  UnitPlace low, high;
  static Region whole(std::size_t dimensions);
};

// Draws places of a region for a search: some anywhere, the others around the lowest values known,
// at distances from a part of the range down to a thousandth of it, or along the difference of two
// low ones, which follows a valley whatever its direction (Storn and Price 1997, differential
// evolution).
class CandidateSource {
 public:
  CandidateSource(const SearchSpace& space, const SurrogateData& data, Region region,
                  RandomStream random);
  [[nodiscard]] const Region& region() const { return region_; }
  [[nodiscard]] Eigen::MatrixXd draw(std::size_t anywhere, std::size_t around);
  // Around a place.
  [[nodiscard]] Eigen::MatrixXd near(const UnitPlace& place, double distance, std::size_t count);

 private:
  UnitPlace anywhere();
  UnitPlace around();
  UnitPlace moved(UnitPlace place, double distance);

  const SearchSpace& space_;
  Region region_;
  std::vector<UnitPlace> lowest_;  // the places of the lowest values, lowest first
  RandomStream random_;
};

// Places that must not be suggested again.
class KnownPlaces {
 public:
  void add(UnitPlace place) { places_.push_back(std::move(place)); }
  [[nodiscard]] bool has(const UnitPlace& place) const;

 private:
  std::vector<UnitPlace> places_;
};

// The place of the lowest score that is not known; nothing where all that were looked at are.
std::optional<UnitPlace> best_place(const SearchSpace& space, const SurrogateModel& model,
                                    const AcquisitionScore& score, CandidateSource& source,
                                    const KnownPlaces& known, Executor& executor);

}  // namespace isoflop
