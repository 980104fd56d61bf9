// Numbers as people write them: "7B" tokens, "1.4T", "2:4" sparsity; and back, with the digits they
// deserve.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "isoflop/result.h"

namespace isoflop {

// The factor of a count suffix: K 1e3, M 1e6, B 1e9, T 1e12; nothing for any other character.
std::optional<double> suffix_factor(char suffix);

// A finite decimal number, the whole text, nothing else: "3.1", "-2e5". No locale, no hexadecimal,
// no spaces.
std::optional<double> parse_plain_number(std::string_view text);
// Whether a text is a number, but of a size that no double has: "1e999".
bool is_too_large(std::string_view text);

// A value on the command line: a plain number, with an optional suffix ("1.4T", "70B"), blanks
// around it or not. `source` names it in errors.
Result<double> parse_number(std::string_view text, std::string_view source);
// A sparsity there: a number, or an n:m pattern, which is the share of zeros among m weights of
// which n are kept: "1:4" is 0.75.
Result<double> parse_sparsity(std::string_view text, std::string_view source);
// "640GB", "80GiB", "2e9": bytes; units of 1000 (KB to TB) or of 1024 (KiB to TiB).
Result<double> parse_bytes(std::string_view text, std::string_view source);

// "70B", "1.4T", "226.5M", "512": `digits` significant ones, with a suffix from 1000 on. Beyond
// 999T: "1.2e24".
std::string format_count(double value, int digits = 3);
// `digits` significant digits, without trailing zeros, exponent form below 1e-4 and from 1e15 on:
// "0.34", "5.88e23".
std::string format_number(double value, int digits = 4);
// The same; "none" of what is not finite.
std::string format_or_none(double value, int digits = 4);
// A budget: six significant digits, exponent form from a million on, as people write FLOPs: "1e12",
// "5.88e23".
std::string format_flops(double value);
// A share, by default with four digits, and with more where they would make 1 of a share below it:
// a sparsity of "1" would be a model without weights.
std::string format_share(double value, int digits = 4);
// A share in percent: "12.5 %".
std::string format_percent(double share, int digits = 3);
// The shortest text that reads back to the same double.
std::string format_exact(double value);

}  // namespace isoflop
