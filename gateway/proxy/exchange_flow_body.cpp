// What steps do with bodies and heads that are on their way.
#include <algorithm>

#include "http/status.h"
#include "proxy/exchange_flow.h"

namespace gatehouse::proxy {

using exchange::Side;
using http::Framing;
using plugin::Phase;

bool ExchangeFlow::may_edit(Side side) const {
  if (side == Side::upstream) return stage_ == Stage::steps;
  return stage_ == Stage::answering && phase_ == Phase::response && !head_sent_;
}

std::string_view ExchangeFlow::target_group() const {
  if (to_ != nullptr || chosen_ != nullptr) return (to_ != nullptr ? to_ : chosen_)->group;
  return forward_ != nullptr && forward_->groups.size() == 1 ? forward_->groups.front().group
                                                             : std::string_view();
}

void ExchangeFlow::set_status(std::uint16_t status) {
  response_status = status;
  phrase_ = http::phrase(status);
}

// ---- the request's body as a whole, before anything is done with it ----

bool ExchangeFlow::read_body(std::uint64_t most, exchange::BodyReader& reader) {
  if (stage_ != Stage::steps || gatherer_ != nullptr) return false;
  if (request_ended_) {
    reader.on_body(first_body_.size() <= most, first_body_);
    return true;
  }
  if (first_body_.size() > most ||
      (request.framing == Framing::length && request.content_length > most))
    return false;
  gatherer_ = &reader;
  gather_most_ = most;
  if (parked_) client_->pull(net::Credit::some(false));
  return true;
}

void ExchangeFlow::stop_reading(exchange::BodyReader& reader) {
  if (gatherer_ != &reader) return;
  gatherer_ = nullptr;
  if (client_ != nullptr) client_->pull(net::Credit::none());
}

void ExchangeFlow::gather(std::string_view bytes) {
  const std::size_t size = first_body_.size() + bytes.size();
  if (size > gather_room_) {
    const std::size_t said = request.framing == Framing::length ? request.content_length : 0;
    gather_room_ = std::max({size * 2, said, std::size_t{1024}});
    char* larger = arena.array<char>(gather_room_);
    std::copy(first_body_.begin(), first_body_.end(), larger);
    first_body_ = {larger, first_body_.size()};
  }
  // The room behind what is there is this exchange's own.
  std::copy(bytes.begin(), bytes.end(), const_cast<char*>(first_body_.data()) + first_body_.size());
  first_body_ = {first_body_.data(), size};
  gathered_ = true;
  if (size > gather_most_) gathered(false);
}

void ExchangeFlow::gathered(bool whole) {
  client_->pull(net::Credit::none());
  std::exchange(gatherer_, nullptr)->on_body(whole, first_body_);
}

// What was gathered goes past the steps that watch the body, as if it came now.
void ExchangeFlow::feed_gathered() {
  if (!watches(Phase::request_body)) return;
  plugin::Piece piece{.bytes = std::exchange(first_body_, {}), .is_last = request_ended_};
  request_end_told_ = request_ended_;
  if (run_body(Phase::request_body, piece) && !piece.bytes.empty())
    pass_to_target({.bytes = piece.bytes});
}

bool ExchangeFlow::replace_body(std::string_view body) {
  if (stage_ != Stage::steps || !request_ended_) return false;
  first_body_ = arena.copy(body);
  gathered_ = body_replaced_ = true;
  return true;
}

void ExchangeFlow::rewrite_body(Side side) {
  if (!may_edit(side)) return;
  if (side == Side::upstream) {
    space->rewrites_request = true;
  } else {
    space->rewrites_response = true;
    if (response_framing_ != Framing::none) response_framing_ = Framing::chunked;
  }
}

}  // namespace gatehouse::proxy
