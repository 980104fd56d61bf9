#include "base/value.h"

#include <limits>

namespace isoflop {

Value::Value(std::uint64_t value) {
  constexpr std::uint64_t kExactIntegers = std::uint64_t{1} << std::numeric_limits<double>::digits;
  *this =
      value <= kExactIntegers ? Value(static_cast<double>(value)) : Value(std::to_string(value));
}

Value Value::array(std::vector<Value> items) {
  Value value;
  value.kind_ = Kind::kArray;
  value.items_ = std::move(items);
  return value;
}

Value Value::object(Members members) {
  Value value;
  value.kind_ = Kind::kObject;
  value.members_ = std::move(members);
  return value;
}

double Value::number() const {
  return kind_ == Kind::kNumber ? number_ : std::numeric_limits<double>::quiet_NaN();
}

const Value* Value::find(std::string_view name) const {
  for (const auto& [key, value] : members_)
    if (key == name) return &value;
  return nullptr;
}

Value& Value::set(std::string name, Value value) {
  if (kind_ == Kind::kNull) kind_ = Kind::kObject;
  members_.emplace_back(std::move(name), std::move(value));
  return *this;
}

Value& Value::push(Value value) {
  if (kind_ == Kind::kNull) kind_ = Kind::kArray;
  items_.push_back(std::move(value));
  return *this;
}

}  // namespace isoflop
