#include "http/h1/scan.h"

#include <algorithm>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace gatehouse::http::h1 {

const char* find_control(const char* p, const char* end) noexcept {
#if defined(__SSE2__)
  const __m128i low = _mm_set1_epi8(0x1f);
  const __m128i del = _mm_set1_epi8(0x7f);
  for (; end - p >= 16; p += 16) {
    const __m128i block = _mm_loadu_si128(reinterpret_cast<const __m128i*>(p));
    const __m128i control =
        _mm_or_si128(_mm_cmpeq_epi8(_mm_min_epu8(block, low), block), _mm_cmpeq_epi8(block, del));
    const int mask = _mm_movemask_epi8(control);
    if (mask != 0) return p + __builtin_ctz(static_cast<unsigned>(mask));
  }
#endif
  for (; p != end; ++p) {
    const auto c = static_cast<unsigned char>(*p);
    if (c < 0x20 || c == 0x7f) return p;
  }
  return end;
}

namespace {

// The limit that the line under way, which reaches up to `end`, has passed first.
Reason too_long(const HeadScan& scan, std::uint32_t end, const HeadLimits& limits) {
  if (scan.fields == 0) {
    return end - scan.line > limits.request_line ? Reason::request_line_too_long : Reason::none;
  }
  if (end != scan.line && scan.count >= limits.header_count) return Reason::too_many_headers;
  const std::uint64_t line_room = std::uint64_t{scan.line} + limits.header;
  const std::uint64_t all_room = std::uint64_t{scan.fields} + limits.headers;
  if (end <= std::min(line_room, all_room)) return Reason::none;
  return line_room <= all_room ? Reason::header_too_long : Reason::headers_too_large;
}

}  // namespace

Parse scan_head(std::string_view bytes, const HeadLimits& limits, HeadScan& scan) noexcept {
  const char* begin = bytes.data();
  const char* end = begin + bytes.size();
  for (const char* p = begin + scan.at;;) {
    p = find_control(p, end);
    const auto at = static_cast<std::uint32_t>(p - begin);
    if (p == end) {
      scan.at = at;
      const Reason reason = too_long(scan, at, limits);
      return reason == Reason::none ? Parse{} : Parse{Parse::Status::invalid, reason};
    }
    if (*p == '\t') {
      ++p;
      continue;
    }
    const Reason reason = too_long(scan, at, limits);
    if (reason != Reason::none) return {Parse::Status::invalid, reason};
    const Reason malformed = scan.fields == 0 ? Reason::bad_request_line : Reason::bad_header;
    if (*p != '\r' || at == 0) return {Parse::Status::invalid, malformed};
    if (p + 1 == end) {
      scan.at = at;
      return {};
    }
    if (p[1] != '\n') return {Parse::Status::invalid, malformed};
    p += 2;
    const bool empty = at == scan.line;
    scan.line = at + 2;
    if (scan.fields == 0) {
      scan.fields = scan.line;
    } else if (empty) {
      scan.at = scan.line;
      return {Parse::Status::complete, Reason::none};
    } else {
      ++scan.count;
    }
  }
}

}  // namespace gatehouse::http::h1
