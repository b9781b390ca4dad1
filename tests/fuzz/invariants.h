// What must hold for whatever the codec accepts, read from the bytes a second time by slower and
// simpler means.
#pragma once

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "holds.h"
#include "lib/h1_feed.h"

namespace gatehouse::fuzz {

// One to three rising cuts that depend on the input only.
inline std::vector<std::size_t> cuts_of(std::string_view input) {
  std::uint64_t state = 1469598103934665603u;
  for (char c : input) state = (state ^ static_cast<unsigned char>(c)) * 1099511628211u;
  std::vector<std::size_t> cuts;
  for (int i = 0; i < 3; ++i) {
    cuts.push_back(input.empty() ? 0 : (state >> (16 * i) & 0xffff) % (input.size() + 1));
  }
  std::sort(cuts.begin(), cuts.end());
  return cuts;
}

struct Line {
  std::string name;  // lower case
  std::string value;
};

inline bool blank(char c) { return c == ' ' || c == '\t'; }

// The field lines of an accepted head; everything about their shape is checked here.
inline std::vector<Line> lines_of(std::string_view head) {
  HOLDS(head.size() >= 4 && head.substr(head.size() - 4) == "\r\n\r\n");
  for (std::size_t i = 0; i < head.size(); ++i) {
    const auto c = static_cast<unsigned char>(head[i]);
    HOLDS(c >= 0x20 || c == '\r' || c == '\n' || c == '\t');
    HOLDS(c != 0x7f);
    HOLDS(c != '\r' || head[i + 1] == '\n');
    HOLDS(c != '\n' || (i > 0 && head[i - 1] == '\r'));
  }
  std::vector<Line> lines;
  std::size_t at = head.find("\r\n") + 2;
  while (at + 2 < head.size()) {
    const std::size_t end = head.find("\r\n", at);
    const std::string_view line = head.substr(at, end - at);
    at = end + 2;
    const std::size_t colon = line.find(':');
    HOLDS(colon != std::string_view::npos && colon > 0);
    Line one;
    for (char c : line.substr(0, colon)) {
      HOLDS(std::string_view("()<>@,;:\\\"/[]?={} \t").find(c) == std::string_view::npos);
      HOLDS(c > 0);
      one.name += static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
    }
    std::size_t from = colon + 1;
    std::size_t to = line.size();
    while (from < to && blank(line[from])) ++from;
    while (to > from && blank(line[to - 1])) --to;
    one.value = std::string(line.substr(from, to - from));
    lines.push_back(one);
  }
  return lines;
}

inline std::vector<std::string> values_of(const std::vector<Line>& lines, std::string_view name) {
  std::vector<std::string> values;
  for (const auto& line : lines) {
    if (line.name == name) values.push_back(line.value);
  }
  return values;
}

inline bool is_chunked(std::string_view value) {
  std::string lower;
  for (char c : value) lower += static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
  return lower == "chunked";
}

// The length that a field says: digits only, below 2^63.
inline std::uint64_t length_of(std::string_view value) {
  HOLDS(!value.empty());
  __extension__ unsigned __int128 length = 0;
  for (char c : value) {
    HOLDS(c >= '0' && c <= '9');
    length = length * 10 + static_cast<unsigned>(c - '0');
    HOLDS(length < (__extension__ static_cast<unsigned __int128>(1) << 63));
  }
  return static_cast<std::uint64_t>(length);
}

// Framing as RFC 9112 6 has it and nothing looser; returns how often a body is delimited (0 or 1).
inline bool check_framing(const http::Head& head, const std::vector<Line>& lines) {
  const auto lengths = values_of(lines, "content-length");
  const auto codings = values_of(lines, "transfer-encoding");
  HOLDS(lengths.size() + codings.size() <= 1);
  HOLDS(codings.empty() || (head.minor_version == 1 && is_chunked(codings[0])));
  HOLDS(head.has_content_length == !lengths.empty());
  if (!lengths.empty()) HOLDS(head.content_length == length_of(lengths[0]));
  if (head.framing == http::Framing::chunked) HOLDS(!codings.empty());
  if (head.framing == http::Framing::length) HOLDS(!lengths.empty());
  return !lengths.empty() || !codings.empty();
}

// The parser saw the same fields.
inline void check_fields(const http::Head& head, const std::vector<Line>& lines) {
  HOLDS(head.field_count == lines.size());
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const auto& field = head.fields()[i];
    HOLDS(ascii::equals_ignoring_case(field.name(), lines[i].name));
    HOLDS(field.id == http::field_id(lines[i].name) && head.has(field.id));
    HOLDS(field.underscore() == (lines[i].name.find('_') != std::string::npos));
  }
}

// The canonical path (RFC 3986 6.2.2 and merged slashes), segment by segment.
inline std::string slow_canonical(std::string_view raw) {
  std::string decoded;
  for (std::size_t i = 0; i < raw.size(); ++i) {
    if (raw[i] == '%') {
      HOLDS(i + 2 < raw.size());
      HOLDS(ascii::hex_value(raw[i + 1]) >= 0 && ascii::hex_value(raw[i + 2]) >= 0);
      const int byte = std::stoi(std::string(raw.substr(i + 1, 2)), nullptr, 16);
      const bool plain = (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z') ||
                         (byte >= 'A' && byte <= 'Z') || byte == '-' || byte == '.' ||
                         byte == '_' || byte == '~';
      decoded += plain ? std::string(1, static_cast<char>(byte)) : std::string(raw.substr(i, 3));
      i += 2;
    } else {
      decoded += raw[i];
    }
  }
  std::vector<std::string> segments;
  bool open = false;  // ends with a slash
  for (std::size_t at = 1; at <= decoded.size();) {
    std::size_t end = decoded.find('/', at);
    if (end == std::string::npos) end = decoded.size();
    const std::string segment = decoded.substr(at, end - at);
    open = segment.empty() || segment == "." || segment == ".." || end < decoded.size();
    if (segment == ".." && !segments.empty()) segments.pop_back();
    if (!segment.empty() && segment != "." && segment != "..") segments.push_back(segment);
    at = end + 1;
    if (end + 1 == decoded.size()) break;
  }
  std::string path;
  for (const auto& segment : segments) path += "/" + segment;
  return path.empty() || open ? path + "/" : path;
}

inline std::string slow_match(std::string_view path) {
  std::string match;
  bool inside = false;
  for (char c : path) {
    if (c == '/') inside = false;
    if (c == ';') inside = true;
    if (inside || (c == '/' && !match.empty() && match.back() == '/')) continue;
    match += c;
  }
  return match;
}

inline http::PathRisk slow_risk(std::string_view raw) {
  bool slash = false;
  for (std::size_t i = 0; i < raw.size(); ++i) {
    if (raw[i] == '\\') return http::PathRisk::other;
    if (raw[i] != '%') continue;
    const int byte = std::stoi(std::string(raw.substr(i + 1, 2)), nullptr, 16);
    if (byte < 0x20 || byte == 0x7f || byte == '\\') return http::PathRisk::other;
    slash = slash || byte == '/';
  }
  const std::string path = slow_canonical(raw);
  const std::string match = slow_match(path) + "/";
  if (match.find("/../") != std::string::npos || match.find("/./") != std::string::npos) {
    return http::PathRisk::other;
  }
  return slash ? http::PathRisk::encoded_slash : http::PathRisk::none;
}

inline void check_path(std::string_view raw, std::string_view path, std::string_view match,
                       http::PathRisk risk) {
  HOLDS(path == slow_canonical(raw));
  HOLDS(match == slow_match(path));
  HOLDS(risk == slow_risk(raw));
  HOLDS(slow_canonical(path) == path);
  const std::string closed = std::string(path) + "/";
  HOLDS(path.find("//") == std::string_view::npos);
  HOLDS(closed.find("/../") == std::string::npos && closed.find("/./") == std::string::npos);
  HOLDS(match.find("//") == std::string_view::npos && match.find(';') == std::string_view::npos);
}

}  // namespace gatehouse::fuzz
