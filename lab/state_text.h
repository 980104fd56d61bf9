// The bytes of checkpoints: values one after another, behind a first line that says what it is and
// a hash of the rest. The machine's own byte order: a checkpoint goes on where it was written.
#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace isoflop::lab {

class StateWriter {
 public:
  template <class T>
  void value(const T& value) {
    static_assert(std::is_trivially_copyable_v<T>);
    bytes_.append(reinterpret_cast<const char*>(&value), sizeof value);
  }
  template <class T, class Allocator>
  void list(const std::vector<T, Allocator>& values) {
    static_assert(std::is_trivially_copyable_v<T>);
    value(static_cast<std::uint64_t>(values.size()));
    bytes_.append(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T));
  }
  [[nodiscard]] std::string text() const;

 private:
  std::string bytes_;
};

// Reads in the same order. Where the text is cut off or damaged values are zero and ok() is false.
class StateReader {
 public:
  explicit StateReader(std::string_view text);
  [[nodiscard]] bool ok() const { return ok_; }
  [[nodiscard]] bool at_end() const { return ok_ && rest_.empty(); }
  template <class T>
  void value(T& value) {
    take(&value, sizeof value);
  }
  template <class T, class Allocator>
  void list(std::vector<T, Allocator>& values) {
    std::uint64_t count = 0;
    value(count);
    if (!ok_ || count > rest_.size() / sizeof(T)) {
      ok_ = false;
      return;
    }
    values.resize(static_cast<std::size_t>(count));
    take(values.data(), values.size() * sizeof(T));
  }

 private:
  void take(void* to, std::size_t size) {
    ok_ = ok_ && size <= rest_.size();
    if (!ok_ || size == 0) return;
    std::memcpy(to, rest_.data(), size);
    rest_.remove_prefix(size);
  }
  std::string_view rest_;
  bool ok_ = false;
};

}  // namespace isoflop::lab
