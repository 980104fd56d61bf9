// Apart from file.cc, for the Python package has a SHA-256 of its own.
#include <fmt/format.h>
#include <openssl/evp.h>

#include <array>
#include <string>

#include "cli/file.h"

namespace isoflop::cli {

std::string sha256(std::string_view bytes) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, EVP_sha256(), nullptr);
  std::string hex;
  for (unsigned i = 0; i < size; ++i) hex += fmt::format("{:02x}", digest[i]);
  return hex;
}

}  // namespace isoflop::cli
