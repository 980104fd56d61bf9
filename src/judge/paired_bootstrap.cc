#include "judge/paired_bootstrap.h"

#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <map>

#include "base/numbers.h"
#include "base/random.h"

namespace isoflop {

namespace {

constexpr std::uint64_t kPairedStream = std::uint64_t{0x70616972} << 32;  // "pair"
constexpr double kAlike = 1e-6;
constexpr std::size_t kResamplesPerTask = 100;

void add_resample(const Sums& errors, std::uint64_t seed, std::size_t resample, Sums& sums) {
  const std::size_t units = errors[0].size();
  for (std::size_t i = 0; i < units; ++i) {
    const std::size_t unit = drawn_unit(seed, resample, i, units);
    for (std::size_t law = 0; law < errors.size(); ++law) sums[law][resample] += errors[law][unit];
  }
}

// More rows that are never held out are drawn in so many random lots: the variance of the fits is
// then known to a thirtieth, in a fraction of the time.
constexpr std::size_t kMostOthers = 2000;
constexpr std::uint64_t kOthersStream = std::uint64_t{0x6c6f7473} << 32;  // "lots"
constexpr std::size_t kMostAtOnce = 100;                                  // resamples of one task
constexpr std::size_t kCells = std::size_t{1} << 20;  // of a task's matrix of counts

using Map = Eigen::Map<const Eigen::VectorXd>;

Map as_vector(std::span<const double> values) {
  return {values.data(), static_cast<Eigen::Index>(values.size())};
}

class Resamples {
 public:
  Resamples(std::span<const JudgedLaw> laws, const Table& table, const Folds& folds,
            std::uint64_t seed)
      : laws_(laws), folds_(folds), seed_(seed), held_out_units_(held_out_units(folds)) {
    const std::vector<std::size_t> held_out = held_out_rows(folds);
    units_ = std::ranges::max(held_out_units_) + 1;
    others_ = std::min(table.rows() - held_out.size(), kMostOthers);
    gather_influence(units_of_rows(table.rows(), held_out));
    const Table judging = judging_table(table, folds);
    measured_ = as_vector(judging.column("loss"));
    weights_ = as_vector(judging.column("weight"));
  }

  // Resamples [first, last) of all sums.
  void add(std::size_t first, std::size_t last, Sums& sums) const {
    const Eigen::MatrixXd counts = unit_counts(first, last);
    Eigen::MatrixXd steps = influence_.transpose() * counts;
    steps.colwise() -= influence_.colwise().sum().transpose();  // that the rows come once each
    Eigen::Index start = 0, direction = 0;
    for (std::size_t fold = 0; fold < folds_.folds.size(); ++fold) {
      const std::size_t count = folds_.folds[fold].held_out.size();
      const auto rows = static_cast<Eigen::Index>(count);
      const auto units = std::span(held_out_units_).subspan(static_cast<std::size_t>(start), count);
      const Eigen::MatrixXd weights =
          weights_.segment(start, rows).asDiagonal() * counts(units, Eigen::all);
      for (std::size_t law = 0; law < laws_.size(); ++law) {
        const Eigen::MatrixXd& slopes = laws_[law].refits[fold].slopes;
        Eigen::MatrixXd errors = Eigen::MatrixXd::Zero(rows, counts.cols());
        if (slopes.cols() > 0) errors = slopes * steps.middleRows(direction, slopes.cols());
        errors.colwise() += as_vector(laws_[law].law.predicted).segment(start, rows) -
                            measured_.segment(start, rows);
        add_columns(errors.array().square() * weights.array(), first, sums[law]);
        direction += slopes.cols();
      }
      start += rows;
    }
  }

 private:
  // Of each row of the table, those that are never held out after the others.
  [[nodiscard]] std::vector<std::size_t> units_of_rows(
      std::size_t rows, std::span<const std::size_t> held_out) const {
    constexpr auto kNone = static_cast<std::size_t>(-1);
    std::vector<std::size_t> units(rows, kNone);
    for (std::size_t i = 0; i < held_out.size(); ++i) units[held_out[i]] = held_out_units_[i];
    const bool one_by_one = rows - held_out.size() <= kMostOthers;
    std::size_t next = 0;
    for (std::size_t row = 0; row < rows; ++row)
      if (units[row] == kNone)
        units[row] =
            units_ + (one_by_one ? next++ : random_bits(seed_, kOthersStream, row) % kMostOthers);
    return units;
  }

  void gather_influence(std::span<const std::size_t> units) {
    Eigen::Index directions = 0;
    for (const JudgedLaw& law : laws_)
      for (const OneStepRefit& refit : law.refits) directions += refit.influence.cols();
    influence_ = Eigen::MatrixXd::Zero(static_cast<Eigen::Index>(units_ + others_), directions);
    Eigen::Index direction = 0;
    for (std::size_t fold = 0; fold < folds_.folds.size(); ++fold)
      for (const JudgedLaw& law : laws_) {
        const Eigen::MatrixXd& rows = law.refits[fold].influence;
        if (rows.cols() == 0) continue;  // nothing moves, and a row of nothing has no address
        for (Eigen::Index i = 0; i < rows.rows(); ++i) {
          const std::size_t row = folds_.folds[fold].training[static_cast<std::size_t>(i)];
          influence_.row(static_cast<Eigen::Index>(units[row])).segment(direction, rows.cols()) +=
              rows.row(i);
        }
        direction += rows.cols();
      }
  }

  template <class Cells>
  static void add_columns(const Cells& cells, std::size_t first, std::vector<double>& sums) {
    const Eigen::RowVectorXd totals = cells.colwise().sum();
    for (Eigen::Index i = 0; i < totals.size(); ++i)
      sums[first + static_cast<std::size_t>(i)] += totals[i];
  }

  // How often each unit is in each resample, as columns.
  [[nodiscard]] Eigen::MatrixXd unit_counts(std::size_t first, std::size_t last) const {
    Eigen::MatrixXd counts = Eigen::MatrixXd::Zero(static_cast<Eigen::Index>(units_ + others_),
                                                   static_cast<Eigen::Index>(last - first));
    for (std::size_t resample = first; resample < last; ++resample) {
      auto column = counts.col(static_cast<Eigen::Index>(resample - first));
      for (std::size_t i = 0; i < units_; ++i)
        ++column[static_cast<Eigen::Index>(drawn_unit(seed_, resample, i, units_))];
      for (std::size_t i = 0; i < others_; ++i)
        ++column[static_cast<Eigen::Index>(units_ +
                                           drawn_unit(seed_, resample, units_ + i, others_))];
    }
    return counts;
  }

  std::span<const JudgedLaw> laws_;
  const Folds& folds_;
  std::uint64_t seed_;
  std::vector<std::size_t> held_out_units_;  // of each held-out row, fold by fold
  std::size_t units_ = 0, others_ = 0;       // of held-out rows; of rows that are never held out
  Eigen::VectorXd measured_, weights_;       // of the held-out rows, fold by fold
  // Of each unit on the fits, fold by fold and in each law by law, along all their directions.
  Eigen::MatrixXd influence_;
};

}  // namespace

std::size_t drawn_unit(std::uint64_t seed, std::size_t resample, std::size_t place,
                       std::size_t units) {
  const double share = uniform(seed, kPairedStream + resample, place);
  return static_cast<std::size_t>(share * static_cast<double>(units));
}

Sums resampled_sums(const Sums& errors, std::size_t resamples, std::uint64_t seed,
                    Executor& executor) {
  Sums sums(errors.size(), std::vector<double>(resamples));
  executor.run((resamples + kResamplesPerTask - 1) / kResamplesPerTask, [&](std::size_t block) {
    const std::size_t end = std::min((block + 1) * kResamplesPerTask, resamples);
    for (std::size_t i = block * kResamplesPerTask; i < end; ++i)
      add_resample(errors, seed, i, sums);
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

std::vector<std::size_t> held_out_units(const Folds& folds) {
  const std::vector<std::size_t> rows = held_out_rows(folds);
  std::vector<std::size_t> units = row_numbers(rows.size());
  if (folds.clusters.empty()) return units;
  std::map<double, std::size_t> numbers;
  for (std::size_t i = 0; i < rows.size(); ++i)
    units[i] = numbers.try_emplace(folds.clusters[rows[i]], numbers.size()).first->second;
  return units;
}

Sums resampled_errors(std::span<const JudgedLaw> laws, const Table& table, const Folds& folds,
                      std::size_t resamples, std::uint64_t seed, Executor& executor) {
  const Resamples source(laws, table, folds, seed);
  Sums sums(laws.size(), std::vector<double>(resamples));
  const std::size_t block = std::clamp(kCells / table.rows(), std::size_t{1}, kMostAtOnce);
  executor.run((resamples + block - 1) / block, [&](std::size_t i) {
    source.add(i * block, std::min((i + 1) * block, resamples), sums);
  });
  return sums;
}

}  // namespace isoflop
