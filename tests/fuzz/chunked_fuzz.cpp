// room: http
// The decoder agrees with a slow reader of RFC 9112 7.1 on every byte, in any pieces; what is
// chunked comes back as it was.
#include <cstddef>

#include "http/h1/writer.h"
#include "invariants.h"

namespace gatehouse::fuzz {
namespace {

// The whole input at once: true and what it holds, or false when it is not one whole good body.
struct Slow {
  bool good = false;
  std::string data;
  std::size_t consumed = 0;
  std::string trailers;  // their bytes
};

bool token_at(std::string_view text, std::size_t& at) {
  const std::size_t from = at;
  while (at < text.size() && ascii::is_token_char(text[at])) ++at;
  return at > from;
}
void blanks_at(std::string_view text, std::size_t& at) {
  while (at < text.size() && blank(text[at])) ++at;
}

bool good_extensions(std::string_view text) {
  std::size_t at = 0;
  while (at < text.size()) {
    if (at != 0) blanks_at(text, at);
    if (at >= text.size() || text[at++] != ';') return false;
    blanks_at(text, at);
    if (!token_at(text, at)) return false;
    std::size_t ahead = at;
    blanks_at(text, ahead);
    if (ahead >= text.size() || text[ahead] != '=') continue;
    at = ahead + 1;
    blanks_at(text, at);
    if (at < text.size() && text[at] == '"') {
      for (++at; at < text.size() && text[at] != '"'; ++at) {
        if (text[at] == '\\' && ++at == text.size()) return false;
        const auto c = static_cast<unsigned char>(text[at]);
        if ((c < 0x20 && c != '\t') || c == 0x7f) return false;
      }
      if (at++ >= text.size()) return false;
    } else if (!token_at(text, at)) {
      return false;
    }
  }
  return true;
}

Slow read_slowly(std::string_view in) {
  Slow slow;
  std::size_t at = 0;
  for (;;) {
    const std::size_t end = in.find('\r', at);
    if (end == std::string_view::npos || end - at > 255 || in.substr(end, 2) != "\r\n") return slow;
    const std::string_view line = in.substr(at, end - at);
    const std::size_t digits = std::min(line.find(';'), line.size());
    if (digits == 0 || digits > 15) return slow;
    std::uint64_t size = 0;
    for (char c : line.substr(0, digits)) {
      if (ascii::hex_value(c) < 0) return slow;
      size = size * 16 + static_cast<std::uint64_t>(ascii::hex_value(c));
    }
    if (!good_extensions(line.substr(digits))) return slow;
    at = end + 2;
    if (size == 0) break;
    if (size > in.size() - at || in.substr(at + size, 2) != "\r\n") return slow;
    slow.data += in.substr(at, size);
    at += size + 2;
  }
  slow.good = true;
  slow.consumed = at;
  return slow;
}

void check_decoding(std::string_view input) {
  const auto whole = test::unchunk(input, {});
  const auto cuts = cuts_of(input);
  const auto pieces = test::unchunk(input, cuts);
  HOLDS(whole.done == pieces.done && whole.invalid == pieces.invalid);
  HOLDS(whole.data == pieces.data && whole.trailers == pieces.trailers);
  HOLDS(!whole.done || whole.consumed == pieces.consumed);
  HOLDS(whole.consumed <= input.size());
  const Slow slow = read_slowly(input);
  if (whole.done) {
    HOLDS(slow.good && slow.data == whole.data);
    const std::string_view end = input.substr(slow.consumed, whole.consumed - slow.consumed);
    if (end != "\r\n") lines_of("HTTP/1.1 200 OK\r\n" + std::string(end));
  }
  // The slow reader stops before the trailers: from there on the decoder is on its own.
  if (!whole.done && slow.good) {
    HOLDS(!input.substr(slow.consumed).starts_with("\r\n") && whole.data == slow.data);
  }
  for (const auto& name : whole.trailer_names) {
    for (const char* never : {"content-length", "host", "transfer-encoding", "authorization",
                              "x-forwarded-for", "cookie", "connection", "te", "content-type"}) {
      HOLDS(!ascii::equals_ignoring_case(name, never));
    }
  }
}

void check_round_trip(std::string_view data) {
  std::string coded;
  std::size_t step = 1;
  for (std::size_t at = 0; at < data.size(); at += step, step = step * 3 % 97 + 1) {
    const std::string_view piece = data.substr(at, step);
    char header[18];
    coded.append(header, http::h1::chunk_header(piece.size(), header));
    coded.append(piece).append("\r\n");
  }
  coded += "0\r\n\r\nnext";
  const auto cuts = cuts_of(coded);
  const auto out = test::unchunk(coded, cuts);
  HOLDS(out.done && out.data == data && out.consumed == coded.size() - 4);
}

}  // namespace
}  // namespace gatehouse::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > 4096) return 0;
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  gatehouse::fuzz::check_decoding(input);
  gatehouse::fuzz::check_round_trip(input);
  return 0;
}
