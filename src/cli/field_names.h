// Fields of the library as flags of the program.
//
// What the library says names a field of its structs ("give recipe.fix, or question.flops=1e21"),
// as each front end has words of its own for it (base/error.h has the form). A Flag declares the
// fields that it sets, and these functions put its name in their place: "give --fix, or --flops
// 1e21". A result that is JSON, CSV or a fit file keeps the fields: other programs read it.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "cli/command.h"

namespace isoflop::cli {

// From now on a field is named as the flag of `running` that sets it or, where it has none, as that
// of the first command that has one: a note in a fit file may be on what only `fit` can set.
void name_fields(std::span<const Command> commands, const Command& running);

// From now on a field is named so instead, for one whose value is in a file: "loss of FILE" in a
// sentence and "FILE: loss:3: ..." where a mistake is. A flag stays what gives it another value,
// as in "recipe.starts=random:1000". Without a file it is `name` everywhere.
void name_field(const std::string& field, const std::string& name, const std::string& file = "");

// What gives fields the names back that they have now.
std::function<void()> keep_names();

// The text with the flags in place of the fields that have one.
std::string with_flags(std::string_view text);

}  // namespace isoflop::cli
