// What `isoflop laws` prints for people: the book, and one law of it.
#pragma once

#include <optional>
#include <span>
#include <string>

#include "isoflop/law.h"
#include "workflow/example.h"

namespace isoflop {

std::string laws_page(std::span<const Law> laws);
std::string law_page(const Law& law, const std::optional<Example>& example);

// The same as one Markdown page, each law with its example: docs/laws.md.
std::string laws_markdown(std::span<const Law> laws);

}  // namespace isoflop
