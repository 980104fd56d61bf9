// The two channels: a result goes to standard output, all that is said about it to standard error.
// There fields of the library are named as flags; a result that is a page passes with_flags()
// (field_names.h), JSON and CSV do not.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "cli/field_names.h"
#include "isoflop/result.h"

namespace isoflop::cli {

enum class Tone { kNote, kWarning };

// "note: ..." or "warning: ..." on standard error.
void say(Tone tone, std::string_view text);
void say_all(Tone tone, std::span<const std::string> texts);

// A warning that says what is incomplete; gives the exit code of stopped work.
int say_stopped(std::string_view warning);

// A result, on standard output; gives the exit code 0.
Result<int> print(std::string_view text);

// Prints an error and gives the exit code that goes with it: 2 where the input is wrong, 1 where
// the work failed.
int report(const Error& error);

// A word of a command line as a shell takes it.
std::string shell_quoted(std::string_view word);

}  // namespace isoflop::cli
