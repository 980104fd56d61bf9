// The normal, Student's and Fisher's distributions, to the last digits of a double. Boost.Math has
// them too, with a mutex and a second of compile time a file.
#pragma once

#include <cstddef>

namespace isoflop {

// The share of a standard normal distribution below z, and the z below which there is a share.
double normal_share(double z);
double normal_quantile(double share);

// The t for which a share `level` of Student's distribution lies in [-t, t]; NaN without degrees of
// freedom, and where the level is not between 0 and 1.
double student_quantile(double level, std::size_t degrees_of_freedom);
// Of any degrees of freedom from 1 on: linear in their inverse between whole ones, less than 3 %
// above the true one at 1.5, and 0.2 % from 3 on.
double student_quantile_between(double level, double degrees_of_freedom);

// The share of Fisher's distribution above F, with `terms` degrees of freedom over
// `degrees_of_freedom`, neither of them 0.
double fisher_tail(double F, double terms, double degrees_of_freedom);

}  // namespace isoflop
