#include "http/h1/scan.h"

#include <algorithm>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace gatehouse::http::h1 {

namespace {

constexpr bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

// Walks over the controls of [p, end), looking at each byte once; a LF right behind a CR is part of
// that one.
class Controls {
 public:
  Controls(const char* p, const char* end) noexcept : begin_(p), next_(p), end_(end) {}

  const char* next() noexcept {
    while (mask_ == 0) {
      if (next_ == end_) return end_;
#if defined(__SSE2__)
      if (end_ - begin_ >= 16) {
        load();
        continue;
      }
#endif
      const char c = *next_++;
      const bool second = after_cr_ != 0 && c == '\n';
      after_cr_ = c == '\r' ? 1U : 0U;
      if (is_control(c) && !second) return next_ - 1;
    }
    const char* p = block_ + __builtin_ctz(mask_);
    mask_ &= mask_ - 1;
    return p;
  }

 private:
#if defined(__SSE2__)
  // The last block overlaps the one before it; what was seen there is masked out.
  void load() noexcept {
    block_ = std::min(next_, end_ - 16);
    const unsigned fresh = ~0U << (next_ - block_);
    next_ = block_ + 16;
    const __m128i block = _mm_loadu_si128(reinterpret_cast<const __m128i*>(block_));
    const __m128i low = _mm_cmpeq_epi8(_mm_min_epu8(block, _mm_set1_epi8(0x1f)), block);
    const __m128i del = _mm_cmpeq_epi8(block, _mm_set1_epi8(0x7f));
    mask_ = static_cast<unsigned>(_mm_movemask_epi8(_mm_or_si128(low, del))) & fresh;
    if (mask_ == 0) {
      after_cr_ = 0;
      return;
    }
    const unsigned cr = bits_of(block, '\r');
    mask_ &= ~(bits_of(block, '\n') & (cr << 1 | after_cr_));
    after_cr_ = cr >> 15;
  }
  static unsigned bits_of(__m128i block, char c) noexcept {
    return static_cast<unsigned>(_mm_movemask_epi8(_mm_cmpeq_epi8(block, _mm_set1_epi8(c))));
  }
#endif

  const char* begin_;
  const char* next_;
  const char* end_;
  const char* block_ = nullptr;
  unsigned mask_ = 0;
  unsigned after_cr_ = 0;  // the byte in front of `next_` is a CR
};

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
  const char* const begin = bytes.data();
  const char* const end = begin + bytes.size();
  // Copies, so that they stay in registers: the bytes may lie anywhere, for all the compiler knows.
  std::uint32_t line = scan.line;
  std::uint32_t fields = scan.fields;
  std::uint32_t count = scan.count;
  const std::uint32_t longest = limits.header;
  const std::uint32_t room = limits.headers;
  const std::uint32_t most = limits.header_count;
  const auto leave = [&](std::uint32_t at, Parse::Status status, Reason reason) {
    scan.at = at;
    scan.line = line;
    scan.fields = fields;
    scan.count = count;
    return Parse{status, reason};
  };
  for (Controls controls(begin + scan.at, end);;) {
    const char* p = controls.next();
    const auto at = static_cast<std::uint32_t>(p - begin);
    const bool plain = p + 1 < end && p[0] == '\r' && p[1] == '\n' && fields != 0 && count < most &&
                       at - line <= longest && at - fields <= room;
    if (!plain) {
      if (p != end && *p == '\t') continue;
      leave(at, Parse::Status::incomplete, Reason::none);
      if (const Reason reason = too_long(scan, at, limits); reason != Reason::none) {
        return {Parse::Status::invalid, reason};
      }
      if (p == end || (*p == '\r' && p + 1 == end && at != 0)) return {};
      if (at == 0 || p[0] != '\r' || p[1] != '\n') {
        const bool first = fields == 0;
        return {Parse::Status::invalid, first ? Reason::bad_request_line : Reason::bad_header};
      }
    }
    const bool empty = at == line;
    line = at + 2;
    if (fields == 0) {
      fields = line;
    } else if (empty) {
      return leave(line, Parse::Status::complete, Reason::none);
    } else {
      if (count < HeadScan::kRemembered) scan.ends[count] = at;
      ++count;
    }
  }
}

}  // namespace gatehouse::http::h1
