#include "http/query.h"

#include "base/ascii.h"

namespace gatehouse::http {
namespace {

// Takes the piece before the next '&'.
std::string_view next_piece(std::string_view& query) {
  const std::string_view piece = query.substr(0, query.find('&'));
  query.remove_prefix(std::min(piece.size() + 1, query.size()));
  return piece;
}

bool is_named(std::string_view piece, std::string_view name) {
  return is_parameter(piece.substr(0, piece.find('=')), name);
}

bool has_parameter(std::string_view query, std::string_view name) {
  while (!query.empty()) {
    if (is_named(next_piece(query), name)) return true;
  }
  return false;
}

}  // namespace

bool is_parameter(std::string_view written, std::string_view name) {
  while (!written.empty() && !name.empty()) {
    char byte = written.front();
    std::size_t size = 1;
    if (byte == '%' && written.size() >= 3) {
      const int high = ascii::hex_value(written[1]);
      const int low = ascii::hex_value(written[2]);
      if (high >= 0 && low >= 0) {
        byte = static_cast<char>(high << 4 | low);
        size = 3;
      }
    }
    if (byte != name.front()) return false;
    written.remove_prefix(size);
    name.remove_prefix(1);
  }
  return written.empty() && name.empty();
}

std::string_view without_parameter(std::string_view query, std::string_view name, Arena& arena) {
  if (!has_parameter(query, name)) return query;
  char* const begin = arena.array<char>(query.size());
  char* to = begin;
  while (!query.empty()) {
    const std::string_view piece = next_piece(query);
    if (is_named(piece, name)) continue;
    if (to != begin) *to++ = '&';
    to = std::copy(piece.begin(), piece.end(), to);
  }
  return {begin, static_cast<std::size_t>(to - begin)};
}

}  // namespace gatehouse::http
