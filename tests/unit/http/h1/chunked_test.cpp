#include "http/h1/chunked.h"

#include <gtest/gtest.h>

#include "http/h1/writer.h"
#include "lib/h1_feed.h"

namespace gatehouse::http::h1 {
namespace {

TEST(Chunked, data_is_part_of_what_was_given) {
  test::SmallArena memory;
  ChunkedDecoder decoder;
  decoder.begin(memory.arena, 64);
  const std::string_view in = "5\r\nhello\r\n";
  const auto step = decoder.next(in);
  EXPECT_EQ(step.data, "hello");
  EXPECT_EQ(step.data.data(), in.data() + 3);
  EXPECT_EQ(step.consumed, 8u);
}

TEST(Chunked, bytes_behind_the_end_are_left_alone) {
  const auto out = test::unchunk("0\r\n\r\nGET / HTTP/1.1\r\n", {});
  EXPECT_TRUE(out.done);
  EXPECT_EQ(out.consumed, 5u);
}

TEST(Chunked, what_was_refused_stays_refused) {
  test::SmallArena memory;
  ChunkedDecoder decoder;
  decoder.begin(memory.arena, 64);
  EXPECT_TRUE(decoder.next("5x").invalid);
  EXPECT_TRUE(decoder.next("5\r\nhello\r\n").invalid);
}

TEST(Chunked, a_decoder_begins_anew) {
  test::SmallArena memory;
  ChunkedDecoder decoder;
  for (int i = 0; i < 2; ++i) {
    decoder.begin(memory.arena, 64);
    EXPECT_TRUE(decoder.next("0\r\nX: a\r\n\r\n").done);
    EXPECT_EQ(decoder.trailers().size(), 1u);
  }
  decoder.begin(memory.arena, 64);
  EXPECT_TRUE(decoder.next("0\r\n\r\n").done);
  EXPECT_TRUE(decoder.trailers().empty());
}

TEST(Chunked, nothing_is_allocated_when_there_are_no_trailers) {
  test::SmallArena memory;
  ChunkedDecoder decoder;
  decoder.begin(memory.arena, 1 << 20);
  EXPECT_EQ(decoder.next("5\r\nhello").data, "hello");
  EXPECT_TRUE(decoder.next("\r\n0\r\n\r\n").done);
  EXPECT_EQ(memory.arena.heap_bytes(), 0u);
}

TEST(ChunkHeader, sizes_are_written_in_hexadecimal_without_zeros_in_front) {
  char to[18];
  const auto header = [&](std::uint64_t size) {
    return std::string_view(to, chunk_header(size, to));
  };
  EXPECT_EQ(header(1), "1\r\n");
  EXPECT_EQ(header(15), "f\r\n");
  EXPECT_EQ(header(16), "10\r\n");
  EXPECT_EQ(header(65536), "10000\r\n");
  EXPECT_EQ(header(UINT64_MAX), "ffffffffffffffff\r\n");
}

}  // namespace
}  // namespace gatehouse::http::h1
