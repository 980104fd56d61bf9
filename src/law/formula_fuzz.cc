// Any text is a formula or an error. What is a formula prints and parses again to the same tree,
// and becomes a law or an error.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "isoflop/law.h"
#include "law/ast.h"

namespace {

using isoflop::Ast;

// But for where it stands in its text.
bool same(const Ast& a, const Ast& b) {
  if (a.kind != b.kind || a.number != b.number || a.text != b.text ||
      a.children.size() != b.children.size())
    return false;
  for (std::size_t i = 0; i < a.children.size(); ++i)
    if (!same(a.children[i], b.children[i])) return false;
  return true;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  for (const isoflop::Grammar grammar : {isoflop::Grammar{}, isoflop::Grammar{true, true}}) {
    (void)isoflop::parse_definitions(text, "fuzz", grammar);
    const isoflop::Result<Ast> formula = isoflop::parse_formula(text, "fuzz", grammar);
    if (!formula) continue;
    const isoflop::Result<Ast> again = isoflop::parse_formula(print(*formula), "again", grammar);
    if (!again || !same(*formula, *again)) std::abort();
  }
  (void)isoflop::Law::from_formula(text);
  return 0;
}
