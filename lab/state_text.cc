#include "lab/state_text.h"

namespace isoflop::lab {

namespace {

constexpr std::string_view kFirstLine = "isoflop-lab state 1\n";

// FNV-1a, 64 bits.
std::uint64_t hash(std::string_view bytes) {
  std::uint64_t value = 14695981039346656037U;
  for (const char byte : bytes) value = (value ^ static_cast<std::uint8_t>(byte)) * 1099511628211U;
  return value;
}

}  // namespace

std::string StateWriter::text() const {
  const std::uint64_t check = hash(bytes_);
  std::string text(kFirstLine);
  text.append(reinterpret_cast<const char*>(&check), sizeof check);
  return text + bytes_;
}

StateReader::StateReader(std::string_view text) {
  if (!text.starts_with(kFirstLine) || text.size() < kFirstLine.size() + sizeof(std::uint64_t))
    return;
  std::uint64_t check = 0;
  std::memcpy(&check, text.data() + kFirstLine.size(), sizeof check);
  rest_ = text.substr(kFirstLine.size() + sizeof check);
  ok_ = hash(rest_) == check;
}

}  // namespace isoflop::lab
