// Arrays that start on a cache line. Speed is one reason. The other is that results are the same
// bit for bit: Eigen works on what comes before the first aligned entry one by one, and rounds it
// differently.
#pragma once

#include <cstddef>
#include <new>
#include <vector>

namespace isoflop::lab {

template <class T>
struct AlignedAllocator {
  using value_type = T;
  static constexpr std::align_val_t kAlignment{64};

  AlignedAllocator() = default;
  template <class U>
  explicit AlignedAllocator(const AlignedAllocator<U>& /*other*/) {}
  [[nodiscard]] T* allocate(std::size_t count) {
    return static_cast<T*>(::operator new(count * sizeof(T), kAlignment));
  }
  void deallocate(T* data, std::size_t /*count*/) { ::operator delete(data, kAlignment); }
  friend bool operator==(const AlignedAllocator&, const AlignedAllocator&) { return true; }
};

template <class T>
using Aligned = std::vector<T, AlignedAllocator<T>>;

}  // namespace isoflop::lab
