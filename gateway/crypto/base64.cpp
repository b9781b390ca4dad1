#include "crypto/base64.h"

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>

namespace gatehouse::crypto {
namespace {

constexpr std::string_view kAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

static_assert(std::endian::native == std::endian::little);

// What a character stands for at each of the four places, as the bytes lie in memory; the last
// byte is for characters that do not belong.
constexpr std::uint32_t kForeign = 0xffU << 24;
using Values = std::array<std::uint32_t, 256>;
constexpr std::array<Values, 4> kValues = [] {
  std::array<Values, 4> values{};
  for (auto& place : values) place.fill(kForeign);
  for (std::uint32_t i = 0; i < 64; ++i) {
    const std::size_t c = static_cast<unsigned char>(kAlphabet[i]);
    for (std::uint32_t place = 0; place < 4; ++place) {
      const std::uint32_t bits = i << (18 - 6 * place);
      values[place][c] = bits >> 16 | (bits & 0xff00) | (bits & 0xff) << 16;
    }
  }
  return values;
}();
template <std::size_t Place>
std::uint32_t value_of(char c) {
  return kValues[Place][static_cast<unsigned char>(c)];
}

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
        value_of<0>(at[0]) | value_of<1>(at[1]) | value_of<2>(at[2]) | value_of<3>(at[3]);
    foreign |= bits;
    std::memcpy(out, &bits, 3);
  }
  if (rest != 0) {
    const std::uint32_t third = rest == 3 ? value_of<2>(at[2]) : 0;
    const std::uint32_t bits = value_of<0>(at[0]) | value_of<1>(at[1]) | third;
    foreign |= bits;
    // Bits that nobody reads are zero.
    if ((bits & (rest == 3 ? 0xff0000U : 0xffff00U)) != 0) return std::nullopt;
    std::memcpy(out, &bits, rest - 1);
    out += rest - 1;
  }
  if ((foreign & kForeign) != 0) return std::nullopt;
  return static_cast<std::size_t>(out - begin);
}

}  // namespace gatehouse::crypto
