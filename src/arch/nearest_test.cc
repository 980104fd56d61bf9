#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "isoflop/arch.h"

namespace isoflop {
namespace {

std::vector<NearArchitecture> nearest(double N, double P) {
  const Result<std::vector<NearArchitecture>> found = nearest_architectures({.N = N, .P = P});
  EXPECT_TRUE(found) << N << " " << P << ": " << found.error().text();
  return found ? *found : std::vector<NearArchitecture>{};
}

// What a planner wants can be built: sizes from 100M to 400B, dense and up to 18 times as many
// parameters as are active.
TEST(NearestArchitectures, ComeNear) {
  for (const double N : {1e8, 1.3e9, 7e9, 37e9, 4e11})
    for (const double ratio : {1.0, 3.0, 10.0, 18.0}) {
      const std::vector<NearArchitecture> found = nearest(N, ratio > 1 ? ratio * N : 0);
      ASSERT_FALSE(found.empty());
      const double off_N = std::log(static_cast<double>(found[0].parameters.active) / N);
      const double off_P = std::log(static_cast<double>(found[0].parameters.total) / (ratio * N));
      EXPECT_LT(found[0].distance, 0.05) << N << " " << ratio;
      EXPECT_NEAR(found[0].distance, ratio > 1 ? std::hypot(off_N, off_P) : std::abs(off_N), 1e-12);
    }
}

TEST(NearestArchitectures, AreSensible) {
  for (const auto& [N, P] : {std::pair{1.3e9, 0.0}, {1.3e9, 7e9}, {1e8, 0}, {37e9, 671e9}}) {
    const std::vector<NearArchitecture> found = nearest(N, P);
    EXPECT_GE(found.size(), 3u);
    for (const NearArchitecture& near : found) {
      const Architecture& model = near.model;
      const double aspect = static_cast<double>(model.width) / static_cast<double>(model.layers);
      EXPECT_GE(aspect, 32);
      EXPECT_LE(aspect, 160);
      EXPECT_EQ(model.heads * model.key_size, model.width);
      EXPECT_EQ(model.heads % model.key_value_heads, 0u);
      EXPECT_LE(2 * model.active_experts, model.experts);
    }
  }
}

TEST(NearestArchitectures, AreModernAndTheBestFitIsFirst) {
  for (const auto& [N, P] : {std::pair{1.3e9, 7e9}, {3.3e9, 30e9}, {37e9, 671e9}}) {
    double last = 0;
    for (const NearArchitecture& near : nearest(N, P)) {
      EXPECT_GE(near.model.experts, 64u);
      EXPECT_EQ(near.model.active_experts, 8u);
      EXPECT_EQ(near.model.shared_inner, near.model.expert_inner);
      EXPECT_GE(near.distance, last);
      last = near.distance;
    }
  }
}

TEST(NearestArchitectures, ReadBackToTheSameCounts) {
  for (const auto& [N, P] : {std::pair{1.3e9, 0.0}, {1e8, 0.0}, {1.3e9, 7e9}, {37e9, 671e9}})
    for (const NearArchitecture& near : nearest(N, P)) {
      const Result<Architecture> back = read_architecture(write_config(near.model), "config.json");
      ASSERT_TRUE(back) << back.error().text();
      EXPECT_EQ(count_parameters(*back).total, near.parameters.total);
      EXPECT_EQ(count_parameters(*back).active, near.parameters.active);
      EXPECT_EQ(flops_per_token(*back, 4096).training(),
                flops_per_token(near.model, 4096).training());
      EXPECT_EQ(kv_cache_bytes_per_token(*back), kv_cache_bytes_per_token(near.model));
    }
}

TEST(NearestArchitectures, RefuseWhatCannotBe) {
  EXPECT_FALSE(nearest_architectures({.N = 0}));
  EXPECT_FALSE(nearest_architectures({.N = -1e9}));
  EXPECT_FALSE(nearest_architectures({.N = std::nan("")}));
  EXPECT_FALSE(nearest_architectures({.N = 1e9, .P = 1e8}));
  EXPECT_FALSE(nearest_architectures({.N = 1e9, .P = 1e14}));
  EXPECT_FALSE(nearest_architectures({.N = 10}));
  EXPECT_FALSE(nearest_architectures({.N = 1e300}));
}

}  // namespace
}  // namespace isoflop
