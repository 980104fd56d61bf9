// Training FLOPs as hardware, days and money.
//
//   C = GPUs * peak * MFU * seconds
//
// MFU, model FLOPs utilisation, is the share of the peak that the FLOPs of a cost model are of
// (Chowdhery et al. 2022, arXiv:2204.02311, appendix B). It belongs to a cost model: what counts
// recomputation measures a higher one.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "isoflop/result.h"

namespace isoflop {

struct Gpu {
  std::string_view name;
  // FLOP/s, dense bfloat16 (float16 where that is not there), by its maker's data sheet
  double peak = 0;
  std::string_view what;
};
std::span<const Gpu> known_gpus();
// The error lists the names.
Result<Gpu> find_gpu(std::string_view name);

struct Hardware {
  static constexpr double kUsualMfu = 0.4;

  double peak = 0;  // FLOP/s of one GPU
  double mfu = kUsualMfu;
  std::optional<double> gpus{};
  std::optional<double> price_per_gpu_hour{};  // in whatever money
};

// What a number of FLOPs takes; a field is there where the hardware says enough.
struct Spend {
  double gpu_hours = 0;
  std::optional<double> days{};
  std::optional<double> money{};
};
Spend spend(const Hardware& hardware, double flops);

// The budget of so many GPU-hours.
double flops_of_gpu_hours(const Hardware& hardware, double gpu_hours);

}  // namespace isoflop
