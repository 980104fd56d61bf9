#include "isoflop/gzip.h"

#include <zlib.h>

#include <algorithm>
#include <limits>

#include "base/error.h"

namespace isoflop {

namespace {

constexpr std::string_view kMagic = "\x1F\x8B";
constexpr int kGzipOnly = 16;                // added to the window bits: a gzip header, no zlib one
constexpr std::size_t kHighestRatio = 1032;  // of text to packed bytes, that deflate reaches

constexpr std::size_t kLeast = 4096;

// A member ends with the length of its text, modulo 2^32: a guess that is right for a file of one
// member.
std::size_t guess_size(std::string_view bytes) {
  std::size_t size = 0;
  for (std::size_t i = 0; i < 4 && i < bytes.size(); ++i)
    size = size << 8U | static_cast<unsigned char>(bytes[bytes.size() - 1 - i]);
  return std::min(size, kHighestRatio * bytes.size()) + 1;
}

class Inflater {
 public:
  Inflater() { good_ = inflateInit2(&stream_, MAX_WBITS + kGzipOnly) == Z_OK; }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;
  ~Inflater() { inflateEnd(&stream_); }

  [[nodiscard]] bool good() const { return good_; }
  // Unpacks one member from the front of `bytes` to the end of `text`.
  // Z_STREAM_END for a whole one, Z_MEM_ERROR where the text is larger than `largest`.
  int member(std::string_view& bytes, std::string& text, std::size_t largest) {
    inflateReset(&stream_);
    std::size_t size = text.size();
    int code = Z_OK;
    while (code == Z_OK) {
      if (size == text.size()) {
        if (size > largest) return Z_MEM_ERROR;
        text.resize(std::min(largest + 1, std::max({text.capacity(), 2 * size, kLeast})));
      }
      const std::size_t in = piece(bytes.size()), out = piece(text.size() - size);
      // zlib does not write to its input; its interface is older than const.
      stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));  // NOLINT
      stream_.avail_in = static_cast<uInt>(in);
      stream_.next_out = reinterpret_cast<Bytef*>(text.data() + size);
      stream_.avail_out = static_cast<uInt>(out);
      code = inflate(&stream_, Z_NO_FLUSH);
      bytes.remove_prefix(in - stream_.avail_in);
      size += out - stream_.avail_out;
    }
    text.resize(size);
    return size > largest ? Z_MEM_ERROR : code;
  }

 private:
  static std::size_t piece(std::size_t size) {
    return std::min<std::size_t>(size, std::numeric_limits<uInt>::max());
  }

  z_stream stream_{};
  bool good_ = false;
};

}  // namespace

bool is_gzip(std::string_view bytes) { return bytes.starts_with(kMagic); }

std::size_t largest_unpacked(std::size_t bytes) {
  constexpr std::size_t kRatio = 100, kAlways = std::size_t{64} << 20U,
                        kNever = std::size_t{2} << 30U;
  return std::clamp(bytes, kAlways / kRatio, kNever / kRatio) * kRatio;
}

Result<std::string> unpack_gzip(std::string_view bytes, std::string_view source) {
  const std::size_t packed = bytes.size(), largest = largest_unpacked(packed);
  const Place place{std::string(source)};
  Inflater inflater;
  if (!inflater.good())
    return make_error(Error::Kind::kWork, place, "there is no memory to unpack");
  std::string text;
  text.reserve(std::min(largest, guess_size(bytes)));
  do {
    const int code = inflater.member(bytes, text, largest);
    if (code == Z_BUF_ERROR) return error_at(place, "the gzip file is cut off; copy it again");
    if (code == Z_MEM_ERROR)
      return error_at(
          place,
          "its {} KB unpack to more than {} MB, which no table does: unpack it yourself "
          "if it is one, or keep the rows that you need",
          (packed + 1023) >> 10U, largest >> 20U);
    if (code != Z_STREAM_END) return error_at(place, "the gzip file is damaged; copy it again");
  } while (!bytes.empty());
  if (is_gzip(text)) return error_at(place, "this is gzipped twice; unpack it once");
  return text;
}

}  // namespace isoflop
