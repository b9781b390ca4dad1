// The chunked transfer coding (RFC 9112 7.1), taken off as the bytes come.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "base/arena.h"
#include "http/field.h"
#include "http/h1/chunk_extension.h"
#include "http/h1/scan.h"

namespace gatehouse::http::h1 {

// Strict: sizes are hexadecimal digits and nothing else, lines end with CRLF, extensions are
// checked, bounded and dropped. Thread: its connection's.  Owns nothing: trailers lie in the arena
// given to `begin`.
class ChunkedDecoder {
 public:
  struct Step {
    std::size_t consumed = 0;
    std::string_view data;  // part of what was given
    bool done = false;
    bool invalid = false;  // and stays so
  };

  // `trailer_limit`: bytes of trailer lines that are kept; more is invalid.
  void begin(Arena& arena, std::size_t trailer_limit);
  // Decodes the front of `in`, up to one run of data.  Call again with the rest until nothing is
  // consumed or it is done.
  Step next(std::string_view in);
  // After `done`: the trailer fields that are not about framing, routing or trust.
  [[nodiscard]] std::span<const Field> trailers() const { return {trailers_, trailer_count_}; }

 private:
  enum class State : std::uint8_t {
    size,
    extension,
    size_lf,
    data,
    data_cr,
    data_lf,
    trailer,
    done,
    refused
  };
  bool size_char(char c);
  void take_trailers(std::string_view in, Step& step);
  void refuse(Step& step);

  Arena* arena_ = nullptr;
  const Field* trailers_ = nullptr;
  std::uint32_t trailer_count_ = 0;
  std::uint32_t trailer_limit_ = 0;
  std::uint64_t left_ = 0;
  std::uint32_t line_ = 0;  // bytes of the size line under way
  std::uint8_t digits_ = 0;
  ChunkExtension extension_;
  State state_ = State::size;
  HeadScan scan_;
  char* kept_ = nullptr;  // trailer lines so far
  std::uint32_t kept_size_ = 0;
  std::uint32_t kept_room_ = 0;
};

}  // namespace gatehouse::http::h1
