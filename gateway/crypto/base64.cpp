#include "crypto/base64.h"

#include <array>
#include <cstdint>

namespace gatehouse::crypto {
namespace {

constexpr std::string_view kAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

// What a character stands for; bits above the sixth: it does not belong.
constexpr std::uint32_t kForeign = 0xffU << 24;
constexpr std::array<std::uint32_t, 256> kValues = [] {
  std::array<std::uint32_t, 256> values{};
  values.fill(kForeign);
  for (std::uint32_t i = 0; i < 64; ++i) values[static_cast<unsigned char>(kAlphabet[i])] = i;
  return values;
}();
std::uint32_t value_of(char c) { return kValues[static_cast<unsigned char>(c)]; }

}  // namespace

std::string base64url(std::string_view bytes) {
  std::string out;
  out.reserve((bytes.size() * 4 + 2) / 3);
  std::uint32_t bits = 0;
  int count = 0;
  for (char c : bytes) {
    bits = bits << 8 | static_cast<unsigned char>(c);
    for (count += 8; count >= 6; count -= 6) out.push_back(kAlphabet[bits >> (count - 6) & 63]);
  }
  if (count > 0) out.push_back(kAlphabet[bits << (6 - count) & 63]);
  return out;
}

std::optional<std::string> from_base64url(std::string_view text) {
  std::string out(text.size() * 3 / 4, '\0');
  if (!from_base64url(text, out.data())) return std::nullopt;
  return out;
}

std::optional<std::size_t> from_base64url(std::string_view text, char* out) noexcept {
  const std::size_t rest = text.size() % 4;
  if (rest == 1) return std::nullopt;
  const char* at = text.data();
  const char* const end = at + (text.size() - rest);
  const char* const begin = out;
  std::uint32_t foreign = 0;
  for (; at != end; at += 4, out += 3) {
    const std::uint32_t bits =
        value_of(at[0]) << 18 | value_of(at[1]) << 12 | value_of(at[2]) << 6 | value_of(at[3]);
    foreign |= value_of(at[0]) | value_of(at[1]) | value_of(at[2]) | value_of(at[3]);
    out[0] = static_cast<char>(bits >> 16);
    out[1] = static_cast<char>(bits >> 8);
    out[2] = static_cast<char>(bits);
  }
  if (rest != 0) {
    const std::uint32_t third = rest == 3 ? value_of(at[2]) : 0;
    const std::uint32_t bits = value_of(at[0]) << 18 | value_of(at[1]) << 12 | third << 6;
    foreign |= value_of(at[0]) | value_of(at[1]) | third;
    if ((bits & (rest == 3 ? 0xffU : 0xffffU)) != 0) return std::nullopt;
    *out++ = static_cast<char>(bits >> 16);
    if (rest == 3) *out++ = static_cast<char>(bits >> 8);
  }
  if ((foreign & kForeign) != 0) return std::nullopt;
  return static_cast<std::size_t>(out - begin);
}

}  // namespace gatehouse::crypto
