// The incoming body of an HTTP/1.1 message: where it ends, and its bytes without framing.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/arena.h"
#include "http/h1/chunked.h"
#include "http/head.h"

namespace gatehouse::upstream {

// Source: RFC 9112 6.3.  Thread: its worker's.  Owns nothing but a few counters.
class H1Input {
 public:
  struct Step {
    std::size_t consumed = 0;  // of the bytes given
    std::string_view data;     // body bytes among them
    bool done = false;         // the message ends behind `consumed`
    bool invalid = false;      // malformed framing
  };

  void begin(http::Framing framing, std::uint64_t length, Arena& arena, std::size_t trailer_limit);
  // Decodes the front of `in`; call again with the rest until it consumes nothing or says `done`.
  Step next(std::string_view in);
  // The sender closed: true if that is how this body ends.
  [[nodiscard]] bool ends_at_close() const { return framing_ == http::Framing::until_close; }
  [[nodiscard]] bool done() const { return done_; }
  [[nodiscard]] http::Framing framing() const { return framing_; }
  // Bytes of an announced length that are still to come.
  [[nodiscard]] std::uint64_t left() const { return left_; }
  // `n` body bytes went past this object through a pipe; true if they were the last.
  bool spliced(std::uint64_t n);
  [[nodiscard]] std::span<const http::Field> trailers() const { return chunked_.trailers(); }
  [[nodiscard]] std::uint64_t received() const { return received_; }

 private:
  http::Framing framing_ = http::Framing::none;
  bool done_ = true;
  std::uint64_t left_ = 0;
  std::uint64_t received_ = 0;
  http::h1::ChunkedDecoder chunked_;
};

}  // namespace gatehouse::upstream
