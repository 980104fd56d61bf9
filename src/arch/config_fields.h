// The fields of a config.json as numbers: what is there, and the defaults of what is not.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "arch/model_type.h"
#include "base/object_reader.h"
#include "base/value.h"

namespace isoflop {

class ConfigFields {
 public:
  // Every field of the type is read or takes its default; what is wrong is added to `errors`, and
  // counts as 1 from then on. `config` and `errors` must outlive this.
  ConfigFields(const Value& config, const ModelType& type, DocumentErrors& errors);

  // The value of what a field sets, as a whole number; `otherwise` where the type has no such
  // field, or the value is none.
  [[nodiscard]] std::uint64_t count(Key key, std::uint64_t otherwise = 0) const;
  [[nodiscard]] bool truth(Key key, bool otherwise = false) const;
  // The list that a field is; null where there is none.
  [[nodiscard]] const Value* list(Key key) const { return got(key).list; }
  // Whether the file has it, and not as null.
  [[nodiscard]] bool given(Key key) const { return got(key).at != nullptr; }
  [[nodiscard]] std::string_view name(Key key) const { return got(key).name; }
  // Adds a problem where the field stands, or where the object starts that has none.
  template <class... Args>
  void problem_at(Key key, fmt::format_string<Args...> format, Args&&... args) const {
    errors_.add(given(key) ? *got(key).at : config_, format, std::forward<Args>(args)...);
  }

  [[nodiscard]] const std::vector<std::pair<std::string, std::string>>& defaults() const {
    return defaults_;
  }
  [[nodiscard]] const std::vector<std::string>& ignored() const { return ignored_; }

 private:
  struct Got {
    std::optional<double> number;
    const Value* list = nullptr;
    const Value* at = nullptr;  // null: a default
    std::string_view name;
  };

  [[nodiscard]] const Got& got(Key key) const { return got_[static_cast<std::size_t>(key)]; }
  Got& got(Key key) { return got_[static_cast<std::size_t>(key)]; }
  const Value* find(const Field& field);
  void read(const Field& field);
  void take_standard(const Field& field, Standard standard, bool listed);
  void check_unknown(const std::string& name, const Value& value);

  const Value& config_;
  const ModelType& type_;
  DocumentErrors& errors_;
  ObjectReader reader_;
  std::array<Got, kKeys> got_;
  std::vector<std::pair<std::string, std::string>> defaults_;
  std::vector<std::string> ignored_;
};

}  // namespace isoflop
