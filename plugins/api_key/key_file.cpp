#include "key_file.h"

#include <algorithm>
#include <gatehouse/negotiation.hpp>

namespace api_key {
namespace {

// The next word of a line; "" behind the last.
std::string_view next_word(std::string_view& line) {
  const std::size_t begin = line.find_first_not_of(" \t\r");
  if (begin == std::string_view::npos) return {};
  const std::size_t end = std::min(line.find_first_of(" \t\r", begin), line.size());
  const std::string_view word = line.substr(begin, end - begin);
  line.remove_prefix(end);
  return word;
}

int digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

std::optional<Digest> digest_of(std::string_view hex) {
  if (hex.starts_with("sha256:")) hex.remove_prefix(7);
  if (hex.size() != 64) return std::nullopt;
  Digest out;
  for (std::size_t i = 0; i < out.size(); ++i) {
    const int high = digit(hex[2 * i]), low = digit(hex[2 * i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    out[i] = static_cast<std::uint8_t>(high * 16 + low);
  }
  return out;
}

}  // namespace

KeyFile::KeyFile(std::string_view text) {
  std::size_t number = 0;
  while (!text.empty() && !flaw_) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    read(text.substr(0, end), ++number);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

void KeyFile::read(std::string_view line, std::size_t number) {
  line = line.substr(0, line.find('#'));
  const std::string_view id = next_word(line);
  if (id.empty()) return;
  const auto digest = digest_of(next_word(line));
  if (!digest) {
    flaw_ = {number,
             "behind the id stands the key's SHA-256, 64 hexadecimal digits in small letters"};
    return;
  }
  Owner owner{std::string(id), {}};
  gatehouse::each_item(next_word(line),
                       [&](std::string_view role) { owner.roles.emplace_back(role); });
  if (!next_word(line).empty()) {
    flaw_ = {number, "behind the roles, which have commas between them, nothing follows"};
  } else if (!owners_.emplace(*digest, std::move(owner)).second) {
    flaw_ = {number, "this key stands there twice"};
  }
}

}  // namespace api_key
