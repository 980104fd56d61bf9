#include "isoflop/hardware.h"

#include <string>
#include <vector>

#include "base/error.h"
#include "base/spelling.h"

namespace isoflop {

namespace {

constexpr double kSecondsPerHour = 3600, kHoursPerDay = 24;

// By the makers' data sheets, without structured sparsity.
constexpr Gpu kGpus[] = {
    {"v100", 125e12, "NVIDIA V100 SXM2, float16"}, {"a100", 312e12, "NVIDIA A100"},
    {"h100", 989e12, "NVIDIA H100 SXM"},           {"h100-pcie", 756e12, "NVIDIA H100 PCIe"},
    {"h200", 989e12, "NVIDIA H200 SXM"},           {"b200", 2250e12, "NVIDIA HGX B200"},
    {"mi250x", 383e12, "AMD Instinct MI250X"},     {"mi300x", 1307e12, "AMD Instinct MI300X"},
    {"tpu-v4", 275e12, "Google TPU v4"},           {"tpu-v5e", 197e12, "Google TPU v5e"},
    {"tpu-v5p", 459e12, "Google TPU v5p"}};

}  // namespace

std::span<const Gpu> known_gpus() { return kGpus; }

Result<Gpu> find_gpu(std::string_view name) {
  std::vector<std::string> names;
  for (const Gpu& gpu : kGpus) {
    if (gpu.name == name) return gpu;
    names.emplace_back(gpu.name);
  }
  return error("\"{}\" is not a known GPU: give {}, or its peak in FLOP/s, with hardware.peak{}",
               name, fmt::join(names, ", "), did_you_mean(name, names));
}

Spend spend(const Hardware& hardware, double flops) {
  Spend spend;
  spend.gpu_hours = flops / (hardware.peak * hardware.mfu * kSecondsPerHour);
  if (hardware.gpus) spend.days = spend.gpu_hours / *hardware.gpus / kHoursPerDay;
  if (hardware.price_per_gpu_hour) spend.money = spend.gpu_hours * *hardware.price_per_gpu_hour;
  return spend;
}

double flops_of_gpu_hours(const Hardware& hardware, double gpu_hours) {
  return gpu_hours * kSecondsPerHour * hardware.peak * hardware.mfu;
}

}  // namespace isoflop
