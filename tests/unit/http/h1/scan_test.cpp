#include "http/h1/scan.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace gatehouse::http::h1 {
namespace {

// A control at every place of the blocks that are looked at together, and in what is left of them.
TEST(ScanHead, finds_a_control_at_every_distance) {
  const HeadLimits limits;
  for (std::size_t size = 1; size < 70; ++size) {
    std::string text(size, '\xff');
    HeadScan clean;
    EXPECT_EQ(scan_head(text, limits, clean).status, Parse::Status::incomplete);
    EXPECT_EQ(clean.at, size);
    for (char c : {'\x00', '\x01', '\n', '\x1f', '\x7f'}) {
      HeadScan scan;
      const Parse parsed = scan_head(text + c + " behind", limits, scan);
      EXPECT_EQ(parsed.status, Parse::Status::invalid) << size << " " << int{c};
    }
    HeadScan tab;
    EXPECT_EQ(scan_head(text + "\t behind", limits, tab).status, Parse::Status::incomplete);
    HeadScan bare;
    EXPECT_EQ(scan_head(text + "\r behind", limits, bare).status, Parse::Status::invalid);
    HeadScan twice;
    EXPECT_EQ(scan_head(text + "\r\r\n", limits, twice).status, Parse::Status::invalid);
    HeadScan after;
    EXPECT_EQ(scan_head(text + "\r\n\n", limits, after).status, Parse::Status::invalid);
    HeadScan line;
    const Parse whole = scan_head(text + "\r\n\r\n\x01", limits, line);
    EXPECT_EQ(whole.status, Parse::Status::complete);
    EXPECT_EQ(line.at, size + 4);
  }
}

// The lines of all fields count with their CRLF, however the head arrives.
TEST(ScanHead, holds_the_limit_to_the_byte_whole_and_in_pieces) {
  const std::string text =
      "GET / HTTP/1.1\r\nHost: a\r\nX-Long: " + std::string(80, 'b') + "\r\n\r\n";
  const auto all = static_cast<std::uint32_t>(text.size() - 18);
  for (std::uint32_t room : {all, all - 1, all - 2}) {
    const HeadLimits limits{.headers = room};
    HeadScan whole;
    HeadScan pieces;
    const Parse at_once = scan_head(text, limits, whole);
    static_cast<void>(scan_head(std::string_view(text).substr(0, text.size() - 4), limits, pieces));
    const Parse later = scan_head(text, limits, pieces);
    EXPECT_EQ(at_once.status, room == all ? Parse::Status::complete : Parse::Status::invalid)
        << room;
    EXPECT_EQ(later.status, at_once.status) << room;
    EXPECT_EQ(later.reason, at_once.reason) << room;
  }
}

// As the scan says it, in words that can be compared.
std::string told(std::string_view head, const HeadLimits& limits, Stride stride) {
  HeadScan scan;
  const Parse parsed = scan_head(head, limits, scan, stride);
  std::string out = std::to_string(static_cast<int>(parsed.status)) + " " +
                    std::string(row(parsed.reason).word) + " " + std::to_string(scan.at);
  if (parsed.status != Parse::Status::complete) return out;
  for (std::uint32_t i = 0; i < scan.count; ++i) out += " " + std::to_string(scan.ends[i]);
  return out + " of " + std::to_string(scan.fields);
}

// Each byte of a head made another one, so that what is wrong stands at each place of a block.
TEST(ScanHead, says_the_same_at_every_stride) {
  std::string head = "GET / HTTP/1.1\r\n";
  for (std::size_t i = 0; i < 12; ++i)
    head += "X-Field-" + std::to_string(i) + ": " + std::string(i * 5, 'v') + "\r\n";
  head += "\r\n";
  const HeadLimits tight{.request_line = 14, .header = 60, .headers = 500, .header_count = 11};
  for (const auto& limits : {HeadLimits{}, tight}) {
    for (std::size_t at = 0; at < head.size(); ++at) {
      for (char c : {'\x00', '\t', '\n', '\r', '\x1f', 'a', '\x7f', '\x80', '\xff'}) {
        std::string text = head;
        text[at] = c;
        for (auto stride : {Stride::sixteen, Stride::thirty_two}) {
          if (stride > widest_stride()) continue;
          ASSERT_EQ(told(text, limits, stride), told(text, limits, Stride::one))
              << at << " is " << int{c} << ", stride " << static_cast<int>(stride);
        }
      }
    }
  }
}

}  // namespace
}  // namespace gatehouse::http::h1
