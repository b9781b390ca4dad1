#include "http/field.h"

#include <algorithm>
#include <array>
#include <cstring>

namespace gatehouse::http {
namespace {

struct Known {
  std::string_view name;
  FieldId id;
};

constexpr Known kKnown[] = {
    {"te", FieldId::te},
    {"via", FieldId::via},
    {"host", FieldId::host},
    {"date", FieldId::date},
    {"proxy", FieldId::proxy},
    {"accept", FieldId::accept},
    {"cookie", FieldId::cookie},
    {"expect", FieldId::expect},
    {"origin", FieldId::origin},
    {"referer", FieldId::referer},
    {"trailer", FieldId::trailer},
    {"upgrade", FieldId::upgrade},
    {"forwarded", FieldId::forwarded},
    {"connection", FieldId::connection},
    {"keep-alive", FieldId::keep_alive},
    {"user-agent", FieldId::user_agent},
    {"traceparent", FieldId::traceparent},
    {"content-type", FieldId::content_type},
    {"x-request-id", FieldId::x_request_id},
    {"authorization", FieldId::authorization},
    {"http2-settings", FieldId::http2_settings},
    {"content-length", FieldId::content_length},
    {"sec-fetch-mode", FieldId::sec_fetch_mode},
    {"x-forwarded-for", FieldId::x_forwarded_for},
    {"x-amzn-trace-id", FieldId::x_amzn_trace_id},
    {"proxy-connection", FieldId::proxy_connection},
    {"x-forwarded-host", FieldId::x_forwarded_host},
    {"x-forwarded-port", FieldId::x_forwarded_port},
    {"x-forwarded-proto", FieldId::x_forwarded_proto},
    {"transfer-encoding", FieldId::transfer_encoding},
    {"x-gatehouse-explain", FieldId::x_gatehouse_explain},
};

constexpr std::size_t kShortest = 2;
constexpr std::size_t kLongest = 19;

constexpr std::size_t kFirst = 1;
constexpr std::size_t kLast = 16;

// A name by its size, its first and its last letter but one, no two alike.
struct Slot {
  char name[24] = {};
  std::uint8_t size = 0;
  FieldId id = FieldId::other;
};
struct Table {
  std::array<Slot, 128> slots{};
  bool perfect = true;
};

constexpr std::size_t slot_of(std::size_t size, char first, char last_but_one) {
  const auto fold = [](char c) {
    return static_cast<std::size_t>(static_cast<unsigned char>(c) | 0x20);
  };
  return (size * 4 + fold(first) * kFirst + fold(last_but_one) * kLast) % 128;
}

constexpr Table kTable = [] {
  Table table;
  for (const auto& known : kKnown) {
    const std::size_t size = known.name.size();
    Slot& slot = table.slots[slot_of(size, known.name[0], known.name[size - 2])];
    if (slot.size != 0 || size < kShortest || size > kLongest) table.perfect = false;
    for (std::size_t i = 0; i < size; ++i) slot.name[i] = known.name[i];
    slot.size = static_cast<std::uint8_t>(size);
    slot.id = known.id;
  }
  return table;
}();
static_assert(kTable.perfect, "two names share a slot: choose other factors");

template <typename Word>
bool alike(const char* text, const char* lower) {
  Word a;
  Word b;
  std::memcpy(&a, text, sizeof a);
  std::memcpy(&b, lower, sizeof b);
  return (a | static_cast<Word>(0x2020202020202020)) == b;
}

// For token characters folding by a bit is exact: no known name holds a byte that another token
// character folds to.
bool same(const char* text, const char* lower, std::size_t size) {
  using Eight = std::uint64_t;
  using Four = std::uint32_t;
  using Two = std::uint16_t;
  if (size > 16 && !alike<Eight>(text + 8, lower + 8)) return false;
  if (size >= 8)
    return alike<Eight>(text, lower) && alike<Eight>(text + size - 8, lower + size - 8);
  if (size >= 4) return alike<Four>(text, lower) && alike<Four>(text + size - 4, lower + size - 4);
  return alike<Two>(text, lower) && alike<Two>(text + size - 2, lower + size - 2);
}

}  // namespace

FieldId field_id(std::string_view name) noexcept {
  const std::size_t size = name.size();
  if (size < kShortest || size > kLongest) return FieldId::other;
  const Slot& slot = kTable.slots[slot_of(size, name[0], name[size - 2])];
  return slot.size == size && same(name.data(), slot.name, size) ? slot.id : FieldId::other;
}

bool is_field_value(std::string_view value) noexcept {
  const auto wrong = [](char c) { return c == '\r' || c == '\n' || c == '\0'; };
  // Eight bytes at a time, as long as none is below 0x0e.
  constexpr std::uint64_t kEach = 0x0101010101010101;
  const auto plain = [](const char* at) {
    std::uint64_t bytes = 0;
    std::memcpy(&bytes, at, sizeof bytes);
    return ((bytes - 0x0e * kEach) & ~bytes & 0x80 * kEach) == 0;
  };
  if (value.size() >= 8) {
    bool all = plain(value.data() + value.size() - 8);
    for (std::size_t at = 0; at + 8 < value.size(); at += 8) all = all && plain(value.data() + at);
    if (all) return true;
  }
  return std::none_of(value.begin(), value.end(), wrong);
}

}  // namespace gatehouse::http
