// Fit files as text, for the tests of their readers.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "isoflop/fit_file.h"

namespace isoflop {

inline std::string replaced(std::string text, const std::string& old, const std::string& fresh) {
  const std::size_t at = text.find(old);
  EXPECT_NE(at, std::string::npos) << old;
  return text.replace(at, old.size(), fresh);
}

inline std::string error_of(const std::string& text) {
  const Result<FitRecord> record = read_fit_file(text, "fit.json");
  return record ? "no error" : record.error().text();
}

}  // namespace isoflop
