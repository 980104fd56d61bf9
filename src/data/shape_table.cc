#include "data/shape_table.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "base/listed.h"
#include "law/token.h"

namespace isoflop {

namespace {

constexpr std::string_view kFile = "file", kRun = "run", kBetween = " - ";

// A table made of others, by the row and the column that each cell comes from.
class MadeTable : public RawTable {
 protected:
  using RawTable::RawTable;
  [[nodiscard]] std::size_t line(std::size_t row) const override { return place(row).line; }
};

// ---- a column a run

// "dense - 1B - loss" is the loss of "dense - 1B". W&B adds the least and the most of what it drew
// as one point.
struct RunColumn {
  std::string run, metric;
};
std::optional<RunColumn> run_column(std::string_view name) {
  const std::size_t at = name.rfind(kBetween);
  if (at == name.npos || at == 0) return std::nullopt;
  return RunColumn{std::string(name.substr(0, at)), std::string(name.substr(at + kBetween.size()))};
}

class LongTable final : public MadeTable {
 public:
  explicit LongTable(RawTablePointer wide) : MadeTable(wide->source()), wide_(std::move(wide)) {}

  Result<void> read() {
    std::vector<std::string> names;
    for (std::size_t i = 0; i < wide_->columns(); ++i) {
      const std::string& name = wide_->names()[i];
      if (run_column(name)) continue;
      names.push_back(name);
      shared_.push_back(i);
    }
    names.emplace_back(kRun);
    const std::size_t before = names.size();
    std::map<std::string, std::size_t> runs;
    for (std::size_t i = 0; i < wide_->columns(); ++i) {
      const std::optional<RunColumn> column = run_column(wide_->names()[i]);
      if (!column || column->metric.ends_with("__MIN") || column->metric.ends_with("__MAX"))
        continue;
      const auto metric = std::ranges::find(names.begin() + static_cast<std::ptrdiff_t>(before),
                                            names.end(), column->metric);
      const auto at = static_cast<std::size_t>(metric - names.begin());
      if (metric == names.end()) names.push_back(column->metric);
      const auto [run, is_new] = runs.try_emplace(column->run, runs_.size());
      if (is_new) runs_.push_back({column->run, {}});
      runs_[run->second].columns.resize(names.size() - before);
      std::optional<std::size_t>& cell = runs_[run->second].columns[at - before];
      if (cell)
        return error_at({source()}, "two columns are called \"{}\"; rename one", wide_->names()[i]);
      cell = i;
    }
    if (runs_.empty())
      return error_at(
          {source()},
          "mapping.wide: no column is called \"run - metric\", as \"a - loss\"; it has {}",
          listed(wide_->names()));
    for (std::size_t i = before; i < names.size(); ++i)
      if (std::ranges::find(names.begin(), names.begin() + static_cast<std::ptrdiff_t>(before),
                            names[i]) != names.begin() + static_cast<std::ptrdiff_t>(before))
        return error_at({source()}, "\"{}\" is a column and a metric of runs; rename one",
                        names[i]);
    first_metric_ = before;
    set_names(std::move(names));
    add_rows();
    return {};
  }

  [[nodiscard]] std::size_t rows() const override { return rows_.size(); }
  [[nodiscard]] std::string label(std::size_t row) const override {
    return fmt::format("{}{}: ", wide_->label(rows_[row].row), runs_[rows_[row].run].name);
  }
  [[nodiscard]] Place place(std::size_t row) const override { return wide_->place(rows_[row].row); }
  [[nodiscard]] RowNames names_of(std::span<const std::size_t> rows) const override {
    std::vector<std::size_t> of;
    for (const std::size_t row : rows) of.push_back(rows_[row].row);
    return wide_->names_of(of);
  }
  [[nodiscard]] std::string_view cell(std::size_t row, std::size_t column,
                                      std::string& scratch) const override {
    const auto& [wide_row, run] = rows_[row];
    if (column < shared_.size()) return wide_->cell(wide_row, shared_[column], scratch);
    if (column < first_metric_) return runs_[run].name;
    const std::optional<std::size_t> from = cell_of(run, column - first_metric_);
    return from ? wide_->cell(wide_row, *from, scratch) : "";
  }

 private:
  struct Run {
    std::string name;
    std::vector<std::optional<std::size_t>> columns;  // of each metric, where it has that
  };
  struct Row {
    std::size_t row, run;
  };

  [[nodiscard]] std::optional<std::size_t> cell_of(std::size_t run, std::size_t metric) const {
    const Run& of = runs_[run];
    return metric < of.columns.size() ? of.columns[metric] : std::nullopt;
  }

  // Run after run; a step at which one logged nothing is no row of it.
  void add_rows() {
    std::string scratch;
    for (std::size_t run = 0; run < runs_.size(); ++run)
      for (std::size_t row = 0; row < wide_->rows(); ++row)
        if (std::ranges::any_of(runs_[run].columns, [&](const auto& column) {
              return column && !wide_->cell(row, *column, scratch).empty();
            }))
          rows_.push_back({row, run});
  }

  RawTablePointer wide_;
  std::vector<std::size_t> shared_;  // columns that are of no run
  std::vector<Run> runs_;
  std::size_t first_metric_ = 0;
  std::vector<Row> rows_;
};

// ---- several files

// A pattern of a file's name: texts and names in turn.
struct NamePart {
  std::string text;    // what stands there; "" for a name
  std::string column;  // the name of what stands there; "" for `*`
};

Result<std::vector<NamePart>> parse_file_name(std::string_view pattern) {
  const Place place{"mapping.file_name"};
  std::vector<NamePart> parts;
  bool named = false, after_name = false;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] != '{' && pattern[i] != '*') {
      if (parts.empty() || parts.back().text.empty()) parts.push_back({});
      parts.back().text += pattern[i];
      after_name = false;
      continue;
    }
    if (after_name)
      return error_at(place, "\"{}\" has two parts side by side; put a text between them", pattern);
    after_name = true;
    parts.push_back({});
    if (pattern[i] == '*') continue;
    const std::size_t end = pattern.find('}', i);
    std::string name(pattern.substr(i + 1, end == pattern.npos ? end : end - i - 1));
    if (end == pattern.npos || !is_identifier(name))
      return error_at(place, "\"{}\" must have names in braces, as '{{size}}M_{{schedule}}.csv'",
                      pattern);
    if (std::ranges::find(parts, name, &NamePart::column) != parts.end())
      return error_at(place, "\"{}\" has {} twice; rename one", pattern, name);
    parts.back().column = std::move(name);
    named = true;
    i = end;
  }
  if (!named)
    return error_at(place, "\"{}\" names no part; write one in braces, as '{{size}}M_*.csv'",
                    pattern);
  return parts;
}

// Each part as short as can be, the earlier ones first: up to the first place of the text behind it
// or, before the last text, to the end.
bool match(std::span<const NamePart> parts, std::string_view name,
           std::vector<std::string>& found) {
  std::size_t at = 0;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const std::string& text = parts[i].text;
    std::size_t end = name.size();
    if (!text.empty()) {
      if (name.substr(at, text.size()) != text) return false;
      at += text.size();
      continue;
    }
    if (i + 2 == parts.size()) {
      if (!name.ends_with(parts[i + 1].text)) return false;
      end -= parts[i + 1].text.size();
    } else if (i + 2 < parts.size()) {
      end = std::min(name.find(parts[i + 1].text, at + 1), name.size());
    }
    if (end <= at || name.substr(at, end - at).find('/') != name.npos) return false;
    if (!parts[i].column.empty()) found.emplace_back(name.substr(at, end - at));
    at = end;
  }
  return at == name.size();
}

// The last folders of a path that the pattern has, and the file's name.
std::string_view end_of_path(std::string_view path, std::string_view pattern) {
  std::size_t start = path.size();
  for (auto slashes = std::ranges::count(pattern, '/') + 1; slashes > 0 && start != path.npos;
       --slashes)
    start = start == 0 ? path.npos : path.rfind('/', start - 1);
  return start == path.npos ? path : path.substr(start + 1);
}

class UnitedTable final : public MadeTable {
 public:
  UnitedTable(std::vector<RawTablePointer> parts, std::string_view source)
      : MadeTable(source), starts_{0}, parts_(std::move(parts)) {}

  Result<void> read(const std::string& pattern) {
    std::vector<std::string> names;
    std::map<std::pair<std::string, std::size_t>, std::size_t> places;  // of a name's k-th column
    for (const RawTablePointer& part : parts_) {
      std::map<std::string_view, std::size_t> seen;
      std::vector<std::optional<std::size_t>>& columns = columns_.emplace_back();
      for (std::size_t i = 0; i < part->columns(); ++i) {
        const std::string& name = part->names()[i];
        const auto [place, is_new] = places.try_emplace({name, seen[name]++}, names.size());
        if (is_new) names.push_back(name);
        columns.resize(names.size());
        columns[place->second] = i;
      }
      starts_.push_back(starts_.back() + part->rows());
    }
    first_extra_ = names.size();
    for (auto& columns : columns_) columns.resize(first_extra_);
    if (!pattern.empty())
      if (const Result<void> added = add_parts_of_names(pattern, names); !added) return added;
    if (parts_.size() > 1 && std::ranges::find(names, kFile) == names.end()) {
      names.emplace_back(kFile);
      for (std::size_t i = 0; i < parts_.size(); ++i) extra_[i].push_back(parts_[i]->source());
    }
    set_names(std::move(names));
    return {};
  }

  [[nodiscard]] std::size_t rows() const override { return starts_.back(); }
  [[nodiscard]] std::vector<double> numbers(std::size_t column) const override {
    if (column >= first_extra_) return RawTable::numbers(column);
    std::vector<double> values;
    values.reserve(rows());
    for (std::size_t i = 0; i < parts_.size(); ++i) {
      if (const auto from = columns_[i][column]) {
        const std::vector<double> own = parts_[i]->numbers(*from);
        values.insert(values.end(), own.begin(), own.end());
      } else {
        values.resize(starts_[i + 1], std::numeric_limits<double>::quiet_NaN());
      }
    }
    return values;
  }
  [[nodiscard]] std::string label(std::size_t row) const override {
    const auto [part, own] = find_row(row);
    return parts_[part]->label(own);
  }
  [[nodiscard]] Place place(std::size_t row) const override {
    const auto [part, own] = find_row(row);
    return parts_[part]->place(own);
  }
  // "a.csv:17" where there are several files.
  [[nodiscard]] RowNames names_of(std::span<const std::size_t> rows) const override {
    if (parts_.size() == 1) return parts_[0]->names_of(rows);
    std::vector<std::string> ids;
    for (const std::size_t row : rows) {
      const auto [part, own] = find_row(row);
      const RowNames name = parts_[part]->names_of(std::span(&own, 1));
      ids.push_back(fmt::format("{}:{}", parts_[part]->source(),
                                name.kind == RowNames::Kind::kId
                                    ? name.ids->at(name.numbers[0])
                                    : std::to_string(name.numbers[0])));
    }
    RowNames names{.kind = RowNames::Kind::kId, .numbers = {}};
    for (std::size_t i = 0; i < rows.size(); ++i) names.numbers.push_back(i);
    names.ids = std::make_shared<const std::vector<std::string>>(std::move(ids));
    return names;
  }
  [[nodiscard]] std::string_view cell(std::size_t row, std::size_t column,
                                      std::string& scratch) const override {
    const auto [part, own] = find_row(row);
    if (column >= first_extra_) return extra_[part][column - first_extra_];
    const std::optional<std::size_t> from = columns_[part][column];
    return from ? parts_[part]->cell(own, *from, scratch) : "";
  }

 private:
  Result<void> add_parts_of_names(const std::string& pattern, std::vector<std::string>& names) {
    const Result<std::vector<NamePart>> parts = parse_file_name(pattern);
    if (!parts) return std::unexpected(parts.error());
    Problems problems;
    for (const NamePart& part : *parts) {
      if (part.column.empty()) continue;
      if (std::ranges::find(names, part.column) != names.end())
        problems.add({"mapping.file_name"}, "{} is a column of {}, too; rename it here",
                     part.column, source());
      names.push_back(part.column);
    }
    for (std::size_t i = 0; i < parts_.size(); ++i) {
      const std::string_view name = end_of_path(parts_[i]->source(), pattern);
      if (!match(*parts, name, extra_[i]))
        problems.add({parts_[i]->source()}, "\"{}\" is not as mapping.file_name='{}'", name,
                     pattern);
    }
    return problems.result();
  }

  [[nodiscard]] std::pair<std::size_t, std::size_t> find_row(std::size_t row) const {
    const auto part =
        static_cast<std::size_t>(std::ranges::upper_bound(starts_, row) - starts_.begin() - 1);
    return {part, row - starts_[part]};
  }

  std::vector<std::size_t> starts_;  // the first row of each part, and the number of all
  std::vector<RawTablePointer> parts_;
  std::vector<std::vector<std::optional<std::size_t>>> columns_;  // of each part, of each name
  std::size_t first_extra_ = 0;
  std::vector<std::vector<std::string>> extra_ =
      std::vector<std::vector<std::string>>(parts_.size());
};

}  // namespace

Result<RawTablePointer> shape_tables(std::vector<RawTablePointer> tables, std::string_view source,
                                     const Mapping& mapping) {
  Problems problems;
  std::set<std::string_view> sources;
  for (RawTablePointer& table : tables) {
    if (!sources.insert(table->source()).second)
      problems.add({table->source()}, "this file is given twice; leave one out");
    if (!mapping.wide) continue;
    auto rows = std::make_unique<LongTable>(std::move(table));
    if (const Result<void> read = rows->read(); !read) problems.add(read.error());
    table = std::move(rows);
  }
  if (!problems.empty()) return problems.take();
  if (tables.size() == 1 && mapping.file_name.empty()) return std::move(tables[0]);
  auto all = std::make_unique<UnitedTable>(std::move(tables), source);
  if (const Result<void> read = all->read(mapping.file_name); !read)
    return std::unexpected(read.error());
  return all;
}

Result<RawTablePointer> read_raw_tables(std::span<const TextFile> files, std::string_view source,
                                        const Mapping& mapping) {
  std::vector<RawTablePointer> tables;
  Problems problems;
  for (const TextFile& file : files) {
    Result<RawTablePointer> table = read_raw_table(file.text, file.source);
    if (table)
      tables.push_back(*std::move(table));
    else
      problems.add(table.error());
  }
  if (!problems.empty()) return problems.take();
  if (tables.empty()) return error_at({"read_table.files"}, "there are no files; give one");
  return shape_tables(std::move(tables), source, mapping);
}

}  // namespace isoflop
