#include "http/field.h"

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
};

constexpr std::size_t kLongest = 17;

// Where the names of each length begin in kKnown, which is sorted by length.
struct Index {
  std::uint8_t begin[kLongest + 2] = {};
};
constexpr Index kIndex = [] {
  Index index;
  for (std::size_t length = 0; length <= kLongest + 1; ++length) {
    std::uint8_t at = 0;
    while (at < std::size(kKnown) && kKnown[at].name.size() < length) ++at;
    index.begin[length] = at;
  }
  return index;
}();

}  // namespace

FieldId field_id(std::string_view name) noexcept {
  if (name.size() > kLongest) return FieldId::other;
  const std::uint8_t end = kIndex.begin[name.size() + 1];
  for (std::uint8_t i = kIndex.begin[name.size()]; i < end; ++i) {
    // The first letter, folded, decides nearly always.
    if ((name[0] | 0x20) == kKnown[i].name[0] &&
        ascii::equals_ignoring_case(name, kKnown[i].name)) {
      return kKnown[i].id;
    }
  }
  return FieldId::other;
}

}  // namespace gatehouse::http
