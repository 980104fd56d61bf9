#include "cli/intervals_flag.h"

#include <utility>

#include "base/error.h"

namespace isoflop::cli {

Flag intervals_flag(bool& profile, std::string help) {
  return choice_flag<bool>({.name = "--intervals",
                            .value = "KIND",
                            .help = std::move(help),
                            .standard = "sandwich",
                            .group = "Uncertainty",
                            .fields = {"request.intervals"}},
                           profile,
                           {{{"sandwich", "from the sandwich (robust) covariance"}, false},
                            {{"profile", "from the profile likelihood as well; slower"}, true}});
}

}  // namespace isoflop::cli
