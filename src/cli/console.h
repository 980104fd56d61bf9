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

// Standard error, as printable() text; where it is closed, nobody hears it.
void print_error(std::string_view text);

// "note: ..." or "warning: ..." on standard error.
void say(Tone tone, std::string_view text);
void say_all(Tone tone, std::span<const std::string> texts);

// A warning that says what is incomplete; gives the exit code of stopped work.
int say_stopped(std::string_view warning);

// Ends the command where its work was stopped, with nothing shown or written: for results that do
// not say themselves that they are incomplete.
void end_if_stopped();

// A result, on standard output, printable() on a terminal; gives the exit code 0.
Result<int> print(std::string_view text);

// A result, in a file; "" for none. Gives the path that was written: "" also where the work was
// stopped and the path has a file already, for which what is finished would be less.
Result<std::string> write_result(const std::string& path, std::string_view text);

// Prints an error and gives the exit code that goes with it: 2 where the input is wrong, 1 where
// the work failed.
int report(const Error& error);

// A word of a command line as a shell takes it.
std::string shell_quoted(std::string_view word);

}  // namespace isoflop::cli
