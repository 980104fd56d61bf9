// JSON tables, in four forms:
//
//   records  [{"N": 1e9, "loss": 3.1}, ...]
//   lines    one such record a line (JSON Lines)
//   columns  {"loss": {"0": 3.1, "2": 2.9}, "N": {...}}, as pandas writes it: joined by the row
//            ids, which may have gaps
//   lists    {"loss": [3.1, 2.9], "N": [...]}
//
// A member that a record does not have, an id that a column does not have, and null are empty
// cells. Python's NaN and Infinity are cells, too. All cells are slices of the text.
#include <algorithm>
#include <cstdint>
#include <deque>
#include <limits>
#include <unordered_map>

#include "base/json_events.h"
#include "data/raw_table.h"

namespace isoflop {

namespace {

constexpr std::string_view kForms =
    "write [{\"loss\": 3.1, ...}, ...], one such record a line, or {\"loss\": [3.1, ...], ...}";
constexpr std::size_t kLargestText = std::numeric_limits<std::uint32_t>::max();
constexpr std::string_view kBlank = " \t\r\n";

// A piece of the file, or one of the texts that stand in it with escapes and were kept apart.
struct Slice {
  static constexpr std::uint32_t kKept = std::numeric_limits<std::uint32_t>::max();
  std::uint32_t begin = 0;   // in the file, or the place among the kept
  std::uint32_t length = 0;  // or kKept
};

struct Entry {
  std::uint32_t row = 0;
  Slice text;
};

struct Contents {
  std::string_view text;
  std::deque<std::string> kept;
  std::size_t rows = 0;
  std::vector<std::vector<Entry>> cells;  // of each column, in the order of rows
  std::vector<Slice> ids;                 // of the rows, in the form of columns
  std::vector<std::uint32_t> lines;       // of the rows, in the form of lines

  [[nodiscard]] std::string_view text_of(Slice slice) const {
    if (slice.length == Slice::kKept) return kept[slice.begin];
    return text.substr(slice.begin, slice.length);
  }
};

class JsonTable final : public RawTable {
 public:
  JsonTable(std::string_view source, std::vector<std::string> names, Contents contents)
      : RawTable(source), contents_(std::move(contents)) {
    set_names(std::move(names));
  }

  [[nodiscard]] std::size_t rows() const override { return contents_.rows; }
  [[nodiscard]] std::string label(std::size_t row) const override {
    if (!contents_.lines.empty()) return "";
    return fmt::format("row \"{}\": ", contents_.ids.empty()
                                           ? std::to_string(row + 1)
                                           : std::string(contents_.text_of(contents_.ids[row])));
  }
  [[nodiscard]] RowNames names_of(std::span<const std::size_t> rows) const override {
    if (!contents_.lines.empty()) return RawTable::names_of(rows);
    RowNames names{.kind = RowNames::Kind::kNumber, .numbers = {rows.begin(), rows.end()}};
    if (contents_.ids.empty()) {
      for (std::size_t& number : names.numbers) ++number;
      return names;
    }
    std::vector<std::string> ids;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      ids.emplace_back(contents_.text_of(contents_.ids[rows[i]]));
      names.numbers[i] = i;
    }
    names.kind = RowNames::Kind::kId;
    names.ids = std::make_shared<const std::vector<std::string>>(std::move(ids));
    return names;
  }

 protected:
  [[nodiscard]] std::size_t line(std::size_t row) const override {
    return contents_.lines.empty() ? 0 : contents_.lines[row];
  }
  [[nodiscard]] std::string_view cell(std::size_t row, std::size_t column,
                                      std::string& /*scratch*/) const override {
    const std::vector<Entry>& cells = contents_.cells[column];
    // Most columns have a cell in every row.
    auto found = cells.begin() + static_cast<std::ptrdiff_t>(std::min(row, cells.size()));
    if (found == cells.end() || found->row != row)
      found = std::ranges::lower_bound(cells, row, {}, &Entry::row);
    if (found == cells.end() || found->row != row) return {};
    return contents_.text_of(found->text);
  }

 private:
  Contents contents_;
};

class TableBuilder final : public JsonEvents {
 public:
  TableBuilder(std::string_view text, std::string_view source) : source_(source) {
    contents_.text = text;
  }

  void read_document() {
    const Result<void> read =
        read_json_events(contents_.text, source_, JsonDialect::kPython, *this);
    if (!read) problems_.add(read.error());
  }

  // One record a line.
  void read_lines() {
    const std::string_view text = contents_.text;
    std::size_t line = 1;
    for (base_ = 0; base_ < text.size(); ++line) {
      const std::size_t end = std::min(text.find('\n', base_), text.size());
      read_line(text.substr(base_, end - base_), line);
      base_ = end + 1;
    }
  }

  Result<RawTablePointer> take() {
    if (problems_.empty() && form_ == Form::kLists) check_lengths();
    if (problems_.empty() && form_ == Form::kColumns) sort_by_rows();
    if (problems_.empty() && names_.empty())
      problems_.add({source_}, "there are no runs in this; {}", kForms);
    if (!problems_.empty()) return problems_.take();
    return std::make_unique<JsonTable>(source_, std::move(names_), std::move(contents_));
  }

  bool open(Value::Kind kind, Token token) override {
    ++depth_;
    const bool array = kind == Value::Kind::kArray;
    if (depth_ == 1 && form_ == Form::kUnknown && array) form_ = Form::kRecords;
    if (depth_ == 2 && form_ == Form::kUnknown) form_ = array ? Form::kLists : Form::kColumns;
    if (depth_ == 2 && (form_ == Form::kLists || form_ == Form::kColumns))
      return open_column(array, token);
    if (depth_ == record_depth()) {
      if (array) return wrong(token, fmt::format("this is not a run; {}", kForms));
      start_row();
    }
    // What is nested in a cell is not looked at.
    if (depth_ == cell_depth() + 1) add_cell(keep(array ? "[...]" : "{...}"));
    return true;
  }

  bool close(Token) override {
    --depth_;
    return true;
  }

  bool key(std::string& name, Token token) override {
    token_ = token;
    if (depth_ == record_depth())
      column_ = column_of(name);
    else if (depth_ == 1)
      name_ = name;
    else if (depth_ == 2 && form_ == Form::kColumns)
      row_ = row_of(slice(name, token));
    return true;
  }

  bool scalar(Value value, Token token) override {
    if (depth_ == 0 || (depth_ == 1 && form_ == Form::kRecords))
      return wrong(token, fmt::format("this is not a run; {}", kForms));
    if (depth_ == 1 && form_ == Form::kUnknown) {  // a table of one record
      form_ = Form::kLines;
      start_row();
      column_ = column_of(name_);
    }
    if (depth_ == 1 && form_ != Form::kLines) return not_a_column(token);
    if (depth_ == cell_depth()) add_cell(slice(value, token));
    return true;
  }

 private:
  enum class Form : std::uint8_t { kUnknown, kRecords, kLines, kColumns, kLists };

  void read_line(std::string_view line, std::size_t number) {
    if (line.find_first_not_of(kBlank) == line.npos) return;
    form_ = Form::kLines;
    depth_ = 0;
    const Result<void> read = read_json_events(line, source_, JsonDialect::kPython, *this);
    if (!read)
      for (const Problem& problem : read.error().problems)
        problems_.add({source_, number, problem.column}, "{}", problem.what);
    contents_.lines.resize(contents_.rows, static_cast<std::uint32_t>(number));
  }

  // How deep the members of a record stand; never where the table is in columns.
  [[nodiscard]] std::size_t record_depth() const {
    if (form_ == Form::kLines) return 1;
    return form_ == Form::kRecords ? 2 : kNever;
  }
  [[nodiscard]] std::size_t cell_depth() const { return form_ == Form::kLines ? 1 : 2; }

  void start_row() {
    row_ = contents_.rows++;
    next_column_ = 0;
  }

  bool wrong(Token token, std::string_view what) {
    if (problems_.full())
      problems_.count();
    else
      problems_.add(place(token), "{}", what);
    return false;
  }
  bool not_a_column(Token token) {
    return wrong(token,
                 fmt::format("\"{}\" is not a column like the others; {}", excerpt(name_), kForms));
  }

  bool open_column(bool array, Token token) {
    if (array != (form_ == Form::kLists)) return not_a_column(token);
    const std::size_t before = names_.size();
    column_ = column_of(name_);
    row_ = next_row_ = 0;
    places_.push_back(token);
    return names_.size() > before || twice(token_, name_);
  }

  bool twice(Token token, std::string_view name) {
    return wrong(token, fmt::format("the key \"{}\" is here twice: remove one", excerpt(name)));
  }

  void add_cell(Slice text) {
    std::vector<Entry>& cells = contents_.cells[column_];
    if (record_depth() != kNever && !cells.empty() && cells.back().row == row_)
      twice(token_, names_[column_]);
    cells.push_back({static_cast<std::uint32_t>(row_), text});
    if (form_ == Form::kLists) ++row_;
    if (form_ == Form::kLists) contents_.rows = std::max(contents_.rows, row_);
  }

  // Records have their members in the same order, mostly.
  std::size_t column_of(const std::string& name) {
    if (next_column_ < names_.size() && names_[next_column_] == name) return next_column_++;
    const auto [found, is_new] = columns_.try_emplace(name, names_.size());
    if (is_new) {
      names_.push_back(name);
      contents_.cells.emplace_back();
    }
    next_column_ = found->second + 1;
    return found->second;
  }

  // And columns have their rows in the same order, so that ids are looked up only where they do
  // not.
  std::size_t row_of(Slice id) {
    const std::string_view text = contents_.text_of(id);
    std::vector<Slice>& ids = contents_.ids;
    if (next_row_ < ids.size() && contents_.text_of(ids[next_row_]) == text) return next_row_++;
    std::size_t row = ids.size();
    if (names_.size() > 1) {
      for (; looked_up_ < ids.size(); ++looked_up_)
        rows_.try_emplace(contents_.text_of(ids[looked_up_]), looked_up_);
      if (const auto found = rows_.find(text); found != rows_.end()) row = found->second;
    }
    if (row == ids.size()) {
      ids.push_back(id);
      ++contents_.rows;
    }
    next_row_ = row + 1;
    return row;
  }

  void check_lengths() {
    for (std::size_t i = 0; i < names_.size(); ++i)
      if (contents_.cells[i].size() != contents_.cells[0].size())
        problems_.add(place(places_[i]),
                      "\"{}\" has {} rows and \"{}\" has {}; give each column one value a run",
                      names_[i], contents_.cells[i].size(), names_[0], contents_.cells[0].size());
  }

  void sort_by_rows() {
    const auto same_row = [](const Entry& a, const Entry& b) { return a.row == b.row; };
    for (std::vector<Entry>& cells : contents_.cells) {
      std::ranges::sort(cells, [](const Entry& a, const Entry& b) {
        return a.row != b.row ? a.row < b.row : a.text.begin < b.text.begin;
      });
      if (const auto same = std::ranges::adjacent_find(cells, same_row); same != cells.end())
        twice_in_column(contents_.ids[same->row], (same + 1)->text);
    }
    check_ids();
  }

  // An id that the first column has twice made two rows.
  void check_ids() {
    const std::vector<Slice>& ids = contents_.ids;
    std::vector<std::uint32_t> order(ids.size());
    for (std::uint32_t row = 0; row < order.size(); ++row) order[row] = row;
    // "9" before "10": numbers that count up are in order as they stand, and quickly sorted.
    const auto before = [&](std::uint32_t a, std::uint32_t b) {
      const std::string_view x = contents_.text_of(ids[a]), y = contents_.text_of(ids[b]);
      if (x.size() != y.size()) return x.size() < y.size();
      return x != y ? x < y : a < b;
    };
    std::ranges::sort(order, before);
    const auto same = std::ranges::adjacent_find(order, [&](std::uint32_t a, std::uint32_t b) {
      return contents_.text_of(ids[a]) == contents_.text_of(ids[b]);
    });
    if (same == order.end()) return;
    Slice quoted = ids[*(same + 1)];
    if (quoted.length != Slice::kKept) --quoted.begin;
    twice_in_column(ids[*same], quoted);
  }

  void twice_in_column(Slice id, Slice at) {
    const bool known = at.length != Slice::kKept;
    problems_.add(known ? place({at.begin, at.begin}) : Place{source_},
                  "the key \"{}\" is here twice: remove one", excerpt(contents_.text_of(id)));
  }

  [[nodiscard]] Place place(Token token) const {
    return place_of_byte(contents_.text, source_, base_ + token.begin);
  }

  Slice keep(std::string text) {
    contents_.kept.push_back(std::move(text));
    return {static_cast<std::uint32_t>(contents_.kept.size() - 1), Slice::kKept};
  }
  Slice slice(const std::string& text, Token token) {
    const bool escaped = token.end - token.begin != text.size() + 2;
    return escaped ? keep(text) : piece(token.begin + 1, token.end - 1);
  }
  Slice slice(const Value& value, Token token) {
    if (value.is(Value::Kind::kNull)) return piece(token.begin, token.begin);
    const bool quoted = contents_.text[base_ + token.begin] == '"';
    return quoted ? slice(value.string(), token) : piece(token.begin, token.end);
  }
  [[nodiscard]] Slice piece(std::size_t begin, std::size_t end) const {
    return {static_cast<std::uint32_t>(base_ + begin), static_cast<std::uint32_t>(end - begin)};
  }

  static constexpr std::size_t kNever = std::numeric_limits<std::size_t>::max();

  std::string source_;
  Contents contents_;
  std::vector<std::string> names_;
  std::unordered_map<std::string, std::size_t> columns_;
  std::vector<Token> places_;  // of the columns, in the form of columns or lists
  std::unordered_map<std::string_view, std::size_t> rows_;
  std::size_t looked_up_ = 0;  // how many ids are in rows_
  Problems problems_;

  std::size_t base_ = 0;  // where the text that the tokens count from starts
  Form form_ = Form::kUnknown;
  std::size_t depth_ = 0;
  std::string name_;  // the key of the document that was read last
  Token token_;       // of the key that was read last
  std::size_t row_ = 0, column_ = 0;
  std::size_t next_row_ = 0, next_column_ = 0;  // what is likely to come
};

// A document cannot go on with another brace after the line on which its first one was closed.
bool is_lines(std::string_view text) {
  const std::size_t end = std::min(text.find('\n', text.find_first_not_of(kBlank)), text.size());
  const std::size_t last = text.substr(0, end).find_last_not_of(kBlank);
  const std::size_t next = text.find_first_not_of(kBlank, end);
  return text[last] == '}' && next != text.npos && text[next] == '{';
}

}  // namespace

Result<RawTablePointer> read_json_table(std::string_view text, std::string_view source) {
  if (text.size() > kLargestText)
    return error_at({std::string(source)}, "JSON of more than 4 GB is not read; write it as CSV");
  TableBuilder builder(text, source);
  if (is_lines(text))
    builder.read_lines();
  else
    builder.read_document();
  return builder.take();
}

}  // namespace isoflop
