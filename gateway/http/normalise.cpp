#include "http/normalise.h"

#include <array>
#include <cstring>

namespace gatehouse::http {
namespace {

constexpr bool unreserved(char c) {  // RFC 3986 2.3
  return ascii::is_alpha(c) || ascii::is_digit(c) || c == '-' || c == '.' || c == '_' || c == '~';
}

// Bytes at which a path may stop being canonical: slashes and dots only if they follow a slash.
constexpr std::uint8_t kCareful = 1;
constexpr std::uint8_t kSlash = 2;
constexpr std::uint8_t kSlashOrDot = kSlash << 1;
constexpr std::array<std::uint8_t, 256> kKinds = [] {
  std::array<std::uint8_t, 256> t{};
  for (char c : {'%', ';', '\\'}) t[static_cast<unsigned char>(c)] = kCareful;
  t['/'] = kSlash | kSlashOrDot;
  t['.'] = kSlashOrDot;
  return t;
}();

bool plain(std::string_view raw) {
  unsigned found = 0;
  unsigned after_slash = 0;
  for (char c : raw) {
    const unsigned kind = kKinds[static_cast<unsigned char>(c)];
    found |= (kind & kCareful) | (kind & after_slash);
    after_slash = (kind & kSlash) << 1;
  }
  return found == 0;
}

void raise(PathRisk& risk, PathRisk to) {
  if (to > risk) risk = to;
}

// Decodes what is unreserved and notes what is risky; `to` has room for raw.size().
bool decode(std::string_view raw, char* to, std::size_t& size, PathRisk& risk) {
  size = 0;
  for (std::size_t i = 0; i < raw.size(); ++i) {
    if (raw[i] == '\\') raise(risk, PathRisk::other);
    if (raw[i] != '%') {
      to[size++] = raw[i];
      continue;
    }
    const int high = i + 2 < raw.size() ? ascii::hex_value(raw[i + 1]) : -1;
    const int low = i + 2 < raw.size() ? ascii::hex_value(raw[i + 2]) : -1;
    if (high < 0 || low < 0) return false;
    const char c = static_cast<char>(high * 16 + low);
    if (unreserved(c)) {
      to[size++] = c;
    } else {
      if (c == '/') raise(risk, PathRisk::encoded_slash);
      if (c == '\\' || static_cast<unsigned char>(c) < 0x20 || c == 0x7f)
        raise(risk, PathRisk::other);
      std::memcpy(to + size, raw.data() + i, 3);
      size += 3;
    }
    i += 2;
  }
  return true;
}

// Dot segments and empty segments out, in place (RFC 3986 5.2.4); what would climb above the root
// stays at it.
std::size_t collapse(char* path, std::size_t size) {
  std::size_t out = 0;
  for (std::size_t i = 0; i < size;) {
    std::size_t end = i + 1;  // path[i] is a slash
    while (end < size && path[end] != '/') ++end;
    const std::string_view segment(path + i + 1, end - i - 1);
    const bool last = end == size;
    if (segment == "..") {
      while (out > 0 && path[--out] != '/') {
      }
      if (last) path[out++] = '/';
    } else if (segment.empty() || segment == ".") {
      if (last) path[out++] = '/';
    } else {
      std::memmove(path + out, path + i, end - i);
      out += end - i;
    }
    i = end;
  }
  if (out == 0) path[out++] = '/';
  return out;
}

// Without the parameters of its segments.  A segment that becomes a dot segment by that is read in
// two ways.
std::string_view without_params(std::string_view path, Arena& arena, PathRisk& risk) {
  if (path.find(';') == std::string_view::npos) return path;
  char* to = arena.array<char>(path.size() + 1);
  std::size_t size = 0;
  std::size_t segment = 0;
  bool inside = false;
  const auto close_segment = [&] {
    const std::string_view text(to + segment, size - segment);
    if (inside && (text == "." || text == "..")) raise(risk, PathRisk::other);
    inside = false;
  };
  for (char c : path) {
    if (c == '/') {
      close_segment();
      if (size == 0 || to[size - 1] != '/') to[size++] = '/';
      segment = size;
    } else if (c == ';') {
      inside = true;
    } else if (!inside) {
      to[size++] = c;
    }
  }
  close_segment();
  return {to, size};
}

}  // namespace

bool canonicalise(std::string_view raw, Arena& arena, CanonicalPath& out) {
  if (plain(raw)) {
    out = {raw, raw, PathRisk::none};
    return true;
  }
  out.risk = PathRisk::none;
  char* to = arena.array<char>(raw.size() + 1);
  std::size_t size = 0;
  if (!decode(raw, to, size, out.risk)) return false;
  size = collapse(to, size);
  out.path = {to, size};
  if (out.path == raw) out.path = raw;
  out.match = without_params(out.path, arena, out.risk);
  return true;
}

}  // namespace gatehouse::http
