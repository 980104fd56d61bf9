#include "report/console/block.h"

#include "report/console/text_table.h"

namespace isoflop {

namespace {

void add_paragraph(std::string& text, const std::string& paragraph) {
  if (paragraph.empty()) return;
  if (!text.empty()) text += '\n';
  text += paragraph;
}

std::string markdown_row(const std::vector<std::string>& cells) {
  std::string line = "|";
  for (const std::string& cell : cells) line += " " + cell + " |";
  return line + "\n";
}

std::string markdown_table(const Block& block) {
  std::string text = markdown_row(block.header);
  text += markdown_row(std::vector<std::string>(block.header.size(), "---"));
  for (const std::vector<std::string>& row : block.rows) text += markdown_row(row);
  return text;
}

std::string console_table(const Block& block) {
  TextTable table(block.header);
  for (const std::vector<std::string>& row : block.rows) table.add(row);
  return table.text();
}

}  // namespace

std::string console_text(std::span<const Block> blocks) {
  std::string text;
  for (const Block& block : blocks) {
    if (block.level > 0) add_paragraph(text, block.heading + "\n");
    for (const std::string& line : block.lines) add_paragraph(text, line + "\n");
    if (!block.header.empty()) add_paragraph(text, console_table(block));
  }
  return text;
}

std::string markdown_text(std::span<const Block> blocks) {
  std::string text;
  for (const Block& block : blocks) {
    if (block.level > 0)
      add_paragraph(text, std::string(static_cast<std::size_t>(block.level), '#') + " " +
                              block.heading + "\n");
    for (const std::string& line : block.lines) add_paragraph(text, line + "\n");
    if (!block.header.empty()) add_paragraph(text, markdown_table(block));
  }
  return text;
}

}  // namespace isoflop
