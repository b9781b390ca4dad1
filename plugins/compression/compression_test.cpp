#include <brotli/decode.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include <gatehouse/testing.hpp>

#include "encoder.h"

namespace compression {
namespace {

using gatehouse::testing::Gateway;

// What can be read of a stream that may go on.
std::string read(Coding coding, const std::string& packed) {
  std::string out(1 << 20, '\0');
  if (coding == Coding::br) {
    BrotliDecoderState* state = ::BrotliDecoderCreateInstance(nullptr, nullptr, nullptr);
    std::size_t in = packed.size(), room = out.size();
    const auto* from = reinterpret_cast<const std::uint8_t*>(packed.data());
    auto* to = reinterpret_cast<std::uint8_t*>(out.data());
    ::BrotliDecoderDecompressStream(state, &in, &from, &room, &to, nullptr);
    ::BrotliDecoderDestroyInstance(state);
    out.resize(out.size() - room);
    return out;
  }
  z_stream stream{};
  ::inflateInit2(&stream, 16 + MAX_WBITS);
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
  stream.avail_in = static_cast<uInt>(packed.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  ::inflate(&stream, Z_SYNC_FLUSH);
  ::inflateEnd(&stream);
  out.resize(out.size() - stream.avail_out);
  return out;
}

std::string noise(std::size_t size) {
  std::string out;
  for (std::uint32_t x = 1; out.size() < size; x = x * 1664525 + 1013904223)
    out += static_cast<char>(x >> 24);
  return out;
}

class Codings : public ::testing::TestWithParam<Coding> {};
INSTANTIATE_TEST_SUITE_P(Both, Codings, ::testing::Values(Coding::br, Coding::gzip));

TEST_P(Codings, give_back_what_went_in) {
  for (const std::string& text :
       {std::string(), std::string("x"), std::string(300'000, 'a'), noise(200'000)}) {
    for (const std::size_t step : {std::size_t{1 << 20}, std::size_t{65536}, std::size_t{7777}}) {
      const auto encoder = make_encoder(GetParam(), 5);
      std::string packed;
      for (std::size_t at = 0; at < text.size(); at += step)
        ASSERT_TRUE(encoder->encode(text.substr(at, step), Piece::more, packed));
      ASSERT_TRUE(encoder->encode({}, Piece::last, packed));
      EXPECT_EQ(read(GetParam(), packed), text) << text.size() << " in steps of " << step;
    }
  }
}

TEST_P(Codings, show_all_of_it_after_a_flush) {
  const auto encoder = make_encoder(GetParam(), 5);
  std::string packed, text;
  for (const std::string piece : {"data: 1\n\n", "data: 2\n\n", "data: 3\n\n"}) {
    text += piece;
    ASSERT_TRUE(encoder->encode(piece, Piece::flush, packed));
    EXPECT_EQ(read(GetParam(), packed), text);
  }
}

TEST(Compression, changes_head_and_body) {
  Gateway gateway;
  gateway.request("GET", "/", {{"Accept-Encoding", "gzip"}});
  gateway.responds(200, {{"Content-Type", "text/plain"},
                         {"ETag", "\"a\""},
                         {"Accept-Ranges", "bytes"},
                         {"Vary", "Origin"}});
  EXPECT_EQ(gateway.run(GH_RESPONSE), "pass");
  EXPECT_EQ(gateway.response("Content-Encoding"), "gzip");
  EXPECT_EQ(gateway.response("ETag"), "W/\"a\"");
  EXPECT_EQ(gateway.response("Accept-Ranges"), "");
  std::string packed = gateway.run_body(GH_RESPONSE_BODY, "hello ", false);
  packed += gateway.run_body(GH_RESPONSE_BODY, "world", true);
  EXPECT_EQ(read(Coding::gzip, packed), "hello world");
}

TEST(Compression, reads_lists_that_stand_in_several_fields) {
  using gatehouse::testing::Fields;
  const struct {
    Fields request, response;
    std::string coding;
  } cases[] = {
      {{{"Accept-Encoding", "gzip;q=0.5"}, {"Accept-Encoding", "br"}}, {}, "br"},
      {{{"Accept-Encoding", "gzip"}},
       {{"Cache-Control", "max-age=1"}, {"Cache-Control", "no-transform"}},
       ""},
      {{{"Accept-Encoding", "gzip"},
        {"Cache-Control", "no-cache"},
        {"Cache-Control", "no-transform"}},
       {},
       ""},
      {{{"Accept-Encoding", "gzip"}},
       {{"Content-Encoding", "identity"}, {"Content-Encoding", "br"}},
       "identity"},
  };
  for (const auto& one : cases) {
    Gateway gateway;
    gateway.request("GET", "/", one.request);
    Fields response = one.response;
    response.emplace_back("Content-Type", "text/plain");
    gateway.responds(200, response);
    EXPECT_EQ(gateway.run(GH_RESPONSE), "pass");
    EXPECT_EQ(gateway.response("Content-Encoding"), one.coding) << &one - cases;
  }
}

TEST(Compression, has_a_place_for_so_many_bodies_at_once) {
  Gateway gateway;
  gateway.with("most", "", 1);
  for (int i = 0; i < 3; ++i) {  // one after another, each has its place
    gateway.request("GET", "/", {{"Accept-Encoding", "br"}});
    gateway.responds(200, {{"Content-Type", "text/plain"}});
    EXPECT_EQ(gateway.run(GH_RESPONSE), "pass");
    EXPECT_EQ(gateway.response("Content-Encoding"), "br");
  }
}

}  // namespace
}  // namespace compression
