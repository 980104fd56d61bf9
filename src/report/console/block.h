// A page of headings, sentences and tables that is written to a console or as Markdown.
#pragma once

#include <span>
#include <string>
#include <vector>

namespace isoflop {

struct Block {
  int level = 0;  // of the heading; 0 for none
  std::string heading = {};
  std::vector<std::string> lines = {};   // sentences, each a paragraph
  std::vector<std::string> header = {};  // of the table; empty for none
  std::vector<std::vector<std::string>> rows = {};
};

std::string console_text(std::span<const Block> blocks);
std::string markdown_text(std::span<const Block> blocks);

}  // namespace isoflop
