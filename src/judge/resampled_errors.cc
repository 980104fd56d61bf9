#include "judge/resampled_errors.h"

#include <Eigen/Core>
#include <algorithm>
#include <map>

#include "judge/row_numbers.h"

namespace isoflop {

namespace {

constexpr std::size_t kMostAtOnce = 100;              // resamples of one task
constexpr std::size_t kCells = std::size_t{1} << 20;  // of a task's matrix of counts

using Map = Eigen::Map<const Eigen::VectorXd>;

Map as_vector(std::span<const double> values) {
  return {values.data(), static_cast<Eigen::Index>(values.size())};
}

class Resamples {
 public:
  Resamples(std::span<const JudgedLaw> laws, const Table& table, const Folds& folds,
            std::uint64_t seed)
      : laws_(laws), folds_(folds), seed_(seed), rows_(table.rows()) {
    const std::vector<std::size_t> held_out = held_out_rows(folds), units = held_out_units(folds);
    units_ = std::ranges::max(units) + 1;
    unit_of_row_.assign(rows_, 0);
    std::vector<bool> judges(rows_, false);
    for (std::size_t i = 0; i < held_out.size(); ++i) {
      unit_of_row_[held_out[i]] = units[i];
      judges[held_out[i]] = true;
    }
    for (std::size_t row = 0; row < rows_; ++row)
      if (!judges[row]) unit_of_row_[row] = units_ + others_++;
    const Table judging = table.select(held_out);
    measured_ = as_vector(judging.column("loss"));
    weights_ = judging.has("weight") ? Eigen::VectorXd(as_vector(judging.column("weight")))
                                     : Eigen::VectorXd::Ones(measured_.size());
  }

  // Resamples [first, last) of all sums.
  void add(std::size_t first, std::size_t last, Sums& sums) const {
    const Eigen::MatrixXd counts = row_counts(first, last);
    Eigen::Index start = 0;
    for (std::size_t fold = 0; fold < folds_.folds.size(); ++fold) {
      const auto& held_out = folds_.folds[fold].held_out;
      const auto rows = static_cast<Eigen::Index>(held_out.size());
      const Eigen::MatrixXd weights =
          weights_.segment(start, rows).asDiagonal() * counts(held_out, Eigen::all);
      const Eigen::MatrixXd more =
          counts(folds_.folds[fold].training, Eigen::all).array() - 1;  // than there are
      for (std::size_t law = 0; law < laws_.size(); ++law) {
        const OneStepRefit& refit = laws_[law].refits[fold];
        Eigen::MatrixXd errors = refit.slopes * (refit.influence.transpose() * more);
        errors.colwise() += as_vector(laws_[law].law.predicted).segment(start, rows) -
                            measured_.segment(start, rows);
        add_columns(errors.array().square() * weights.array(), first, sums[law]);
      }
      start += rows;
    }
  }

 private:
  template <class Cells>
  static void add_columns(const Cells& cells, std::size_t first, std::vector<double>& sums) {
    const Eigen::RowVectorXd totals = cells.colwise().sum();
    for (Eigen::Index i = 0; i < totals.size(); ++i)
      sums[first + static_cast<std::size_t>(i)] += totals[i];
  }

  // How often each row of the table is in each resample, as columns.
  [[nodiscard]] Eigen::MatrixXd row_counts(std::size_t first, std::size_t last) const {
    Eigen::MatrixXd counts(rows_, last - first);
    std::vector<double> drawn(units_ + others_);
    for (std::size_t resample = first; resample < last; ++resample) {
      std::ranges::fill(drawn, 0);
      for (std::size_t i = 0; i < units_; ++i) ++drawn[drawn_unit(seed_, resample, i, units_)];
      for (std::size_t i = 0; i < others_; ++i)
        ++drawn[units_ + drawn_unit(seed_, resample, units_ + i, others_)];
      for (std::size_t row = 0; row < rows_; ++row)
        counts(static_cast<Eigen::Index>(row), static_cast<Eigen::Index>(resample - first)) =
            drawn[unit_of_row_[row]];
    }
    return counts;
  }

  std::span<const JudgedLaw> laws_;
  const Folds& folds_;
  std::uint64_t seed_;
  std::size_t rows_;
  std::size_t units_ = 0, others_ = 0;  // of held-out rows; rows that are never held out
  std::vector<std::size_t> unit_of_row_;
  Eigen::VectorXd measured_, weights_;  // of the held-out rows, fold by fold
};

}  // namespace

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
