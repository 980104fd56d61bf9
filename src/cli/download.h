// Files from the network, into memory.
#pragma once

#include <string>

#include "isoflop/result.h"

namespace isoflop::cli {

// What is at an https:// address, following redirections to such. `ca_file` has the certificates
// that are trusted, in PEM; "" for those of the system. Errors (Error::Kind::kWork): no connection,
// a certificate that is not trusted, an answer that is no success, more than a gigabyte, or nothing
// for a minute.
Result<std::string> download(const std::string& url, const std::string& ca_file);

}  // namespace isoflop::cli
