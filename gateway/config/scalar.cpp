#include "config/scalar.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "base/ascii.h"

namespace gatehouse::config {
namespace {

struct Unit {
  std::string_view name;
  std::uint64_t factor;
};

constexpr std::array<Unit, 4> kSizes = {
    {{"B", 1}, {"KiB", 1U << 10}, {"MiB", 1U << 20}, {"GiB", 1U << 30}}};
constexpr std::array<Unit, 5> kTimes = {
    {{"ms", 1}, {"s", 1000}, {"min", 60'000}, {"h", 3'600'000}, {"d", 86'400'000}}};

// A whole number directly followed by one of the units.
template <std::size_t N>
std::optional<std::uint64_t> with_unit(std::string_view text, const std::array<Unit, N>& units) {
  std::uint64_t number = 0;
  const auto done = std::from_chars(text.data(), text.data() + text.size(), number);
  if (done.ec != std::errc{}) return std::nullopt;
  const std::string_view rest = text.substr(static_cast<std::size_t>(done.ptr - text.data()));
  for (const auto& unit : units) {
    if (rest == unit.name && number <= INT64_MAX / unit.factor) return number * unit.factor;
  }
  if (rest.empty() && number == 0) return 0;
  return std::nullopt;
}

template <std::size_t N>
std::string in_units(std::uint64_t number, const std::array<Unit, N>& units) {
  if (number == 0) return "0";
  std::size_t largest = 0;
  for (std::size_t i = 0; i < N; ++i) {
    if (number % units[i].factor == 0) largest = i;
  }
  return std::to_string(number / units[largest].factor) + std::string(units[largest].name);
}

bool is_ip(std::string_view text, int family) {
  std::array<unsigned char, 16> bytes{};
  if (text.find('\0') != std::string_view::npos) return false;  // inet_pton stops there
  return inet_pton(family, std::string(text).c_str(), bytes.data()) == 1;
}

bool is_host_name(std::string_view text) {
  if (text.empty() || text.size() > 253) return false;
  for (char c : text) {
    if (!ascii::is_alpha(c) && !ascii::is_digit(c) && c != '-' && c != '.' && c != '_')
      return false;
  }
  return true;
}

}  // namespace

std::optional<Bytes> parse_size(std::string_view text) {
  const auto value = with_unit(text, kSizes);
  return value ? std::optional(Bytes{*value}) : std::nullopt;
}

std::optional<Millis> parse_duration(std::string_view text) {
  const auto value = with_unit(text, kTimes);
  return value ? std::optional(Millis(*value)) : std::nullopt;
}

std::string format_size(Bytes value) { return in_units(value.value, kSizes); }

std::string format_duration(Millis value) {
  if (value.count() == 0) return "0s";
  return in_units(static_cast<std::uint64_t>(value.count()), kTimes);
}

std::optional<std::uint64_t> parse_integer(std::string_view text) {
  std::uint64_t value = 0;
  const auto done = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || done.ec != std::errc{} || done.ptr != text.data() + text.size())
    return std::nullopt;
  return value;
}

std::optional<bool> parse_bool(std::string_view text) {
  if (text == "true" || text == "on" || text == "yes") return true;
  if (text == "false" || text == "off" || text == "no") return false;
  return std::nullopt;
}

bool is_rate(std::string_view text) {
  const auto slash = text.find('/');
  if (slash == std::string_view::npos || parse_integer(text.substr(0, slash)).value_or(0) == 0)
    return false;
  const std::string_view unit = text.substr(slash + 1);
  return unit == "s" || unit == "min" || unit == "hour" || unit == "day";
}

bool is_percent(std::string_view text) {
  if (!text.ends_with('%')) return false;
  const auto value = parse_integer(text.substr(0, text.size() - 1));
  return value && *value <= 100;
}

namespace {

// What is written, whether or not bits are set behind the prefix.
std::optional<AddressBlock> address_and_bits(std::string_view text) {
  const auto slash = text.find('/');
  const std::string ip(text.substr(0, slash));
  AddressBlock block;
  block.v6 = ip.find(':') != std::string::npos;
  if (ip.find('\0') != std::string::npos ||
      inet_pton(block.v6 ? AF_INET6 : AF_INET, ip.c_str(), block.first.data()) != 1) {
    return std::nullopt;
  }
  const unsigned most = block.v6 ? 128 : 32;
  block.bits = static_cast<std::uint8_t>(most);
  if (slash != std::string_view::npos) {
    const auto bits = parse_integer(text.substr(slash + 1));
    if (!bits || *bits > most) return std::nullopt;
    block.bits = static_cast<std::uint8_t>(*bits);
  }
  constexpr std::array<std::uint8_t, 12> kMapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
  if (block.v6 && block.bits >= 96 &&
      std::equal(kMapped.begin(), kMapped.end(), block.first.begin())) {
    std::copy(block.first.begin() + 12, block.first.end(), block.first.begin());
    std::fill(block.first.begin() + 4, block.first.end(), std::uint8_t{0});
    block.bits = static_cast<std::uint8_t>(block.bits - 96);
    block.v6 = false;
  }
  return block;
}

}  // namespace

std::optional<AddressBlock> enclosing_block(std::string_view text) {
  auto block = address_and_bits(text);
  if (!block) return std::nullopt;
  for (unsigned i = block->bits; i < block->first.size() * 8; ++i)
    block->first[i / 8] &= static_cast<std::uint8_t>(~(0x80U >> i % 8));
  return block;
}

std::optional<AddressBlock> parse_block(std::string_view text) {
  const auto written = address_and_bits(text);
  const auto block = enclosing_block(text);
  return block && written->first == block->first ? block : std::nullopt;
}

std::optional<Endpoint> parse_endpoint(std::string_view text) {
  if (text.starts_with("unix:")) {
    if (text.size() == 5 || text.size() > 5 + 107 || text.find('\0') != std::string_view::npos)
      return std::nullopt;
    return Endpoint{Endpoint::Kind::unix_path, std::string(text.substr(5)), 0};
  }
  if (text.starts_with("systemd:")) {
    if (!is_name(text.substr(8))) return std::nullopt;
    return Endpoint{Endpoint::Kind::systemd, std::string(text.substr(8)), 0};
  }
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  const auto port = parse_integer(text.substr(colon + 1));
  if (!port || *port > 65535) return std::nullopt;
  std::string_view host = text.substr(0, colon);
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') {
    host = host.substr(1, host.size() - 2);
    if (!is_ip(host, AF_INET6)) return std::nullopt;
    return Endpoint{Endpoint::Kind::ip, std::string(host), static_cast<std::uint16_t>(*port)};
  }
  const bool ip = is_ip(host, AF_INET);
  if (!ip && !is_host_name(host)) return std::nullopt;
  // Four numbers that are no address are a mistake, not a name.
  if (!ip && host.find_first_not_of("0123456789.") == std::string_view::npos) return std::nullopt;
  return Endpoint{ip ? Endpoint::Kind::ip : Endpoint::Kind::name, std::string(host),
                  static_cast<std::uint16_t>(*port)};
}

bool is_name(std::string_view text) {
  if (text.empty() || text.size() > 128) return false;
  for (char c : text) {
    if (!ascii::is_alpha(c) && !ascii::is_digit(c) && c != '-' && c != '.' && c != '_')
      return false;
  }
  return true;
}

}  // namespace gatehouse::config
