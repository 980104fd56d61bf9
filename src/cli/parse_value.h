// Values on the command line that are more than one number.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "isoflop/law.h"
#include "isoflop/result.h"

namespace isoflop::cli {

// "1.4T", "70B".
Result<double> parse_value(std::string_view text);
// "70e9": a number above 0.
Result<double> parse_positive(std::string_view text);
// "0.01": a number that is not below 0.
Result<double> parse_not_negative(std::string_view text);
// "0.9", "2:4": a number in [0, 1).
Result<double> parse_share(std::string_view text);
// "0.95": a share that intervals are to cover, between 0 and 1.
Result<double> parse_level(std::string_view text);
// "640GB", "80GiB", "2e9": bytes; units of 1000 (KB to TB) or of 1024 (KiB to TiB).
Result<double> parse_bytes(std::string_view text);
// "0:0.95", "1B:1T": two numbers, the lower first.
Result<Range> parse_range(std::string_view text);
// "240": a whole number from 0 to 2^53.
Result<std::uint64_t> parse_count(std::string_view text);
// "100": evaluations of a study, 1 to 2000.
Result<std::uint64_t> parse_evaluations(std::string_view text);
// "60s", "2m", "1.5h": seconds, above 0 and at most a year.
Result<double> parse_duration(std::string_view text);
// "1e18,1e20" is a list; "1e18:1e22:5" is 5 numbers from the first to the second, evenly spaced in
// logarithm.
Result<std::vector<double>> parse_list(std::string_view text);
// "0,0.5,2:8"
Result<std::vector<double>> parse_shares(std::string_view text);
// "E=1.7"
Result<std::pair<std::string, double>> parse_assignment(std::string_view text);
// "N=70B", and for the sparsities S and Sx also a pattern: "S=2:4"
Result<std::pair<std::string, double>> parse_input(std::string_view text);
// "beta=alpha"
Result<std::pair<std::string, std::string>> parse_tie(std::string_view text);
// "alpha=0:2"
Result<std::pair<std::string, Range>> parse_named_range(std::string_view text);

}  // namespace isoflop::cli
