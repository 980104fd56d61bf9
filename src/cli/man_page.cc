
#include <fmt/format.h>

#include <string_view>
#include <vector>

#include "base/version.h"
#include "cli/help.h"

namespace isoflop::cli {

namespace {

constexpr std::string_view kExitStatus = R"(.SH EXIT STATUS
.TP
0
The work is done.
.TP
1
The work failed, or the answer is incomplete.
.TP
2
The input is wrong.
.TP
130, 143
Interrupted by Ctrl\-C or SIGTERM; finished parts are written.
)";

// Text that roff prints as it is: hyphens that can be copied, quotes that stay straight, and no
// requests.
std::string escaped(std::string_view text) {
  std::string out = text.starts_with('.') || text.starts_with('\'') ? "\\&" : "";
  for (const char c : text) switch (c) {
      case '\\':
        out += "\\e";
        break;
      case '-':
        out += "\\-";
        break;
      case '\'':
        out += "\\(aq";
        break;
      case '`':
        out += "\\(ga";
        break;
      case '^':
        out += "\\(ha";
        break;
      case '~':
        out += "\\(ti";
        break;
      default:
        out += c;
    }
  return out;
}

std::string heading(std::string_view name, std::string_view summary) {
  std::string title(name);
  for (char& c : title)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  return fmt::format(
      ".TH {} 1 \"\" \"isoflop {}\" \"isoflop manual\"\n.nh\n.ad l\n.SH NAME\n{} \\- {}\n",
      escaped(title), version(), escaped(name), escaped(summary));
}

void add_flag(std::string& out, const Flag& flag) {
  const std::string name = label(flag);
  const std::size_t end = name.size() - (flag.value.empty() ? 0 : flag.value.size() + 1);
  out += fmt::format(".TP\n\\fB{}\\fR", escaped(name.substr(0, end)));
  if (!flag.value.empty()) out += fmt::format(" \\fI{}\\fR", escaped(flag.value));
  out += '\n' + escaped(described(flag)) + '\n';
  if (flag.choices.empty() || flag.choices[0].help.empty()) return;
  out += ".RS\n";
  for (const Choice& choice : flag.choices)
    out += fmt::format(".TP\n\\fB{}\\fR\n{}\n", escaped(choice.name), escaped(choice.help));
  out += ".RE\n";
}

}  // namespace

std::string program_man_page(std::span<const Command> commands) {
  std::string out = heading("isoflop", "fit, compare and use neural scaling laws");
  out += ".SH SYNOPSIS\n\\fBisoflop\\fR \\fICOMMAND\\fR [\\fIARGUMENTS\\fR] [\\fIFLAGS\\fR]\n";
  out += fmt::format(".SH DESCRIPTION\n{}\n.SH COMMANDS\n", escaped(kAbout));
  for (const std::vector<Command>& group : by_group<Command>(commands)) {
    out += fmt::format(".SS {}\n", escaped(group[0].group));
    for (const Command& command : group)
      out += fmt::format(".TP\n\\fBisoflop\\-{}\\fR(1)\n{}\n", escaped(command.name),
                         escaped(command.summary));
  }
  return out + std::string(kExitStatus) +
         ".SH ENVIRONMENT\n.TP\n\\fBCOLUMNS\\fR\nWidth of help texts, in place of the "
         "terminal's.\n";
}

std::string command_man_page(const Command& command) {
  std::string out = heading("isoflop-" + command.name, command.summary);
  out += fmt::format(".SH SYNOPSIS\n\\fB{}\\fR\n.SH OPTIONS\n", escaped(usage(command)));
  const std::vector<Flag> flags = all_flags(command);
  for (const std::vector<Flag>& group : by_group<Flag>(flags)) {
    out += fmt::format(".SS {}\n", escaped(group[0].group));
    for (const Flag& flag : group) add_flag(out, flag);
  }
  out += fmt::format(".SH EXAMPLES\n.nf\n{}\n.fi\n", escaped(command.example));
  return out + std::string(kExitStatus) + ".SH SEE ALSO\n\\fBisoflop\\fR(1)\n";
}

}  // namespace isoflop::cli
