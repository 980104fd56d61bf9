// The module isoflop._core: the library as Python sees it. The package around it has the names that
// users write, frames, charts and words.
#include <cmath>

#include "base/error.h"
#include "base/number_text.h"
#include "base/version.h"
#include "bind.h"

namespace isoflop::python {

Array array_of(std::vector<double> numbers) {
  auto kept = std::make_unique<std::vector<double>>(std::move(numbers));
  const double* const data = kept->data();
  const std::size_t size = kept->size();
  const nb::capsule owner(kept.release(), [](void* pointer) noexcept {
    delete static_cast<std::vector<double>*>(pointer);
  });
  return Array(data, {size}, owner);
}

void fail(std::string_view name, std::string what) {
  throw Raised{error_at({std::string(name)}, "{}", what).error()};
}

double number_of(nb::handle value, std::string_view name) {
  if (nb::isinstance<nb::str>(value)) {
    const auto text = nb::cast<std::string>(value);
    const bool share = name == "S" || name == "Sx" || name.starts_with("sparsity");
    return must(share ? parse_sparsity(text, name) : parse_number(text, name));
  }
  const double number = PyFloat_AsDouble(value.ptr());
  const bool wrong = PyErr_Occurred() != nullptr;
  PyErr_Clear();
  if (wrong || std::isnan(number)) fail(name, "not a number: give one such as 1e9, or \"1B\"");
  return number;
}

double level_of(double level) {
  if (!(level > 0 && level < 1)) fail("level", "a share between 0 and 1 is expected, such as 0.95");
  return level;
}

Range range_of(nb::handle value, std::string_view name) {
  if (!nb::isinstance<nb::sequence>(value) || nb::isinstance<nb::str>(value) || nb::len(value) != 2)
    fail(name, "two numbers are expected: (low, high)");
  return {number_of(value[0], name), number_of(value[1], name)};
}

Arguments::Arguments(const nb::dict& given) : given_(nb::borrow<nb::dict>(given.attr("copy")())) {}

std::optional<nb::object> Arguments::take(const char* name) {
  if (!given_.contains(name)) return std::nullopt;
  nb::object value = given_.attr("pop")(name);
  if (value.is_none()) return std::nullopt;
  return value;
}

void Arguments::number(const char* name, std::optional<double>& to) {
  if (const auto value = take(name)) to = number_of(*value, name);
}

void Arguments::number(const char* name, double& to) {
  if (const auto value = take(name)) to = number_of(*value, name);
}

void Arguments::text(const char* name, std::string& to) {
  const auto value = take(name);
  if (value && !nb::try_cast(*value, to)) fail(name, "a text is expected");
}

std::map<std::string, double> Arguments::rest() {
  std::map<std::string, double> values;
  for (const auto& [name, value] : given_)
    if (!value.is_none()) {
      const auto key = nb::cast<std::string>(name);
      values[key] = number_of(value, key);
    }
  return values;
}

void Work::guard(const std::function<void()>& call) {
  try {
    call();
  } catch (const nb::python_error& error) {
    stop_ = true;
    exception_ = nb::borrow(error.value());
  }
}

void Work::report(std::string_view what, std::size_t done, std::size_t total) {
  const Clock::time_point now = Clock::now();
  if (report_.is_none() || stop_ || (now < next_report_ && done != total)) return;
  next_report_ = now + std::chrono::milliseconds(100);
  const nb::gil_scoped_acquire held;
  guard([&] { report_(what, done, total); });
}

bool Work::stop_asked() {
  const Clock::time_point now = Clock::now();
  if (stop_ || now < next_check_) return stop_;
  next_check_ = now + std::chrono::milliseconds(50);
  const nb::gil_scoped_acquire held;
  guard([] {
    if (PyErr_CheckSignals() != 0) nb::raise_python_error();
  });
  return stop_;
}

namespace {

// The exception that the package makes of an Error.
void raise_error(const std::exception_ptr& thrown, void* /*payload*/) {
  try {
    std::rethrow_exception(thrown);
  } catch (const Raised& raised) {
    nb::list problems;
    for (const Problem& problem : raised.error.problems)
      problems.append(nb::make_tuple(problem.source, problem.line, problem.column, problem.what));
    const nb::object made =
        nb::module_::import_("isoflop._errors")
            .attr("made")(raised.error.kind == Error::Kind::kInput, problems, raised.error.more);
    PyErr_SetObject(made.type().ptr(), made.ptr());
  }
}

}  // namespace

void bind_work(nb::module_& m) {
  nb::class_<Work>(m, "Work")
      .def(nb::init<unsigned, nb::object>(), "threads"_a, "report"_a.none())
      .def_prop_ro("interrupted", &Work::interrupted);
  m.def(
      "number", [](nb::handle value, std::string_view name) { return number_of(value, name); },
      "value"_a, "name"_a);
  m.attr("version") = std::string(version());
}

}  // namespace isoflop::python

NB_MODULE(_core, m) {
  namespace py = isoflop::python;
  py::nb::set_leak_warnings(false);  // an exception that is kept to the end keeps its objects
  py::nb::register_exception_translator(py::raise_error);
  py::bind_work(m);
  py::bind_laws(m);
  py::bind_tables(m);
  py::bind_reading(m);
  py::bind_fits(m);
  py::bind_parts(m);
  py::bind_plans(m);
  py::bind_judging(m);
  py::bind_tasks(m);
  py::bind_figures(m);
  py::bind_architectures(m);
  py::bind_data_sets(m);
  py::bind_program(m);
}
