// Numbers in order.
#pragma once

#include <Eigen/Core>
#include <algorithm>
#include <vector>

namespace isoflop {

// The indices of the numbers, that of the smallest first; of equals, the earlier.
inline std::vector<Eigen::Index> ascending(const Eigen::VectorXd& numbers) {
  std::vector<Eigen::Index> order;
  for (Eigen::Index i = 0; i < numbers.size(); ++i) order.push_back(i);
  std::ranges::stable_sort(order, {}, [&](Eigen::Index i) { return numbers[i]; });
  return order;
}

}  // namespace isoflop
