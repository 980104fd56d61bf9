#include "lab/campaign.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <map>
#include <mutex>
#include <optional>
#include <thread>
#include <tuple>

#include "base/error.h"
#include "base/number_text.h"
#include "cli/file.h"

namespace isoflop::lab {

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::string_view kState = ".state";
constexpr std::string_view kNumber = "{}";  // in the name of a curve's file

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

// The table of runs, open for this program alone. A row is written as a whole and is on the disk
// before append() returns; half a row, of a machine that lost its power, is cut off on opening.
class RunsFile {
 public:
  RunsFile() = default;
  RunsFile(const RunsFile&) = delete;
  RunsFile& operator=(const RunsFile&) = delete;
  ~RunsFile() {
    if (file_ >= 0) close(file_);
  }

  // Gives the text that is there.
  Result<std::string> open(const std::string& path) {
    path_ = path;
    file_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    if (file_ < 0) return failed();
    // One that was killed a moment ago may still be on its way out.
    bool locked = false;
    for (int i = 0; i < 200 && !locked; ++i) {
      if (i > 0) std::this_thread::sleep_for(std::chrono::milliseconds(10));
      locked = flock(file_, LOCK_EX | LOCK_NB) == 0;
    }
    if (!locked) return error("{}: another isoflop-lab is at work on it", path);
    Result<std::string> text = cli::read_file(path);
    if (!text) return text;
    const std::size_t end = text->rfind('\n') + 1;  // 0 where there is none
    if (end < text->size()) {
      if (ftruncate(file_, static_cast<off_t>(end)) != 0) return failed();
      text->resize(end);
    }
    return text;
  }

  Result<void> append(const std::string& line) {
    std::string_view rest = line;
    while (!rest.empty()) {
      const ssize_t count = write(file_, rest.data(), rest.size());
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) return failed();
      rest.remove_prefix(static_cast<std::size_t>(count));
    }
    if (fsync(file_) != 0 && errno != EINVAL) return failed();  // EINVAL: a pipe
    return {};
  }

 private:
  std::unexpected<Error> failed() const {
    return work_error("{}: {}", path_, std::strerror(errno));
  }
  std::string path_;
  int file_ = -1;
};

// Runs in the order of their start: of one level the largest first.
struct Pending {
  const PlannedRun* run = nullptr;
  double flops = 0;
  int level = 0;  // 0: starts from nothing that another run saves
};

std::vector<Pending> ordered(const TrainingPlan& design, const std::vector<bool>& done) {
  std::map<std::string, const PlannedRun*> saves;
  for (const PlannedRun& run : design.runs)
    if (!run.spec.save.empty()) saves[run.spec.save] = &run;
  std::vector<Pending> pending;
  for (std::size_t i = 0; i < design.runs.size(); ++i) {
    if (done[i]) continue;
    Pending next{.run = &design.runs[i], .flops = dense_flops(design.runs[i].spec)};
    // A ring of starts would go on for ever; it fails when its first run finds no file.
    const PlannedRun* at = next.run;
    while (next.level < 100) {
      const auto before = saves.find(at->spec.start);
      if (at->spec.start.empty() || before == saves.end()) break;
      at = before->second;
      ++next.level;
    }
    pending.push_back(next);
  }
  std::ranges::sort(pending, {}, [](const Pending& each) {
    return std::tuple(each.level, -each.flops, each.run->number);
  });
  return pending;
}

// With the halves of checkpoints that a killed program left.
void remove_checkpoints(const std::string& folder) {
  std::error_code ignored;
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder, ignored))
    if (entry.path().filename().string().find(kState) != std::string::npos)
      files.push_back(entry.path());
  for (const std::filesystem::path& file : files) std::filesystem::remove(file, ignored);
  std::filesystem::remove(folder, ignored);
}

class Campaign {
 public:
  Campaign(const Corpora& corpora, const CampaignOptions& options)
      : corpora_(corpora), options_(options) {}

  Result<CampaignOutcome> run(const TrainingPlan& design, Progress& progress,
                              const std::function<void(const std::string&)>& said);

 private:
  void work();
  Result<void> train(const Pending& next);
  Result<void> finish(const Pending& next, TrainingRun& run);
  [[nodiscard]] std::string checkpoint(const PlannedRun& run) const {
    return fmt::format("{}/{}{}", folder_, run.number, kState);
  }

  [[nodiscard]] std::string curve_file(const PlannedRun& run) const {
    std::string path = options_.curve;
    if (const std::size_t at = path.find(kNumber); at != std::string::npos)
      path.replace(at, kNumber.size(), std::to_string(run.number));
    return path;
  }

  const Corpora& corpora_;
  const CampaignOptions& options_;
  std::string folder_;
  RunsFile table_;
  std::size_t runs_ = 0;
  std::atomic<bool> stop_ = false;
  std::atomic<double> flops_ = 0;  // done since the start

  std::mutex mutex_;  // of all that follows
  std::vector<Pending> pending_;
  std::size_t next_ = 0;
  int level_ = 0;
  std::size_t working_ = 0;
  std::vector<std::string> lines_;
  std::optional<Error> failure_;
  CampaignOutcome outcome_;
};

Result<void> Campaign::finish(const Pending& next, TrainingRun& run) {
  const RunSpec& spec = next.run->spec;
  const RunOutcome outcome = run.outcome();
  if (!spec.save.empty())
    if (const auto ok = cli::write_file(spec.save, run.state()); !ok) return ok;
  if (!options_.curve.empty())
    if (const auto ok = cli::write_file(curve_file(*next.run), curve_csv(outcome)); !ok) return ok;
  const std::scoped_lock lock(mutex_);
  if (const auto ok = table_.append(table_row(*next.run, outcome, options_.level)); !ok) return ok;
  std::error_code ignored;
  std::filesystem::remove(checkpoint(*next.run), ignored);
  ++outcome_.done;
  outcome_.diverged += outcome.diverged ? 1 : 0;
  lines_.push_back(fmt::format(
      "run {} of {}: N {}, S {}, D {}: {}, {:.1f} s", next.run->number, runs_,
      format_count(static_cast<double>(outcome.N)),
      format_share(1 - static_cast<double>(outcome.N) / static_cast<double>(outcome.P), 3),
      format_count(static_cast<double>(outcome.tokens)),
      outcome.diverged ? "diverged"
                       : fmt::format("loss {:.4f} +- {:.4f}", outcome.loss, outcome.loss_error),
      outcome.seconds));
  return {};
}

Result<void> Campaign::train(const Pending& next) {
  const RunSpec& spec = next.run->spec;
  TrainingRun run(spec, corpora_.at(corpus_key(spec)), options_.level);
  const std::string path = checkpoint(*next.run);
  std::error_code ignored;
  if (std::filesystem::exists(path, ignored)) {
    const Result<std::string> state = cli::read_file(path);
    if (!state) return std::unexpected(state.error());
    if (const auto ok = run.restore(*state, path); !ok) return ok;
  } else if (!spec.start.empty()) {
    const Result<std::string> state = cli::read_file(spec.start);
    if (!state) return std::unexpected(state.error());
    if (const auto ok = run.start_from(*state, spec.start); !ok) return ok;
  }
  const double each = next.flops / static_cast<double>(run.steps());
  auto written = Clock::now();
  while (!run.finished()) {
    if (stop_) return cli::write_file(path, run.state());
    run.step();
    flops_.fetch_add(each);
    if (seconds_since(written) < options_.between_checkpoints) continue;
    if (const auto ok = cli::write_file(path, run.state()); !ok) return ok;
    written = Clock::now();
  }
  return finish(next, run);
}

void Campaign::work() {
  while (true) {
    std::unique_lock lock(mutex_);
    if (stop_ || failure_ || next_ == pending_.size()) return;
    if (pending_[next_].level > level_) {
      // Those before save what this one starts from.
      if (working_ > 0) {
        lock.unlock();
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
        continue;
      }
      level_ = pending_[next_].level;
    }
    const Pending next = pending_[next_++];
    ++working_;
    lock.unlock();
    Result<void> done = train(next);
    lock.lock();
    --working_;
    if (!done && !failure_) failure_ = std::move(done.error());
    if (failure_) stop_ = true;
  }
}

Result<CampaignOutcome> Campaign::run(const TrainingPlan& design, Progress& progress,
                                      const std::function<void(const std::string&)>& said) {
  const auto start = Clock::now();
  const Result<std::string> table = table_.open(options_.output);
  if (!table) return std::unexpected(table.error());
  const Result<std::vector<bool>> done = runs_done(*table, options_.output, design);
  if (!done) return std::unexpected(done.error());
  runs_ = design.runs.size();
  if (runs_ > 1 && !options_.curve.empty() && options_.curve.find(kNumber) == std::string::npos)
    return error("{} would hold the curve of each run in turn: put {} in its name", options_.curve,
                 kNumber);
  folder_ = options_.output + ".checkpoints";
  std::error_code failed;
  std::filesystem::create_directories(folder_, failed);
  if (failed) return work_error("{}: {}", folder_, failed.message());
  if (table->empty())
    if (const auto ok = table_.append(table_header()); !ok) return std::unexpected(ok.error());
  for (std::size_t i = 0; i < runs_; ++i)
    if ((*done)[i]) std::filesystem::remove(checkpoint(design.runs[i]), failed);
  outcome_.done = static_cast<std::size_t>(std::ranges::count(*done, true));
  pending_ = ordered(design, *done);
  double total = 0;
  for (const Pending& each : pending_) total += each.flops;

  {
    std::vector<std::jthread> threads;
    const std::size_t jobs = std::min<std::size_t>(std::max(1U, options_.jobs), pending_.size());
    std::atomic<std::size_t> alive = jobs;
    for (std::size_t i = 0; i < jobs; ++i)
      threads.emplace_back([&] {
        work();
        --alive;
      });
    const auto say_lines = [&] {
      std::vector<std::string> lines;
      {
        const std::scoped_lock lock(mutex_);
        lines.swap(lines_);
      }
      for (const std::string& line : lines) said(line);
    };
    while (alive > 0) {
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
      if (progress.stop_asked() ||
          (options_.seconds > 0 && seconds_since(start) > options_.seconds))
        stop_ = true;
      say_lines();
      progress.report("GFLOP", static_cast<std::size_t>(flops_ / 1e9),
                      static_cast<std::size_t>(total / 1e9));
    }
    say_lines();
  }
  if (failure_) return std::unexpected(*std::move(failure_));
  outcome_.left = runs_ - outcome_.done;
  if (outcome_.left == 0) remove_checkpoints(folder_);
  return outcome_;
}

}  // namespace

Result<CampaignOutcome> run_campaign(const TrainingPlan& design, const Corpora& corpora,
                                     const CampaignOptions& options, Progress& progress,
                                     const std::function<void(const std::string&)>& said) {
  return Campaign(corpora, options).run(design, progress, said);
}

}  // namespace isoflop::lab
