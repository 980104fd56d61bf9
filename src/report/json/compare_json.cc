#include "report/console/compare.h"

namespace isoflop {

std::string compare_json(const ComparisonRecord& record, double seconds) {
  Value document = comparison_value(record);
  document.set("seconds", seconds);
  return write_json(document) + "\n";
}

}  // namespace isoflop
