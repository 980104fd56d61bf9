// The files of model types are as the library takes them to be. That their sizes and biases are
// right is tested by published counts (read_architecture_test.cc).
#include "arch/model_type.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <map>
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
    if (entry.path().extension() == ".toml") files.push_back(entry.path().stem());
  std::ranges::sort(files);
  EXPECT_EQ(model_types(), files);
}

// A size that no field sets would be 0, and one that two fields set would be that of the second.
TEST(ModelTypes, SetEachSizeOnce) {
  ASSERT_TRUE(model_type_book()) << model_type_book().error().text();
  for (const ModelType& type : *model_type_book()) {
    std::map<Key, int> fields;
    for (const Field& field : type.fields) ++fields[field.key];
    fields.erase(Key::kNothing);
    for (const auto& [key, count] : fields)
      EXPECT_EQ(count, 1) << type.name << " " << static_cast<int>(key);
    std::vector<Key> needed = {Key::kVocabulary, Key::kWidth,      Key::kLayers, Key::kHeads,
                               Key::kInner,      Key::kMaxContext, Key::kTied};
    if (fields.contains(Key::kExperts)) needed.push_back(Key::kActiveExperts);
    if (fields.contains(Key::kSharedExperts)) needed.push_back(Key::kExpertInner);
    if (type.attention == AttentionShape::Kind::kLatent)
      needed.insert(needed.end(), {Key::kQueryRank, Key::kKeyValueRank, Key::kNopeSize,
                                   Key::kRopeSize, Key::kValueSize});
    if (type.windowed != WindowedLayers::kNone) needed.push_back(Key::kWindow);
    if (type.windowed == WindowedLayers::kFromFirst ||
        type.windowed == WindowedLayers::kEvenUntilFirst)
      needed.push_back(Key::kFirstWindowed);
    for (const Key key : needed)
      EXPECT_TRUE(fields.contains(key)) << type.name << " " << static_cast<int>(key);
  }
}

// Fields are read in the order of the file, and a default is made of what was read.
TEST(ModelTypes, HaveTheSizesOfADefaultAboveIt) {
  for (const ModelType& type : *model_type_book()) {
    std::set<Key> above;
    for (const Field& field : type.fields) {
      const Standard::Kind kind = field.standard.kind;
      if (kind == Standard::Kind::kHeads || kind == Standard::Kind::kWidthOverHeads) {
        EXPECT_TRUE(above.contains(Key::kHeads)) << type.name << " " << field.name;
      }
      if (kind == Standard::Kind::kWidthOverHeads || kind == Standard::Kind::kFourWidths) {
        EXPECT_TRUE(above.contains(Key::kWidth)) << type.name << " " << field.name;
      }
      above.insert(field.key);
    }
  }
}

TEST(ModelTypes, UseEachNameOnce) {
  for (const ModelType& type : *model_type_book()) {
    const std::span<const std::string_view> ignored = ignored_config_fields();
    std::set<std::string, std::less<>> names(ignored.begin(), ignored.end());
    EXPECT_EQ(names.size(), ignored.size());
    for (const Field& field : type.fields)
      for (const std::string& name : {field.name, field.other_name})
        EXPECT_TRUE(name.empty() || names.insert(name).second) << type.name << " " << name;
  }
}

TEST(ModelTypes, AMistakeInAFileIsNamed) {
  const Result<ModelType> type = read_model_type(R"(windowed = "al"
gatd = true
[fields]
vocab_size = { sets = "vocabluary" }
hidden_size = { default = "4*widht" }
num_hidden_layers = { sets = "layers", defualt = 12 }
num_attention_heads = 12
)",
                                                 "own");
  ASSERT_FALSE(type);
  const std::string text = type.error().text();
  for (const char* part :
       {"architectures/own.toml:1:12: 'windowed' is \"al\", and must be one of none, all, even, "
        "from_first, even_until_first; did you mean \"all\"?",
        "own.toml:2:8: a model type has no 'gatd'", "did you mean \"gated\"?",
        "own.toml:4:23: 'sets' is \"vocabluary\"", "did you mean \"vocabulary\"?",
        "own.toml:5:15: 'sets' is missing", "did you mean \"4*width\"?",
        "own.toml:6:50: a field has no 'defualt'", "own.toml:7:23: 'num_attention_heads' is 12"})
    EXPECT_NE(text.find(part), std::string::npos) << part << "\n" << text;
}

}  // namespace
}  // namespace isoflop
