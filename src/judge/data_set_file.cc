#include "judge/data_set_file.h"

#include <algorithm>
#include <cctype>
#include <utility>

#include "base/book_data.h"
#include "base/spelling.h"
#include "isoflop/holdout.h"

namespace isoflop {

namespace {

using Kind = Value::Kind;

constexpr std::size_t kDigestDigits = 64;

class DataSetReader : private TomlFields {
 public:
  using TomlFields::TomlFields;

  Result<DataSet> read(const Value& file) {
    check_names(file, "a data-set file",
                {"key", "title", "cite", "url", "made", "file", "sha256", "licence", "note", "rows",
                 "columns", "where", "drop_highest_loss", "fit", "point", "contest"});
    read_source(file);
    data_.rows = count_or(file, "rows", 0);
    data_.mapping.columns = text_or(file, "columns", "");
    data_.mapping.where = text_or(file, "where", "");
    data_.mapping.drop_highest_loss = count_or(file, "drop_highest_loss", 0);
    for (const Value& entry : entries(file, "fit")) data_.fits.push_back(read_fit(entry));
    for (const Value& entry : entries(file, "point")) data_.points.push_back(read_point(entry));
    for (const Value& entry : entries(file, "contest"))
      data_.contests.push_back(read_contest(entry));
    if (!ok()) return take();
    return std::move(data_);
  }

 private:
  void read_source(const Value& file) {
    data_.key = need_filled(file, "key");
    data_.title = need_filled(file, "title");
    data_.cite = text_or(file, "cite", "");
    data_.url = need_filled(file, "url");
    if (!data_.url.empty() && !data_.url.starts_with("https://"))
      problem(*file.find("url"), "'{}' is no https:// address: what comes by it cannot be trusted",
              excerpt(data_.url));
    data_.made = text_or(file, "made", "");
    data_.file = need_filled(file, "file");
    if (data_.file.find('/') != std::string::npos || data_.file == "." || data_.file == "..")
      problem(*file.find("file"), "'file' is the name of a file, without a folder");
    data_.sha256 = need_filled(file, "sha256");
    const bool digest = data_.sha256.size() == kDigestDigits &&
                        std::ranges::all_of(data_.sha256, [](unsigned char c) {
                          return std::isdigit(c) != 0 || (c >= 'a' && c <= 'f');
                        });
    if (!data_.sha256.empty() && !digest)
      problem(*file.find("sha256"),
              "'sha256' must be 64 digits of 0 to 9 and a to f, as sha256sum "
              "prints them");
    data_.licence = need_filled(file, "licence");
    data_.note = text_or(file, "note", "");
  }

  PublishedFit read_fit(const Value& entry) {
    check_names(
        entry, "a fit",
        {"law", "where", "residual", "loss", "tolerance", "last_digit", "bootstrap", "reason"});
    PublishedFit fit;
    fit.law = need_set(*this, entry, "law");
    fit.where = text_or(entry, "where", "");
    read_objective(*this, entry, fit.residual, fit.loss);
    if (entry.find("tolerance") != nullptr)
      fit.tolerance = need_tolerance(*this, entry, "tolerance");
    fit.last_digit = coefficients(entry, "last_digit", fit.law);
    fit.reason = text_or(entry, "reason", "");
    if (entry.find("bootstrap") != nullptr) fit.errors = read_errors(entry, fit.law);
    return fit;
  }

  PublishedErrors read_errors(const Value& entry, const std::string& law) {
    PublishedErrors errors;
    const Value* table = need(entry, "bootstrap", Kind::kObject, "a table");
    if (table == nullptr) return errors;
    check_names(*table, "a bootstrap", {"replicates", "tolerance", "standard_errors"});
    errors.replicates = count_or(*table, "replicates", errors.replicates);
    errors.tolerance = need_tolerance(*this, *table, "tolerance");
    errors.standard_errors = coefficients(*table, "standard_errors", law);
    return errors;
  }

  // Numbers above 0 for coefficients of a law.
  std::map<std::string, double> coefficients(const Value& entry, std::string_view name,
                                             const std::string& spec) {
    std::map<std::string, double> numbers = named_numbers(entry, name);
    const Result<Law> law = find_law(spec);
    if (numbers.empty() || !law) return numbers;
    std::vector<std::string> known;
    for (const Coefficient& coefficient : law->coefficients()) known.push_back(coefficient.name);
    for (const auto& [key, number] : numbers) {
      const Value& at = *entry.find(name)->find(key);
      if (!law->coefficient_index(key))
        problem(at, "'{}' is not a coefficient of {}{}", key, law->key(), did_you_mean(key, known));
      else if (!(number > 0))
        problem(at, "'{}' of {} must be above 0", name, key);
    }
    return numbers;
  }

  PublishedPoint read_point(const Value& entry) {
    check_names(entry, "a point", {"law", "what", "inputs", "loss", "tolerance", "reason"});
    PublishedPoint point;
    point.law = need_set(*this, entry, "law");
    point.what = need_filled(entry, "what");
    point.inputs = named_numbers(entry, "inputs");
    if (const Value* loss = need(entry, "loss", Kind::kNumber, "a number")) {
      point.loss = loss->number();
      if (!(point.loss > 0)) problem(*loss, "a loss must be above 0");
    }
    point.tolerance = need_tolerance(*this, entry, "tolerance");
    point.reason = text_or(entry, "reason", "");
    return point;
  }

  Contest read_contest(const Value& entry) {
    check_names(entry, "a contest",
                {"claim", "law", "rivals", "residual", "loss", "holdout", "reason"});
    Contest contest;
    contest.claim = need_filled(entry, "claim");
    contest.law = need_set(*this, entry, "law");
    for (const std::string& rival : texts(entry, "rivals")) {
      if (const Result<Law> law = find_law(rival); !law)
        problem(*entry.find("rivals"), "{}", law.error().problems[0].what);
      contest.rivals.push_back(rival);
    }
    read_objective(*this, entry, contest.residual, contest.loss);
    contest.holdout = need_filled(entry, "holdout");
    if (const auto holdout = parse_holdout(contest.holdout); !contest.holdout.empty() && !holdout)
      problem_inside(*entry.find("holdout"), holdout.error());
    contest.reason = text_or(entry, "reason", "");
    return contest;
  }

  DataSet data_;
};

}  // namespace

std::string need_set(TomlFields& fields, const Value& table, std::string_view name) {
  std::string spec = fields.need_filled(table, name);
  if (spec.empty()) return spec;
  const Result<Law> law = find_law(spec);
  if (!law)
    fields.problem(*table.find(name), "{}", law.error().problems[0].what);
  else if (!law->has_values() || spec.find(':') == std::string::npos)
    fields.problem(*table.find(name), "'{}' names no published set: write key:set", spec);
  return spec;
}

void read_objective(TomlFields& fields, const Value& table, Residual& residual, RobustLoss& loss) {
  const std::string kind = fields.need_filled(table, "residual");
  const std::string rho = fields.need_filled(table, "loss");
  if (const auto read = parse_residual(kind); !kind.empty() && !read)
    fields.problem(*table.find("residual"), "{}", read.error().problems[0].what);
  else if (read)
    residual = *read;
  if (const auto read = parse_loss(rho); !rho.empty() && !read)
    fields.problem(*table.find("loss"), "{}", read.error().problems[0].what);
  else if (read)
    loss = *read;
}

double need_tolerance(TomlFields& fields, const Value& table, std::string_view name) {
  const Value* value = fields.need(table, name, Kind::kNumber, "a number");
  if (value == nullptr) return 0;
  if (!(value->number() > 0 && value->number() < 1))
    fields.problem(*value, "'{}' is relative: write a number between 0 and 1", name);
  return value->number();
}

Result<DataSet> read_data_set(std::string_view text, std::string_view source) {
  const Result<Value> file = read_toml(text, source);
  if (!file) return std::unexpected(file.error());
  return DataSetReader(source).read(*file);
}

std::vector<std::string> data_set_keys() {
  std::vector<std::string> keys;
  for (const BookEntry& entry : data_set_book()) keys.emplace_back(entry.key);
  return keys;
}

Result<DataSet> find_data_set(std::string_view key) {
  const auto entry = std::ranges::find(data_set_book(), key, &BookEntry::key);
  if (entry != data_set_book().end())
    return read_data_set(entry->toml, fmt::format("datasets/{}.toml", key));
  const std::vector<std::string> keys = data_set_keys();
  return error("the book has no data set '{}'; `isoflop datasets` lists it{}", key,
               did_you_mean(key, keys));
}

}  // namespace isoflop
