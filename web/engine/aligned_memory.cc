// The two functions of Highway's library that the core calls: that library is of the machine that
// builds, not of the one that runs this.
#include <hwy/aligned_allocator.h>

#include <cstdlib>

namespace hwy {

void* AllocateAlignedBytes(std::size_t payload_size, AllocPtr /*alloc*/, void* /*opaque*/) {
  const std::size_t whole = (payload_size + HWY_ALIGNMENT - 1) / HWY_ALIGNMENT * HWY_ALIGNMENT;
  return whole < payload_size ? nullptr : std::aligned_alloc(HWY_ALIGNMENT, whole);
}

void FreeAlignedBytes(const void* pointer, FreePtr /*free*/, void* /*opaque*/) {
  std::free(const_cast<void*>(pointer));
}

}  // namespace hwy
