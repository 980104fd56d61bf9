#include "cli/download.h"

#include <curl/curl.h>

#include <array>
#include <cmath>
#include <cstddef>
#include <memory>

#include "base/error.h"

namespace isoflop::cli {

namespace {

constexpr std::size_t kMostBytes = std::size_t{1} << 30U;
constexpr long kConnectSeconds = 30;
constexpr long kSlowSeconds = 30, kSlowBytes = 1000;  // a second
constexpr long kMostRedirections = 5;

struct Close {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};

// libcurl's callback: anything but `count` ends the transfer.
std::size_t append(const char* bytes, std::size_t size, std::size_t count, void* to) {
  auto& text = *static_cast<std::string*>(to);
  if (text.size() + size * count > kMostBytes) return 0;
  text.append(bytes, size * count);
  return count * size;
}

}  // namespace

Result<std::string> download(const std::string& url, const std::string& ca_file, double seconds) {
  const std::unique_ptr<CURL, Close> handle(curl_easy_init());
  if (handle == nullptr) return work_error("{}: the network library does not start", url);
  std::string text;
  std::array<char, CURL_ERROR_SIZE> message{};
  CURL* const curl = handle.get();
  // Nothing but https, at the address or where it leads.
  bool set = curl_easy_setopt(curl, CURLOPT_URL, url.c_str()) == CURLE_OK;
  set = set && curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "https") == CURLE_OK;
  set = set && curl_easy_setopt(curl, CURLOPT_REDIR_PROTOCOLS_STR, "https") == CURLE_OK;
  set = set && curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 1L) == CURLE_OK;
  set = set && curl_easy_setopt(curl, CURLOPT_MAXREDIRS, kMostRedirections) == CURLE_OK;
  set = set && curl_easy_setopt(curl, CURLOPT_FAILONERROR, 1L) == CURLE_OK;
  set = set && curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L) == CURLE_OK;
  set = set && curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, kConnectSeconds) == CURLE_OK;
  set = set && curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, kSlowBytes) == CURLE_OK;
  set = set && curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, kSlowSeconds) == CURLE_OK;
  const auto milliseconds = static_cast<long>(std::ceil(seconds * 1000));
  set = set && curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, milliseconds) == CURLE_OK;
  set = set && curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, append) == CURLE_OK;
  set = set && curl_easy_setopt(curl, CURLOPT_WRITEDATA, &text) == CURLE_OK;
  set = set && curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, message.data()) == CURLE_OK;
  if (!ca_file.empty())
    set = set && curl_easy_setopt(curl, CURLOPT_CAINFO, ca_file.c_str()) == CURLE_OK;
  if (!set) return work_error("{}: the network library is too old for this", url);
  const CURLcode code = curl_easy_perform(curl);
  if (code == CURLE_OK) return text;
  const std::string why = message[0] != '\0' ? message.data() : curl_easy_strerror(code);
  return work_error("{}: {}; nothing was written", url, why);
}

}  // namespace isoflop::cli
