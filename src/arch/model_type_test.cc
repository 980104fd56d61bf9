// The files of model types are as the library takes them to be. That their sizes and biases are
// right is tested by published counts (read_architecture_test.cc).
#include "arch/model_type.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "base/book_data.h"
#include "support/paths.h"

namespace isoflop {
namespace {

TEST(ModelTypes, AreTheFilesOfTheirFolderInAlphabeticalOrder) {
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(source_folder() / "architectures"))
    if (entry.path().extension() == ".toml" && !entry.path().stem().string().starts_with("_"))
      files.push_back(entry.path().stem());
  std::ranges::sort(files);
  EXPECT_EQ(model_types(), files);
}

TEST(ModelTypes, SetEachNameOnce) {
  ASSERT_TRUE(model_type_book()) << model_type_book().error().text();
  for (const ModelType& type : *model_type_book()) {
    std::set<std::string> names;
    for (const Field& field : type.fields)
      EXPECT_TRUE(field.sets.empty() || names.insert(field.sets).second)
          << type.name << " " << field.name;
  }
}

// A field that changes no count is in one list, that of its type or that of all.
TEST(ModelTypes, UseEachNameOnce) {
  const std::span<const std::string_view> ignored = ignored_config_fields();
  const std::set<std::string, std::less<>> of_all(ignored.begin(), ignored.end());
  EXPECT_EQ(of_all.size(), ignored.size());
  for (const ModelType& type : *model_type_book()) {
    std::set<std::string> names;
    for (const Field& field : type.fields)
      for (const std::string& name : {field.name, field.other_name}) {
        EXPECT_TRUE(name.empty() || names.insert(name).second) << type.name << " " << name;
        EXPECT_FALSE(field.sets.empty() && of_all.contains(name)) << type.name << " " << name;
      }
  }
}

TEST(ModelTypes, AMistakeInAFileIsNamed) {
  const Result<ModelType> type = read_model_type(R"(like = "_decodr"
[fields]
vocab_size = { sest = "vocabulary" }
hidden_size = { sets = "width", default = "4*(widht" }
num_hidden_layers = { sets = "layers" }
[let]
inner = "4*wdth"
[mlp]
weights = "2*width*inner"
wheights = 3
[mixer]
weights = 1
)",
                                                 "own");
  ASSERT_FALSE(type);
  const std::string text = type.error().text();
  for (const char* part : {"architectures/own.toml:1:8: there is no architectures/_decodr.toml",
                           "own.toml:3:23: a field has no 'sest'",
                           "own.toml:4:", "own.toml:10:12: a part has no 'wheights'",
                           "\"mixer\" is not a part of a model",
                           "inner: 'wdth' is neither a definition nor set by a field"})
    EXPECT_NE(text.find(part), std::string::npos) << part << "\n" << text;
}

}  // namespace
}  // namespace isoflop
