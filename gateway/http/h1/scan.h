// Finding the end of a head, and what may not stand in it, byte by byte but each byte once.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "base/reason.h"

namespace gatehouse::http::h1 {

// Sizes in bytes; a line's without its CRLF, `headers` over all field lines.
struct HeadLimits {
  std::uint32_t request_line = 8192;
  std::uint32_t header = 16384;
  std::uint32_t headers = 32768;
  std::uint32_t header_count = 100;
};

// Where the scan of a head that came in pieces goes on.  Offsets, so the bytes may move between
// calls.
struct HeadScan {
  static constexpr std::uint32_t kRemembered = 40;
  std::uint32_t at = 0;
  std::uint32_t line = 0;    // start of the line under way
  std::uint32_t fields = 0;  // start of the first field line; 0: still in the first line
  std::uint32_t count = 0;   // of field lines
  bool first_line_good = false;
  // Where the first field lines end (their CR), so that nobody looks for it again; not initialised.
  std::array<std::uint32_t, kRemembered> ends;

  HeadScan() noexcept {}  // NOLINT: `ends` is written before it is read
  void restart() noexcept {
    at = line = fields = count = 0;
    first_line_good = false;
  }
};

struct Parse {
  enum class Status : std::uint8_t { complete, incomplete, invalid };
  Status status = Status::incomplete;
  Reason reason = Reason::none;
};

// Looks on for the empty line that ends a head.  `complete`: `scan.at` is the size of the head,
// whose lines hold no control but tabs and end with CRLF (RFC 9112 2.2, 5; a bare CR, a bare LF, a
// NUL, an empty first line is refused at once).  Limits are refused as soon as they are passed,
// with the reason of a request.  Feeding the bytes in pieces gives the same answer as feeding them
// whole.
[[nodiscard]] Parse scan_head(std::string_view bytes, const HeadLimits& limits,
                              HeadScan& scan) noexcept;

// How many bytes of a head that comes whole are looked at together.  The answers are the same.
enum class Stride : std::uint8_t { one, sixteen, thirty_two };
// The widest that this processor can.
[[nodiscard]] Stride widest_stride() noexcept;
[[nodiscard]] Parse scan_head(std::string_view bytes, const HeadLimits& limits, HeadScan& scan,
                              Stride stride) noexcept;

}  // namespace gatehouse::http::h1
