// The types of model: which fields a config.json of a type has, and the formulas of its parts. Each
// is a file of the book, architectures/TYPE.toml; a new type touches no other:
//
//   like = "_decoder"   # starts from the definitions and parts of that file; without [fields] of
//                       # its own also from its fields. Files with a _ are not types themselves.
//   [let]               # definitions: a name and its formula
//   sparse = "layer >= first_sparse"
//
//   [fields]            # of config.json
//   num_hidden_layers = { sets = "layers" }                          # required
//   num_key_value_heads = { sets = "kv_heads", default = "heads" }   # a formula, a number, a truth
//   chunk_size = {}                                                  # changes no count
//
//   [mlp]               # a part: what a layer has, or with `of` what is there so many times
//   where = "1 - sparse"
//   weights = "3*width*inner"
//
//   [[model]]           # a public model of the type, for tests and docs/architectures.md
//   name = ...  config = '''{...}'''  total = ...  source = ...
//
// A formula is one of the formula language over fields, definitions and `layer`, 0 for the first.
//
// A field sets a whole number of 1 or more, or of 0 and more where `zero` says so or its default or
// null is 0; a truth where the default is one. With `texts` it is a text, or a list of one for each
// layer, and sets the text's place; where it has `letters` too, it may be a text with one for each
// layer. With `layers` it is a list of layers, and sets 1 for those in it; with `values` a number
// or a list of one a layer. A dot in a name leads into an object. `null` is what null means where
// it is not the default.
//
// Fields and defaults are those of the configuration classes of transformers, weights those of the
// modules beside them. Sizes that make a model what it is are required: see read_architecture().
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "isoflop/arch.h"
#include "law/ast.h"

namespace isoflop {

struct Field {
  enum class Form : std::uint8_t { kCount, kTruth, kText, kLayers, kValues };
  std::string name;
  std::string other_name;  // that transformers takes as well
  std::string sets;        // "": understood, and of no weight
  Form form = Form::kCount;
  bool zero = false;
  std::optional<Ast> standard;  // what is taken where it is not there; none: required
  std::optional<Ast> of_null;
  std::vector<std::string> texts;  // "a|b": either
  std::string letters;             // of a text with one for each layer, in the order of `texts`
};

// The formulas of a part.
enum class PartTerm : std::uint8_t {
  kOf,        // how many times it is there; without it, once in each layer
  kWhere,     // 1 or 0: whether a layer has it
  kWeights,   // of matrices, each multiplied once a token
  kVectors,   // biases, gains, tables: weights that cost nothing
  kProducts,  // further multiplications with additions of one token
  kKeys,      // ... and for each key that it sees
  kWindow,    // keys that a query sees at most, the last ones; 0: all
  kChunks,    // 1: the window does not slide
  kMostKeys,  // keys that a query is multiplied with at most, of all that are kept; 0: all
  kBothWays,  // 1: queries see the keys after them too
  kCache,     // numbers that one token leaves in the cache
  kState,     // numbers that a sequence keeps, whatever its length
  kCopies,    // experts
  kActive,    // experts that see a token
};
inline constexpr std::size_t kTerms = static_cast<std::size_t>(PartTerm::kActive) + 1;

struct PartFormulas {
  std::string name;
  LayerBlock::Part part = LayerBlock::Part::kAttention;
  std::array<std::optional<Ast>, kTerms> terms;
};

struct ModelType {
  std::string name;
  std::vector<Field> fields;
  std::map<std::string, Ast, std::less<>> definitions;
  std::vector<PartFormulas> parts;
  std::vector<PublishedModel> models;
};

// Reads architectures/NAME.toml. Errors: all problems of the file, with line and column.
Result<ModelType> read_model_type(std::string_view text, std::string_view name);

// The types of the book in alphabetical order, read on first use. An error means that the library
// was built with a file that is not as described above.
const Result<std::vector<ModelType>>& model_type_book();

}  // namespace isoflop
