#include "http/h1/chunked.h"

#include <algorithm>
#include <cstring>

#include "http/h1/fields.h"

namespace gatehouse::http::h1 {
namespace {

constexpr std::uint8_t kMostDigits = 15;     // below 2^60
constexpr std::uint32_t kLongestLine = 256;  // size and extensions of one chunk

// RFC 9110 6.5.1: a trailer may not change framing, routing, authentication or how the message is
// handled.
constexpr std::string_view kNeverTrail[] = {
    "age",         "authentication-info", "cache-control", "expires",
    "location",    "max-forwards",        "pragma",        "range",
    "retry-after", "set-cookie",          "vary",          "warning",
    "x-real-ip",   "x-original-url",      "x-rewrite-url", "www-authenticate"};
constexpr std::string_view kNeverTrailPrefix[] = {
    "content-", "if-", "proxy-", "sec-", "accept-", "x-forwarded-", "access-control-"};

bool may_trail(const Field& field) {
  if (field.id != FieldId::other || field.underscore()) return false;
  const std::string_view name = field.name();
  return std::none_of(std::begin(kNeverTrail), std::end(kNeverTrail),
                      [&](auto never) { return ascii::equals_ignoring_case(name, never); }) &&
         std::none_of(std::begin(kNeverTrailPrefix), std::end(kNeverTrailPrefix), [&](auto never) {
           return ascii::equals_ignoring_case(name.substr(0, never.size()), never);
         });
}

}  // namespace

void ChunkedDecoder::begin(Arena& arena, std::size_t trailer_limit) {
  *this = ChunkedDecoder();
  arena_ = &arena;
  trailer_limit_ = static_cast<std::uint32_t>(trailer_limit);
}

bool ChunkedDecoder::size_char(char c) {
  const int digit = ascii::hex_value(c);
  if (digit >= 0) {
    if (++digits_ > kMostDigits) return false;
    left_ = left_ * 16 + static_cast<std::uint64_t>(digit);
    return true;
  }
  if (digits_ == 0) return false;
  if (c == '\r') {
    state_ = State::size_lf;
    return true;
  }
  state_ = State::extension;
  extension_.restart();
  return c ==
         ';';  // white space before it is "bad" (RFC 9112 7.1.1), and read in two ways: refused
}

ChunkedDecoder::Step ChunkedDecoder::next(std::string_view in) {
  Step step;
  while (step.consumed < in.size() && state_ != State::data && state_ != State::trailer) {
    const char c = in[step.consumed++];
    bool good = true;
    switch (state_) {
      case State::size:
        good = ++line_ <= kLongestLine && size_char(c);
        break;
      case State::extension:
        good = ++line_ <= kLongestLine && extension_.take(c);
        if (c == '\r') state_ = State::size_lf;
        break;
      case State::size_lf:
        good = c == '\n';
        state_ = left_ == 0 ? State::trailer : State::data;
        line_ = digits_ = 0;
        break;
      case State::data_cr:
        good = c == '\r';
        state_ = State::data_lf;
        break;
      case State::data_lf:
        good = c == '\n';
        state_ = State::size;
        break;
      default:
        good = false;
    }
    if (!good) {
      refuse(step);
      return step;
    }
  }
  if (state_ == State::data) {
    const auto n =
        static_cast<std::size_t>(std::min<std::uint64_t>(left_, in.size() - step.consumed));
    step.data = in.substr(step.consumed, n);
    step.consumed += n;
    left_ -= n;
    if (left_ == 0) state_ = State::data_cr;
  } else if (state_ == State::trailer) {
    take_trailers(in.substr(step.consumed), step);
  }
  return step;
}

void ChunkedDecoder::refuse(Step& step) {
  state_ = State::refused;
  step.invalid = true;
}

void ChunkedDecoder::take_trailers(std::string_view in, Step& step) {
  // Most often there are none: the empty line ends the message.
  if (kept_size_ == 0 && in.starts_with("\r\n")) {
    step.consumed += 2;
    step.done = true;
    state_ = State::done;
    return;
  }
  // Lines may come in pieces: they are gathered in front of a made-up first line, so that the scan
  // of heads serves here.
  if (kept_ == nullptr) {
    kept_room_ = trailer_limit_ + 8;
    kept_ = arena_->array<char>(kept_room_);
    std::memcpy(kept_, "-\r\n", 3);
    kept_size_ = 3;
  }
  const HeadLimits limits{
      .request_line = 8, .header = trailer_limit_, .headers = trailer_limit_, .header_count = 64};
  for (std::size_t i = 0; i < in.size(); ++i) {
    if (kept_size_ == kept_room_) return refuse(step);
    kept_[kept_size_++] = in[i];
    ++step.consumed;
    if (in[i] != '\n') continue;
    const Parse scanned = scan_head({kept_, kept_size_}, limits, scan_);
    if (scanned.status == Parse::Status::invalid) return refuse(step);
    if (scanned.status == Parse::Status::incomplete) continue;
    Head head;
    if (!parse_fields({kept_, kept_size_}, scan_, *arena_, head)) return refuse(step);
    auto* fields = const_cast<Field*>(head.field_begin);
    trailer_count_ = static_cast<std::uint32_t>(
        std::stable_partition(fields, fields + head.field_count, may_trail) - fields);
    trailers_ = fields;
    state_ = State::done;
    step.done = true;
    return;
  }
}

}  // namespace gatehouse::http::h1
