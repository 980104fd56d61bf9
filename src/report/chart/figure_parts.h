// Parts that figures share.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "isoflop/table.h"
#include "report/chart/figure.h"

namespace isoflop {

// The range of all values on an axis of that scale, a `margin` of its width wider on both sides.
Range range_of(std::span<const std::vector<double>> values, FigureAxis::Scale scale,
               double margin = 0.04);
// The axis of an input, by its name: "active parameters N", on the scale that suits it.
FigureAxis axis_of(std::string_view input);
// The column of an input in a table of a law's runs, or what follows for it from the others there;
// empty where nothing gives it.
std::vector<double> column_of(const Law& law, const Table& table, const std::string& input);
// "row 17: N = 1B, D = 20B, loss 2.5" for each row.
std::vector<std::string> tips_of(const Table& table);
// 1, 2, ... for each row.
std::vector<std::size_t> run_numbers(const Table& table);
// The last part of a path.
std::string file_name(const std::string& path);
// Where the i-th of `count` is on a scale from 0 to 1.
double place_of(std::size_t i, std::size_t count);
// "3.62B", "2.11454", "1e21", for people.
std::string count(double value);
std::string loss_text(double loss);
std::string flops_text(double value);
// "0.31 %"
std::string percent(double share);

}  // namespace isoflop
