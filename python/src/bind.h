// What all files of the module use: results that raise, arguments by name, arrays, long work.
#pragma once

#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>
#include <nanobind/stl/array.h>
#include <nanobind/stl/map.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/pair.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/string_view.h>
#include <nanobind/stl/tuple.h>
#include <nanobind/stl/vector.h>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "isoflop/executor.h"
#include "isoflop/law.h"
#include "isoflop/progress.h"
#include "isoflop/result.h"

namespace isoflop::python {

namespace nb = nanobind;
using namespace nb::literals;

// An Error on its way to Python, where it is an InputError or a WorkError.
struct Raised {
  Error error;
};

template <class T>
T must(Result<T> result) {
  if (!result) throw Raised{std::move(result.error())};
  if constexpr (!std::is_void_v<T>) return *std::move(result);
}

using Array = nb::ndarray<nb::numpy, const double, nb::ndim<1>, nb::c_contig>;

// A view of numbers that live as long as `owner`.
inline Array view(std::span<const double> numbers, nb::handle owner) {
  return Array(numbers.data(), {numbers.size()}, owner);
}
// An array that keeps the numbers.
Array array_of(std::vector<double> numbers);

// What is pickled: statuses travel as their numbers, and numbers as bytes: half a million at once.
using Numbers = nb::bytes;

template <class T>
Numbers packed(const std::vector<T>& values) {
  return nb::bytes(values.data(), values.size() * sizeof(T));
}

template <class T>
std::vector<T> unpacked(const Numbers& bytes) {
  const auto* data = static_cast<const T*>(bytes.data());
  return {data, data + bytes.size() / sizeof(T)};
}

// A range as (low, high).
using Pair = std::pair<double, double>;
inline Pair pair_of(const Range& range) { return {range.low, range.high}; }

// A number, or a text such as "70B" or, of a sparsity, "2:4"; `name` is the argument in errors.
double number_of(nb::handle value, std::string_view name);
// The share that intervals are to cover, checked.
double level_of(double level);
// Two numbers.
Range range_of(nb::handle value, std::string_view name);

// The arguments that a caller gave by name. What is taken is gone; what is left is no argument.
class Arguments {
 public:
  explicit Arguments(const nb::dict& given);
  // Nothing where it was not given, or is None.
  std::optional<nb::object> take(const char* name);
  void number(const char* name, std::optional<double>& to);
  void number(const char* name, double& to);
  void text(const char* name, std::string& to);
  // Names and values of all that is left.
  std::map<std::string, double> rest();

 private:
  nb::dict given_;
};

[[noreturn]] void fail(std::string_view name, std::string what);

// Long work: its threads, and what hears of its progress and of Ctrl-C. `report` is called with
// what, done and total, ten times a second at most.
class Work final : public Progress {
 public:
  Work(unsigned threads, nb::object report) : executor(threads), report_(std::move(report)) {}
  void report(std::string_view what, std::size_t done, std::size_t total) override;
  [[nodiscard]] bool stop_asked() override;
  // The exception of a signal that came meanwhile, or None.
  [[nodiscard]] nb::object interrupted() const { return exception_; }

  ThreadExecutor executor;

 private:
  using Clock = std::chrono::steady_clock;
  // An exception of Python's asks the work to stop, and is kept.
  void guard(const std::function<void()>& call);
  nb::object report_;
  nb::object exception_ = nb::none();
  bool stop_ = false;
  Clock::time_point next_report_{}, next_check_{};
};

// One function a file, called once by the module.
void bind_work(nb::module_& m);
void bind_laws(nb::module_& m);
void bind_tables(nb::module_& m);
void bind_reading(nb::module_& m);
void bind_fits(nb::module_& m);
void bind_parts(nb::module_& m);
void bind_plans(nb::module_& m);
void bind_judging(nb::module_& m);
void bind_tasks(nb::module_& m);
void bind_figures(nb::module_& m);
void bind_architectures(nb::module_& m);
void bind_data_sets(nb::module_& m);
void bind_program(nb::module_& m);

}  // namespace isoflop::python
