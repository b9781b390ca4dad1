// The answer's body as a whole, before its head goes: read and replaced by steps.
#include <algorithm>

#include "proxy/exchange_flow.h"

namespace gatehouse::proxy {

using exchange::Side;
using http::Framing;
using plugin::Phase;

bool ExchangeFlow::read_answer(std::uint64_t most, exchange::BodyReader& reader) {
  if (!may_edit(Side::response) || answer_reader_ != nullptr || upgrading_ || local_file_)
    return false;
  const std::string_view there = local_ ? local_body_ : answer_body_;
  if (local_ || response_ended_ || !body_allowed()) {
    reader.on_body(there.size() <= most, there);
    return true;
  }
  if (there.size() > most || (response_framing_ == Framing::length && response_length_ > most))
    return false;
  answer_reader_ = &reader;
  answer_most_ = most;
  if (parked_) target_stream_->pull(net::Credit::some(false));
  return true;
}

void ExchangeFlow::stop_reading_answer(exchange::BodyReader& reader) {
  if (answer_reader_ != &reader) return;
  answer_reader_ = nullptr;
  if (target_stream_ != nullptr) target_stream_->pull(net::Credit::none());
}

void ExchangeFlow::gather_answer(std::string_view bytes) {
  const std::size_t size = answer_body_.size() + bytes.size();
  if (size > answer_room_) {
    const std::size_t said = response_framing_ == Framing::length ? response_length_ : 0;
    answer_room_ = std::max({size * 2, said, std::size_t{1024}});
    char* larger = arena.array<char>(answer_room_);
    std::copy(answer_body_.begin(), answer_body_.end(), larger);
    answer_body_ = {larger, answer_body_.size()};
  }
  // The room behind what is there is this exchange's own.
  std::copy(bytes.begin(), bytes.end(),
            const_cast<char*>(answer_body_.data()) + answer_body_.size());
  answer_body_ = {answer_body_.data(), size};
  if (size > answer_most_) answer_gathered(false);
}

void ExchangeFlow::answer_gathered(bool whole) {
  if (target_stream_ != nullptr) target_stream_->pull(net::Credit::none());
  std::exchange(answer_reader_, nullptr)->on_body(whole, answer_body_);
}

bool ExchangeFlow::replace_answer(std::string_view body) {
  const bool has_one = response_status >= 200 && response_status != 204 && response_status != 304;
  if (!may_edit(Side::response) || upgrading_ || !has_one) return false;
  if (target_stream_ != nullptr) std::exchange(target_stream_, nullptr)->release();
  local_file_ = false;
  (local_ ? local_body_ : answer_body_) = arena.copy(body);
  answer_room_ = 0;
  response_ended_ = !local_;
  response_trailers_ = {};
  response_framing_ = space->rewrites_response ? Framing::chunked : Framing::length;
  response_length_ = body.size();
  response_says_length_ = true;
  // What they say is true of the other bytes.
  for (const char* name : {"Content-Encoding", "Content-Range", "ETag", "Content-MD5", "Digest"})
    response.remove(name);
  return true;
}

// Behind the head.  False: a step holds it.
bool ExchangeFlow::send_gathered_answer() {
  plugin::Piece piece{.bytes = std::exchange(answer_body_, {}), .is_last = response_ended_};
  answer_room_ = 0;
  if (piece.bytes.empty() || !body_allowed()) return true;
  if (watches(Phase::response_body)) {
    response_end_told_ = response_ended_;
    if (!run_body(Phase::response_body, piece)) return false;
  }
  pass_to_client({.bytes = piece.bytes});
  return true;
}

}  // namespace gatehouse::proxy
