#include "judge/data_set_file.h"

#include <algorithm>
#include <cctype>

#include "base/book_data.h"
#include "base/field_values.h"
#include "base/spelling.h"
#include "isoflop/holdout.h"

namespace isoflop {

namespace {

constexpr std::size_t kDigestDigits = 64;
constexpr double kMostReplicates = 1e6;

bool is_digest(const std::string& text) {
  return text.size() == kDigestDigits && std::ranges::all_of(text, [](unsigned char c) {
           return std::isdigit(c) != 0 || (c >= 'a' && c <= 'f');
         });
}

// Numbers above 0 for coefficients of a law.
std::map<std::string, double> read_coefficients(ObjectReader& entry, std::string_view name,
                                                const std::string& spec) {
  if (!entry.has(name)) return {};
  std::map<std::string, double> numbers = entry.named_numbers(name);
  const Result<Law> law = find_law(spec);
  if (numbers.empty() || !law) return numbers;
  ObjectReader fields = entry.object(name, law->key());
  for (const Coefficient& coefficient : law->coefficients())
    if (fields.has(coefficient.name) && !(numbers[coefficient.name] > 0))
      fields.problem_at(coefficient.name, "'{}' of {} must be above 0", name, coefficient.name);
  fields.check_unknown();
  return numbers;
}

PublishedErrors read_errors(ObjectReader fields, const std::string& law) {
  PublishedErrors errors;
  if (fields.has("replicates"))
    errors.replicates =
        static_cast<std::size_t>(fields.whole_number("replicates", 0, kMostReplicates));
  errors.tolerance = read_tolerance(fields, "tolerance");
  errors.standard_errors = read_coefficients(fields, "standard_errors", law);
  fields.check_unknown();
  return errors;
}

PublishedFit read_fit(ObjectReader entry) {
  PublishedFit fit;
  fit.law = read_set_name(entry, "law");
  fit.where = entry.text("where", "");
  fit.response = entry.text("response", "");
  fit.residual = entry.parsed("residual", parse_residual);
  fit.loss = entry.parsed("loss", parse_loss);
  if (entry.has("tolerance")) fit.tolerance = read_tolerance(entry, "tolerance");
  if (entry.has("bootstrap")) fit.errors = read_errors(entry.object("bootstrap"), fit.law);
  fit.reason = entry.text("reason", "");
  entry.check_unknown();
  return fit;
}

PublishedPoint read_point(ObjectReader entry) {
  PublishedPoint point;
  point.law = read_set_name(entry, "law");
  point.what = entry.filled_text("what");
  point.inputs = entry.has("inputs") ? entry.named_numbers("inputs") : Inputs();
  point.loss = entry.number("loss");
  if (entry.has("loss") && !(point.loss > 0)) entry.problem_at("loss", "a loss must be above 0");
  point.tolerance = read_tolerance(entry, "tolerance");
  point.reason = entry.text("reason", "");
  entry.check_unknown();
  return point;
}

Contest read_contest(ObjectReader entry) {
  Contest contest;
  contest.claim = entry.filled_text("claim");
  contest.law = read_set_name(entry, "law");
  contest.rivals = entry.texts("rivals");
  for (const std::string& rival : contest.rivals)
    if (const Result<Law> law = find_law(rival); !law)
      entry.problem_at("rivals", "{}", law.error().problems[0].what);
  contest.residual = entry.parsed("residual", parse_residual);
  contest.loss = entry.parsed("loss", parse_loss);
  contest.holdout = entry.filled_text("holdout");
  if (const auto holdout = parse_holdout(contest.holdout); !contest.holdout.empty() && !holdout)
    entry.errors().add_inside(*entry.find("holdout"), holdout.error());
  contest.reason = entry.text("reason", "");
  entry.check_unknown();
  return contest;
}

void read_origin(ObjectReader& file, DataSet& data) {
  data.key = file.filled_text("key");
  data.title = file.filled_text("title");
  data.cite = file.text("cite", "");
  const bool made = file.has("made");
  data.url = made ? file.text("url", "") : file.filled_text("url");
  if (!data.url.empty() && !data.url.starts_with("https://"))
    file.problem_at("url", "'{}' is no https:// address: what comes by it cannot be trusted",
                    excerpt(data.url));
  data.made = made ? file.filled_text("made") : file.text("made", "");
  data.file = file.filled_text("file");
  if (data.file.find('/') != std::string::npos || data.file == "." || data.file == "..")
    file.problem_at("file", "'file' is the name of a file, without a folder");
  data.sha256 = file.filled_text("sha256");
  if (!data.sha256.empty() && !is_digest(data.sha256))
    file.problem_at("sha256",
                    "'sha256' must be 64 digits of 0 to 9 and a to f, as sha256sum prints them");
  data.licence = file.filled_text("licence");
  data.note = file.text("note", "");
}

}  // namespace

std::string read_set_name(ObjectReader& fields, std::string_view name) {
  std::string spec = fields.filled_text(name);
  if (spec.empty()) return spec;
  const Result<Law> law = find_law(spec);
  if (!law)
    fields.problem_at(name, "{}", law.error().problems[0].what);
  else if (!law->has_values() || spec.find(':') == std::string::npos)
    fields.problem_at(name, "'{}' names no published set: write key:set", spec);
  return spec;
}

double read_tolerance(ObjectReader& fields, std::string_view name) {
  const Value* value = fields.need(name, Value::Kind::kNumber);
  if (value == nullptr) return 0;
  if (!(value->number() > 0 && value->number() < 1))
    fields.problem_at(name, "'{}' is relative: write a number between 0 and 1", name);
  return value->number();
}

Result<DataSet> read_data_set(std::string_view text, std::string_view source) {
  const Result<Value> document = read_toml(text, source);
  if (!document) return std::unexpected(document.error());
  DocumentErrors errors(source, DocumentErrors::Format::kToml);
  ObjectReader file(*document, errors, "a data-set file");
  DataSet data;
  read_origin(file, data);
  data.rows = file.count("rows", 0);
  data.mapping = read_fields<Mapping>(file);
  for (const ObjectReader& entry : file.objects_if_any("fit", "a fit"))
    data.fits.push_back(read_fit(entry));
  for (const ObjectReader& entry : file.objects_if_any("point", "a point"))
    data.points.push_back(read_point(entry));
  for (const ObjectReader& entry : file.objects_if_any("contest", "a contest"))
    data.contests.push_back(read_contest(entry));
  file.check_unknown();
  if (!errors.ok()) return errors.take();
  return data;
}

std::optional<std::string_view> shipped_file(const DataSet& data) {
  const auto file = std::ranges::find(data_files(), data.sha256, &EmbeddedFile::sha256);
  if (file == data_files().end()) return std::nullopt;
  return file->bytes;
}

std::vector<std::string> data_set_keys() { return keys_of(data_set_book()); }

Result<DataSet> find_data_set(std::string_view key) {
  const auto entry = std::ranges::find(data_set_book(), key, &BookEntry::key);
  if (entry != data_set_book().end())
    return read_data_set(entry->toml, fmt::format("datasets/{}.toml", key));
  const std::vector<std::string> keys = data_set_keys();
  const std::string meant = did_you_mean(key, keys);
  return error("the book has no data set '{}'{}", key,
               meant.empty() ? fmt::format("; it has {}", fmt::join(keys, ", ")) : meant);
}

}  // namespace isoflop
