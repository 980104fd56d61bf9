#include "workflow/citation.h"

#include <fmt/format.h>

#include <string_view>

#include "base/version.h"

namespace isoflop {

namespace {

// Text that TeX prints as it is; braces would end the field, and have no plain way to stand there.
std::string tex_text(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    if (std::string_view("#$%&_").find(c) != std::string_view::npos) escaped += '\\';
    const bool control = static_cast<unsigned char>(c) < 0x20;
    escaped += c == '{' || c == '}' || c == '\\' || control ? ' ' : c;
  }
  return escaped;
}

// A key is letters, digits and hyphens.
std::string entry_key(std::string_view text) {
  std::string key;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (plain || c == '-' || c == '_') key += c;
  }
  return key;
}

}  // namespace

std::string bibtex(const Law& law) {
  std::string text;
  if (!law.cite().empty())
    text += fmt::format("@misc{{{},\n  title = {{{}}},\n  howpublished = {{{}}}\n}}\n",
                        entry_key(law.key()), tex_text(law.title()), tex_text(law.cite()));
  return text + fmt::format(
                    "@software{{isoflop,\n  title = {{isoflop: fitting, comparing and using neural "
                    "scaling "
                    "laws}},\n  author = {{{{The isoflop developers}}}},\n  version = {{{}}}\n}}\n",
                    version());
}

}  // namespace isoflop
