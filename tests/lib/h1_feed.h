// Feeds heads and chunked bodies to the codec in any pieces, and says in words what came out.
#pragma once

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/check.h"
#include "http/h1/chunked.h"
#include "http/h1/request.h"
#include "http/h1/response.h"

namespace gatehouse::test {

namespace h1 = http::h1;
using Cuts = std::span<const std::size_t>;  // ends of pieces, rising

// An arena whose first block is so small that what is kept lies on the heap, under ASan's eyes.
struct SmallArena {
  alignas(16) std::array<std::byte, 16> block{};
  Arena arena{block.data(), block.size()};
};

// A head and everything that it points into.
template <typename Head>
struct Fed {
  SmallArena memory;
  std::unique_ptr<char[]> bytes;
  h1::Parse parse;
  Head head;
  [[nodiscard]] bool complete() const { return parse.status == h1::Parse::Status::complete; }
};

// A head as a message before could have left it: nothing of that may be seen in the next.
inline void soil(http::Head& head) {
  head.framing = http::Framing::chunked;
  head.content_length = 99;
  head.has_content_length = true;
  head.keep_alive = false;
  head.minor_version = 0;
  head.present = ~std::uint64_t{0};
}
inline void soil(http::RequestHead& head) {
  soil(static_cast<http::Head&>(head));
  head.has_query = head.absolute_form = head.upgrade_websocket = head.expect_continue = true;
  head.path_risk = http::PathRisk::other;
  head.host = head.query = head.host_name = "before";
}
inline void soil(http::ResponseHead& head) {
  soil(static_cast<http::Head&>(head));
  head.reason_phrase = "before";
}

// While a head is incomplete its bytes may still move, so nothing may point into them.
inline bool empty(const http::RequestHead& head) {
  return head.method_text.empty() && head.target.empty() && head.path.empty() &&
         head.match_path.empty() && head.query.empty() && head.host.empty() &&
         head.fields().empty();
}
inline bool empty(const http::ResponseHead& head) {
  return head.reason_phrase.empty() && head.fields().empty();
}

// Calls `parse(bytes, fed, scan)` at every cut and at the end of `input`, until it is decided. Each
// time the bytes lie in a fresh block of exactly their size: what reads too far, or keeps a view of
// the block before, is found.
template <typename Head, typename Parser>
void feed(std::string_view input, Cuts cuts, Fed<Head>& fed, Parser parse) {
  h1::HeadScan scan;
  soil(fed.head);
  for (std::size_t i = 0; i <= cuts.size(); ++i) {
    const std::size_t size = i < cuts.size() ? std::min(cuts[i], input.size()) : input.size();
    std::unique_ptr<char[]> fresh(new char[size]);
    if (size != 0) std::memcpy(fresh.get(), input.data(), size);
    fed.parse = parse(std::string_view(fresh.get(), size), fed, scan);
    fed.bytes = std::move(fresh);
    if (fed.parse.status != h1::Parse::Status::incomplete) return;
    GH_CHECK(empty(fed.head));
  }
}

inline void feed_request(std::string_view input, Cuts cuts, const h1::HeadLimits& limits,
                         Fed<http::RequestHead>& fed) {
  feed(input, cuts, fed, [&](std::string_view bytes, auto& to, h1::HeadScan& scan) {
    return h1::parse_request(bytes, limits, to.memory.arena, to.head, scan);
  });
}

inline void feed_response(std::string_view input, Cuts cuts, const h1::HeadLimits& limits,
                          const h1::ResponseContext& context, Fed<http::ResponseHead>& fed) {
  feed(input, cuts, fed, [&](std::string_view bytes, auto& to, h1::HeadScan& scan) {
    return h1::parse_response(bytes, limits, context, to.memory.arena, to.head, scan);
  });
}

inline std::string body_in_words(const http::Head& head) {
  switch (head.framing) {
    case http::Framing::none:
      return " none";
    case http::Framing::length:
      return " length " + std::to_string(head.content_length);
    case http::Framing::chunked:
      return " chunked";
    case http::Framing::until_close:
      return " until_close";
  }
  return "";
}

// "GET /a?b @host length 5 keep", with " 1.0", " risk", " upgrade", " continue" where they apply;
// the reason of a refusal; or "incomplete".
inline std::string in_words(const Fed<http::RequestHead>& fed) {
  if (fed.parse.status == h1::Parse::Status::incomplete) return "incomplete";
  if (!fed.complete()) return std::string(word(fed.parse.reason));
  const auto& head = fed.head;
  std::string text = std::string(head.method_text) + " " + std::string(head.path);
  if (head.has_query) text += "?" + std::string(head.query);
  text += " @" + std::string(head.host) + body_in_words(head);
  text += head.keep_alive ? " keep" : " close";
  if (head.minor_version == 0) text += " 1.0";
  if (head.path_risk == http::PathRisk::encoded_slash) text += " encoded_slash";
  if (head.path_risk == http::PathRisk::other) text += " risk";
  if (head.upgrade_websocket) text += " upgrade";
  if (head.expect_continue) text += " continue";
  return text;
}

// "200 OK length 5 keep", or as above.
inline std::string in_words(const Fed<http::ResponseHead>& fed) {
  if (fed.parse.status == h1::Parse::Status::incomplete) return "incomplete";
  if (!fed.complete()) return std::string(word(fed.parse.reason));
  const auto& head = fed.head;
  std::string text = std::to_string(head.status) + " " + std::string(head.reason_phrase);
  text += body_in_words(head);
  text += head.keep_alive ? " keep" : " close";
  if (head.minor_version == 0) text += " 1.0";
  return text;
}

// "X-A=b X-C=d": the fields that may go on to the next hop.
inline std::string fields_in_words(std::span<const http::Field> fields) {
  std::string text;
  for (const auto& field : fields) {
    if (field.hop_by_hop() || field.underscore()) continue;
    if (!text.empty()) text += " ";
    text += std::string(field.name()) + "=" + std::string(field.value());
  }
  return text;
}

struct Unchunked {
  std::string data;
  std::string trailers;
  std::vector<std::string> trailer_names;
  std::size_t consumed = 0;
  bool done = false;
  bool invalid = false;
};

// Decodes `input`, cut as above, from blocks of exactly the size of each piece.
inline Unchunked unchunk(std::string_view input, Cuts cuts, std::size_t trailer_limit = 1024) {
  SmallArena memory;
  Unchunked out;
  h1::ChunkedDecoder decoder;
  decoder.begin(memory.arena, trailer_limit);
  for (std::size_t i = 0; i <= cuts.size() && !out.done && !out.invalid; ++i) {
    const std::size_t end = i < cuts.size() ? std::min(cuts[i], input.size()) : input.size();
    const std::string_view piece = input.substr(out.consumed, end - out.consumed);
    const std::unique_ptr<char[]> fresh(new char[piece.size()]);
    if (!piece.empty()) std::memcpy(fresh.get(), piece.data(), piece.size());
    std::string_view rest(fresh.get(), piece.size());
    while (!rest.empty() && !out.done && !out.invalid) {
      const auto step = decoder.next(rest);
      out.data += step.data;
      out.done = step.done;
      out.invalid = step.invalid;
      out.consumed += step.consumed;
      if (step.consumed == 0) break;
      rest.remove_prefix(step.consumed);
    }
  }
  if (!out.done) return out;
  out.trailers = fields_in_words(decoder.trailers());
  for (const auto& field : decoder.trailers()) out.trailer_names.emplace_back(field.name());
  return out;
}

}  // namespace gatehouse::test
