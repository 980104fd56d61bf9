#include "cli/study_journal.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <cmath>
#include <filesystem>
#include <limits>
#include <map>
#include <mutex>
#include <optional>
#include <system_error>

#include "base/error.h"
#include "base/field_values.h"
#include "base/version.h"
#include "cli/file.h"
#include "store/document.h"

namespace isoflop::cli {

namespace {

constexpr int kApplication = 0x49534f46;  // "ISOF", in the file's header

// A prepared statement; values are bound from 1 on.
class Statement {
 public:
  Statement(sqlite3* database, const char* text) {
    sqlite3_prepare_v2(database, text, -1, &statement_, nullptr);
  }
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;
  ~Statement() { sqlite3_finalize(statement_); }

  void bind(int place, const std::string& text) {
    sqlite3_bind_text(statement_, place, text.data(), static_cast<int>(text.size()),
                      SQLITE_TRANSIENT);
  }
  void bind(int place, std::size_t number) {
    sqlite3_bind_int64(statement_, place, static_cast<sqlite3_int64>(number));
  }
  // What is not finite is stored as null.
  void bind(int place, double number) {
    if (std::isfinite(number))
      sqlite3_bind_double(statement_, place, number);
    else
      sqlite3_bind_null(statement_, place);
  }
  // SQLITE_ROW, SQLITE_DONE or an error.
  int step() { return statement_ == nullptr ? SQLITE_ERROR : sqlite3_step(statement_); }
  // Runs a statement that gives no rows with these values; false: an error.
  template <class... Values>
  bool write(const Values&... values) {
    int place = 0;
    (bind(++place, values), ...);
    const bool done = step() == SQLITE_DONE;
    sqlite3_reset(statement_);
    return done;
  }

  std::string text(int column) {
    const unsigned char* bytes = sqlite3_column_text(statement_, column);
    if (bytes == nullptr) return "";
    return {bytes, bytes + sqlite3_column_bytes(statement_, column)};
  }
  std::size_t count(int column) {
    return static_cast<std::size_t>(sqlite3_column_int64(statement_, column));
  }
  // Null is not a number; nothing where it is none of both.
  std::optional<double> number(int column) {
    const int type = sqlite3_column_type(statement_, column);
    if (type == SQLITE_NULL) return std::numeric_limits<double>::quiet_NaN();
    if (type != SQLITE_FLOAT && type != SQLITE_INTEGER) return std::nullopt;
    return sqlite3_column_double(statement_, column);
  }

 private:
  sqlite3_stmt* statement_ = nullptr;
};

void add_runs_and_recipe(StudyIdentity& identity, const DataSource& data, const Recipe& recipe) {
  const Mapping& mapping = data.mapping;
  Mapping rows = mapping;
  rows.columns.clear();
  Recipe same = recipe;
  same.evaluations = Recipe{}.evaluations;
  identity.insert(identity.end(), {{"runs", data.sha256},
                                   {"columns", mapping.columns},
                                   {"rows", write_json(fields_value(rows))},
                                   {"recipe", write_json(fields_value(same))},
                                   {"version", std::string(version())}});
}

class StudyJournal final : public Journal {
 public:
  StudyJournal(std::string path, sqlite3* database)
      : path_(std::move(path)), database_(database, sqlite3_close) {}

  // Makes the tables of a new file, or compares the study of an old one.
  Result<void> prepare(const StudyIdentity& identity);
  Result<std::map<std::size_t, Trial>> kept() override;
  Result<void> keep(std::size_t number, const Trial& trial) override;
  [[nodiscard]] std::unexpected<Error> failed() const;
  [[nodiscard]] std::unexpected<Error> damaged(std::size_t number, std::string_view what) const;

 private:
  Result<void> run(const std::string& statement);

  std::string path_;
  std::unique_ptr<sqlite3, int (*)(sqlite3*)> database_;
  std::mutex keeping_;  // of keep(), which several threads call
};

std::unexpected<Error> StudyJournal::failed() const {
  const int code = sqlite3_errcode(database_.get());
  if (code == SQLITE_BUSY || code == SQLITE_LOCKED)
    return work_error("--journal: {} is in use by another program: wait for its end", path_);
  if (code == SQLITE_NOTADB)
    return error("--journal: {} is another kind of file: give the name of a new one", path_);
  return work_error("--journal: {} cannot be read or written: {}", path_,
                    sqlite3_errmsg(database_.get()));
}

std::unexpected<Error> StudyJournal::damaged(std::size_t number, std::string_view what) const {
  return error("--journal: {} is damaged: evaluation {} {}; give the name of a new file", path_,
               number + 1, what);
}

Result<void> StudyJournal::run(const std::string& statement) {
  if (sqlite3_exec(database_.get(), statement.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK)
    return failed();
  return {};
}

Result<void> StudyJournal::prepare(const StudyIdentity& identity) {
  // A file that is not ours must not be changed, not even its mode.
  bool is_new = false;
  {
    Statement header(database_.get(),
                     "SELECT (SELECT count(*) FROM sqlite_master), (SELECT application_id FROM "
                     "pragma_application_id)");
    if (header.step() != SQLITE_ROW) return failed();
    is_new = header.count(0) == 0;
    if (!is_new && header.count(1) != kApplication)
      return error("--journal: {} is a database of another program: give the name of a new file",
                   path_);
  }
  // With a log each evaluation is safe from a kill when it is written, without waiting for the
  // disk.
  if (Result<void> done = run("PRAGMA locking_mode=EXCLUSIVE; PRAGMA journal_mode=WAL; "
                              "PRAGMA synchronous=NORMAL; BEGIN IMMEDIATE");
      !done)
    return done;
  if (is_new) {
    if (Result<void> done = run(
            fmt::format("PRAGMA application_id={}; "
                        "CREATE TABLE study (name TEXT PRIMARY KEY, value TEXT); "
                        "CREATE TABLE trial (number INTEGER PRIMARY KEY, origin TEXT, value REAL); "
                        "CREATE TABLE coordinate (trial INTEGER, position INTEGER, value REAL, "
                        "PRIMARY KEY (trial, position)) WITHOUT ROWID",
                        kApplication));
        !done)
      return done;
    Statement insert(database_.get(), "INSERT INTO study VALUES (?, ?)");
    for (const auto& [name, value] : identity)
      if (!insert.write(name, value)) return failed();
  }
  if (Result<void> done = run("COMMIT"); !done) return done;

  std::map<std::string, std::string> before;
  Statement select(database_.get(), "SELECT name, value FROM study");
  while (select.step() == SQLITE_ROW) before[select.text(0)] = select.text(1);
  std::vector<std::string> differ;
  for (const auto& [name, value] : identity)
    if (before[name] != value) differ.push_back(name);
  if (!differ.empty())
    return error(
        "--journal: {} is of another study, whose {} {} another: give it the same command, or a "
        "new "
        "file",
        path_, fmt::join(differ, ", "), differ.size() == 1 ? "is" : "are");
  return {};
}

Result<std::map<std::size_t, Trial>> StudyJournal::kept() {
  std::map<std::size_t, Trial> trials;
  Statement select(database_.get(), "SELECT number, origin, value FROM trial ORDER BY number");
  int code = SQLITE_DONE;
  while ((code = select.step()) == SQLITE_ROW) {
    const Result<Origin> origin = parse_origin(select.text(1));
    const std::optional<double> value = select.number(2);
    if (!origin) return damaged(select.count(0), "has no known origin");
    if (!value) return damaged(select.count(0), "has a value that is not a number");
    trials[select.count(0)] = {{{}, *origin}, *value};
  }
  if (code != SQLITE_DONE) return failed();
  Statement coordinates(database_.get(),
                        "SELECT trial, position, value FROM coordinate ORDER BY trial, position");
  while ((code = coordinates.step()) == SQLITE_ROW) {
    const std::size_t number = coordinates.count(0);
    const auto trial = trials.find(number);
    if (trial == trials.end()) return damaged(number, "is missing, but for its coordinates");
    Point& point = trial->second.suggestion.point;
    const std::optional<double> value = coordinates.number(2);
    if (!value || coordinates.count(1) != point.size())
      return damaged(number, "misses a coordinate");
    point.push_back(*value);
  }
  if (code != SQLITE_DONE) return failed();
  return trials;
}

Result<void> StudyJournal::keep(std::size_t number, const Trial& trial) {
  const std::scoped_lock lock(keeping_);
  if (Result<void> begun = run("BEGIN"); !begun) return begun;
  Statement insert(database_.get(), "INSERT INTO trial VALUES (?, ?, ?)");
  if (!insert.write(number, to_text(trial.suggestion.origin), trial.value)) return failed();
  Statement coordinate(database_.get(), "INSERT INTO coordinate VALUES (?, ?, ?)");
  for (std::size_t i = 0; i < trial.suggestion.point.size(); ++i)
    if (!coordinate.write(number, i, trial.suggestion.point[i])) return failed();
  return run("COMMIT");
}

}  // namespace

StudyIdentity study_identity(const Law& law, const DataSource& data, const Recipe& recipe) {
  StudyIdentity identity = {{"law", law.toml()}};
  add_runs_and_recipe(identity, data, recipe);
  return identity;
}

StudyIdentity study_identity(std::span<const Candidate> laws, const DataSource& data,
                             const Recipe& recipe, const std::string& holdout) {
  std::string texts;
  for (const Candidate& candidate : laws) texts += candidate.law.toml();
  StudyIdentity identity = {{"laws", texts}, {"holdout", holdout}};
  add_runs_and_recipe(identity, data, recipe);
  return identity;
}

Result<std::unique_ptr<Journal>> open_journal(const std::string& path,
                                              const StudyIdentity& identity) {
  if (path.empty()) return std::make_unique<Journal>();
  sqlite3* database = nullptr;
  // SQLite has names of its own, as ":memory:", none of which is an absolute path.
  std::error_code ignored;
  const int code = sqlite3_open(std::filesystem::absolute(path, ignored).c_str(), &database);
  auto journal = std::make_unique<StudyJournal>(path, database);
  if (code != SQLITE_OK) return journal->failed();
  if (Result<void> ready = journal->prepare(identity); !ready)
    return std::unexpected(ready.error());
  return journal;
}

}  // namespace isoflop::cli
