// What JavaScript calls: web/src/engine/worker.ts.
//
//   char* request_buffer(size)   where a request of that many bytes (UTF-8) is to be written
//   size call()                  answers it: the number of bytes of the answer
//   const char* answer()         where the answer is, until the next request
//
// Of JavaScript's it wants report(what, size, done, total): how far the work is.
#include <cstddef>
#include <string>

#include "web/engine/engine.h"

__attribute__((import_module("page"), import_name("report"))) extern "C" void page_report(
    const char* what, std::size_t size, double done, double total);

namespace {

class PageProgress final : public isoflop::Progress {
 public:
  void report(std::string_view what, std::size_t done, std::size_t total) override {
    page_report(what.data(), what.size(), static_cast<double>(done), static_cast<double>(total));
  }
};

struct Page {
  isoflop::SerialExecutor executor;
  PageProgress progress;
  isoflop::Engine engine{executor, progress};
  std::string request, answer;
};

// For as long as the module runs.
Page& page() {
  static Page page;
  return page;
}

}  // namespace

extern "C" {

__attribute__((export_name("request_buffer"))) char* request_buffer(std::size_t size) {
  page().answer = {};
  page().request.resize(size);
  return page().request.data();
}

__attribute__((export_name("call"))) std::size_t call() {
  page().answer = page().engine.call(page().request);
  page().request = {};
  return page().answer.size();
}

__attribute__((export_name("answer"))) const char* answer() { return page().answer.data(); }

}  // extern "C"
