#include "cli/data_set_argument.h"

#include <filesystem>
#include <optional>
#include <string_view>
#include <utility>

#include "base/error.h"
#include "cli/file.h"
#include "isoflop/gzip.h"
#include "report/console/console.h"

namespace isoflop::cli {

bool is_data_set_file(const std::string& argument) { return argument.ends_with(".toml"); }

Result<DataSet> read_data_set_argument(const std::string& argument) {
  if (!is_data_set_file(argument)) return find_data_set(argument);
  const Result<std::string> text = read_file(argument);
  if (!text) return std::unexpected(text.error());
  return read_data_set(*text, argument);
}

Flag data_folder_flag(std::string& folder) {
  return Flag("--data", "DIR", "folder of data sets' files, which go before those that ship",
              text_into(folder), {.group = "Data"});
}

std::string remedy(const DataSet& data) {
  if (shipped_file(data))
    return fmt::format(
        "`isoflop datasets get {} --data DIR` writes it; without --data the one that ships is read",
        data.key);
  if (data.made.empty())
    return fmt::format("`isoflop datasets get {} --data DIR` downloads it", data.key);
  return fmt::format("make it {}", origin(data));
}

std::string path_in(const std::string& folder, const DataSet& data) {
  return (std::filesystem::path(folder) / data.file).string();
}

Result<void> check_bytes(const DataSet& data, const std::string& bytes, const std::string& source) {
  const std::string digest = sha256(bytes);
  if (digest == data.sha256) return {};
  return error_at({source},
                  "its SHA-256 is {}, and that of the data set {} is {}: it is another version or "
                  "damaged",
                  digest, data.key, data.sha256);
}

Result<std::string> read_copy(const DataSet& data, const std::string& folder) {
  const std::string path = path_in(folder, data);
  std::error_code ignored;
  if (!std::filesystem::exists(path, ignored))
    return error_at({path}, "there is no such file; {}", remedy(data));
  Result<std::string> text = read_file(path);
  if (!text) return text;
  if (const auto ok = check_bytes(data, *text, path); !ok) {
    Error error = ok.error();
    error.problems[0].what += "; " + remedy(data);
    return std::unexpected(std::move(error));
  }
  return text;
}

Result<std::string> read_data(const DataSet& data, const std::string& folder) {
  const std::optional<std::string_view> shipped = shipped_file(data);
  std::error_code ignored;
  if (folder.empty() && !shipped)
    return error("{} needs its file {}: give --data DIR; {}", data.key, data.file, remedy(data));
  if (!folder.empty() && !std::filesystem::is_directory(folder, ignored))
    return error_at({"--data"}, "there is no folder {}", folder);
  if (shipped && (folder.empty() || !std::filesystem::exists(path_in(folder, data), ignored)))
    return std::string(*shipped);
  Result<std::string> text = read_copy(data, folder);
  if (text && is_gzip(*text)) return unpack_gzip(*text, path_in(folder, data));
  return text;
}

}  // namespace isoflop::cli
