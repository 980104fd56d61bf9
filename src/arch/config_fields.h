// The fields of a config.json, and the values of the formulas over them (model_type.h).
#pragma once

#include <map>
#include <set>
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
  // Reads every field of the type; what is wrong is added to `errors`, and counts as 1 from then
  // on. What `config` does not have is taken from `outer`, the file that it is an object of, or
  // null. All must outlive this.
  ConfigFields(const Value& config, const Value* outer, const ModelType& type,
               DocumentErrors& errors);

  // The value of a formula in a layer.
  double value(const Ast& formula, double layer);
  // That of a field or a definition; 0 where the type has neither.
  double value(std::string_view name, double layer = 0);
  // Whether what was evaluated since the last call depends on the layer.
  bool take_varies() { return std::exchange(varies_, false); }

  // Whether the file has the field that sets it, and not as null.
  [[nodiscard]] bool given(std::string_view sets) const { return at(sets) != nullptr; }
  // Adds a problem where the field stands that sets it, or where the object starts. {} is its name.
  template <class... Args>
  void problem_at(std::string_view sets, fmt::format_string<Args...> format, Args&&... args) const {
    const Value* value = at(sets);
    errors_.add(value != nullptr ? *value : config_, format, std::forward<Args>(args)...);
  }
  // The name of the field that sets it.
  [[nodiscard]] std::string_view name(std::string_view sets) const;

  // What was taken for fields that are not there and count.
  [[nodiscard]] std::vector<std::pair<std::string, std::string>> defaults() const;
  [[nodiscard]] const std::vector<std::string>& ignored() const { return ignored_; }

 private:
  struct Got {
    const Field* field = nullptr;
    const Value* at = nullptr;      // null: not there, or null
    const Ast* standard = nullptr;  // what is taken then, or where a list ends
    std::vector<double> values;     // one, or one a layer
    bool by_layer = false;
    bool missing = false;  // from the file, not null
    bool used = false;     // the standard
  };
  // A value with the object that it is a member of.
  struct Found {
    const Value* parent = nullptr;
    std::string member;
    const Value* value = nullptr;
  };

  [[nodiscard]] const Value* at(std::string_view sets) const;
  Found find_under(std::string_view name);
  Found find(const Field& field);
  void read(const Field& field);
  void read_value(const Found& found, Got& got);
  void read_texts(const Found& found, Got& got);
  void read_letters(const Found& found, Got& got);
  void read_layers(const Found& found, Got& got);
  double value_of(Got& got, double layer);
  void check_unknown(const std::string& name, const Value& value);

  const Value& config_;
  const Value* outer_;
  const ModelType& type_;
  DocumentErrors& errors_;
  ObjectReader reader_;
  std::map<std::string, Got, std::less<>> got_;
  std::map<std::string, double, std::less<>> known_;  // that depend on no layer
  bool varies_ = false;
  std::vector<std::string> ignored_;
};

}  // namespace isoflop
