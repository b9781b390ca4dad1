#include "http/h1/scan.h"

#include <algorithm>
#include <bit>
#include <cstring>

#if defined(__SSE2__)
#include <immintrin.h>
#endif

namespace gatehouse::http::h1 {

namespace {

constexpr bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

#if defined(__SSE2__)
// A bit for each of 64 bytes.
struct Bits {
  std::uint64_t cr = 0;
  std::uint64_t lf = 0;
  std::uint64_t other = 0;  // controls that are neither
};

struct Sse2 {
  static Bits bits_of(const char* p) {
    Bits bits;
#pragma GCC unroll 4
    for (unsigned i = 0; i < 64; i += 16) {
      const __m128i block = _mm_loadu_si128(reinterpret_cast<const __m128i*>(p + i));
      const auto mask = [i](__m128i equal) {
        return std::uint64_t{static_cast<std::uint16_t>(_mm_movemask_epi8(equal))} << i;
      };
      const __m128i low = _mm_cmpeq_epi8(_mm_min_epu8(block, _mm_set1_epi8(0x1f)), block);
      const __m128i del = _mm_cmpeq_epi8(block, _mm_set1_epi8(0x7f));
      bits.cr |= mask(_mm_cmpeq_epi8(block, _mm_set1_epi8('\r')));
      bits.lf |= mask(_mm_cmpeq_epi8(block, _mm_set1_epi8('\n')));
      bits.other |= mask(_mm_or_si128(low, del));
    }
    bits.other &= ~(bits.cr | bits.lf);
    return bits;
  }
};

// The same in two steps in place of four.
struct Avx2 {
  [[gnu::target("avx2")]] static std::uint64_t mask(__m256i low, __m256i high) {
    return std::uint64_t{static_cast<std::uint32_t>(_mm256_movemask_epi8(high))} << 32 |
           static_cast<std::uint32_t>(_mm256_movemask_epi8(low));
  }
  [[gnu::target("avx2")]] static std::uint64_t equal(__m256i low, __m256i high, char c) {
    const __m256i all = _mm256_set1_epi8(c);
    return mask(_mm256_cmpeq_epi8(low, all), _mm256_cmpeq_epi8(high, all));
  }
  [[gnu::target("avx2")]] static Bits bits_of(const char* p) {
    const __m256i a = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(p));
    const __m256i b = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(p + 32));
    const __m256i last = _mm256_set1_epi8(0x1f);
    const std::uint64_t low = mask(_mm256_cmpeq_epi8(_mm256_min_epu8(a, last), a),
                                   _mm256_cmpeq_epi8(_mm256_min_epu8(b, last), b));
    Bits bits;
    bits.cr = equal(a, b, '\r');
    bits.lf = equal(a, b, '\n');
    bits.other = (low | equal(a, b, 0x7f)) & ~(bits.cr | bits.lf);
    return bits;
  }
};

// The usual case, 64 bytes at a time: a head that is whole, sound and within the limits.  False:
// something else, nothing is decided.
template <typename Lanes>
[[gnu::always_inline]] inline bool scan_plain(std::string_view bytes, const HeadLimits& limits,
                                              HeadScan& scan) {
  std::uint32_t line = 0;
  std::uint32_t fields = 0;
  std::uint32_t count = 0;
  const std::uint32_t most = std::min(limits.header_count, HeadScan::kRemembered);
  std::uint64_t carry = 0;  // the block before ends with a CR
  for (std::size_t base = 0; base < bytes.size(); base += 64) {
    char tail[64];
    const char* p = bytes.data() + base;
    if (bytes.size() - base < 64) {
      std::memset(tail, 0, sizeof tail);
      p = static_cast<const char*>(std::memcpy(tail, p, bytes.size() - base));
    }
    const Bits bits = Lanes::bits_of(p);
    const std::uint64_t line_feeds = bits.cr << 1 | carry;  // where they belong
    for (std::uint64_t rest = bits.cr; rest != 0; rest &= rest - 1) {
      const auto at =
          static_cast<std::uint32_t>(base) + static_cast<std::uint32_t>(std::countr_zero(rest));
      if (fields == 0) {
        if (at == 0 || at > limits.request_line) return false;
        fields = at + 2;
      } else if (at == line) {
        const std::uint64_t head = (rest & -rest) << 2;  // behind its end
        const std::uint64_t wrong = ((bits.lf ^ line_feeds) | bits.other) & (head - 1);
        if (wrong != 0 || at + 2 > bytes.size() || bytes[at + 1] != '\n') return false;
        if (at - fields > limits.headers) return false;
        scan.at = scan.line = at + 2;
        scan.fields = fields;
        scan.count = count;
        return true;
      } else {
        if (count == most || at - line > limits.header) return false;
        scan.ends[count++] = at;
      }
      line = at + 2;
    }
    if (bits.lf != line_feeds || bits.other != 0) return false;
    carry = bits.cr >> 63;
  }
  return false;
}

bool scan_sse2(std::string_view bytes, const HeadLimits& limits, HeadScan& scan) {
  return scan_plain<Sse2>(bytes, limits, scan);
}

[[gnu::target("avx2,bmi")]] bool scan_avx2(std::string_view bytes, const HeadLimits& limits,
                                           HeadScan& scan) {
  return scan_plain<Avx2>(bytes, limits, scan);
}

const Stride widest = __builtin_cpu_supports("avx2") != 0 && __builtin_cpu_supports("bmi") != 0
                          ? Stride::thirty_two
                          : Stride::sixteen;
#else
const Stride widest = Stride::one;
#endif

// The limit that the line under way, which reaches up to `end`, has passed first.
Reason too_long(const HeadScan& scan, std::uint32_t end, const HeadLimits& limits) {
  if (scan.fields == 0) {
    return end - scan.line > limits.request_line ? Reason::request_line_too_long : Reason::none;
  }
  const std::uint64_t line_room = std::uint64_t{scan.line} + limits.header;
  const std::uint64_t all_room = std::uint64_t{scan.fields} + limits.headers;
  if (scan.line > all_room) return Reason::headers_too_large;  // by the CRLF of the line before
  if (end != scan.line && scan.count >= limits.header_count) return Reason::too_many_headers;
  if (end <= std::min(line_room, all_room)) return Reason::none;
  return line_room <= all_room ? Reason::header_too_long : Reason::headers_too_large;
}

}  // namespace

Stride widest_stride() noexcept { return widest; }

Parse scan_head(std::string_view bytes, const HeadLimits& limits, HeadScan& scan) noexcept {
  return scan_head(bytes, limits, scan, widest);
}

Parse scan_head(std::string_view bytes, const HeadLimits& limits, HeadScan& scan,
                [[maybe_unused]] Stride stride) noexcept {
#if defined(__SSE2__)
  if (scan.at == 0 && stride != Stride::one &&
      (stride == Stride::thirty_two ? scan_avx2(bytes, limits, scan)
                                    : scan_sse2(bytes, limits, scan)))
    return {Parse::Status::complete, Reason::none};
#endif
  for (std::uint32_t at = scan.at;; ++at) {
    while (at < bytes.size() && (!is_control(bytes[at]) || bytes[at] == '\t')) ++at;
    if (const Reason reason = too_long(scan, at, limits); reason != Reason::none) {
      return {Parse::Status::invalid, reason};
    }
    scan.at = at;
    const bool at_cr = at < bytes.size() && bytes[at] == '\r' && at != 0;
    if (at == bytes.size() || (at_cr && at + 1 == bytes.size())) return {};
    if (!at_cr || bytes[++at] != '\n') {
      const bool first = scan.fields == 0;
      return {Parse::Status::invalid, first ? Reason::bad_request_line : Reason::bad_header};
    }
    const bool empty = at - 1 == scan.line;
    scan.line = at + 1;
    if (scan.fields == 0) {
      scan.fields = scan.line;
    } else if (empty) {
      scan.at = scan.line;
      return {Parse::Status::complete, Reason::none};
    } else {
      if (scan.count < HeadScan::kRemembered) scan.ends[scan.count] = at - 1;
      ++scan.count;
    }
  }
}

}  // namespace gatehouse::http::h1
