// JSON text as a row of events, for what is too large to be kept as a tree: a table of a million
// runs.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/value.h"

namespace isoflop {

class JsonEvents {
 public:
  // The bytes of an event's token in the text, from 0; a text's quotes are part of it.
  struct Token {
    std::size_t begin = 0;
    std::size_t end = 0;
  };

  virtual ~JsonEvents() = default;
  // Each gives false to stop the reading.
  virtual bool open(Value::Kind kind, Token token) = 0;  // an object or an array
  virtual bool close(Token token) = 0;
  virtual bool key(std::string& name, Token token) = 0;
  virtual bool scalar(Value value, Token token) = 0;
};

enum class JsonDialect : std::uint8_t {
  kStandard,
  kPython,  // NaN, Infinity and -Infinity, as Python writes them, come as texts
};

// Errors, from before the place where the events stop: what is not JSON, and what is nested more
// than 200 levels deep. Events that stop the reading themselves make no error.
Result<void> read_json_events(std::string_view text, std::string_view source, JsonDialect dialect,
                              JsonEvents& events);

// Line and character of a byte of the text.
Place place_of_byte(std::string_view text, std::string_view source, std::size_t byte);

}  // namespace isoflop
