// Files from the network, into memory.
#pragma once

#include <string>

#include "isoflop/result.h"

namespace isoflop::cli {

// What is at an https:// address, following redirections to such. `ca_file` has the certificates
// that are trusted, in PEM; "" for those of the system. Errors (Error::Kind::kWork): no connection,
// a certificate that is not trusted, an answer that is no success, more than a gigabyte, less than
// a kilobyte a second for half a minute, or no end after `seconds`.
Result<std::string> download(const std::string& url, const std::string& ca_file, double seconds);

}  // namespace isoflop::cli
