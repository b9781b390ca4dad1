// room: http
// Claim: the head of a small request is parsed in at most 100 ns, a browser's with ten fields in at
// most 400 ns.
#include <benchmark/benchmark.h>

#include <array>
#include <string>

#include "http/h1/chunked.h"
#include "http/h1/request.h"
#include "http/h1/response.h"
#include "http/normalise.h"
#include "http/outgoing.h"

namespace gatehouse::http {
namespace {

constexpr std::string_view kSmall = "GET /api/users/123 HTTP/1.1\r\nHost: gw.test\r\n\r\n";
constexpr std::string_view kBrowser =
    "GET /shop/items?page=2&sort=price HTTP/1.1\r\n"
    "Host: shop.example.com\r\n"
    "Connection: keep-alive\r\n"
    "User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/120.0.0.0 Safari/537.36\r\n"
    "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8\r\n"
    "Sec-Fetch-Site: same-origin\r\n"
    "Sec-Fetch-Mode: navigate\r\n"
    "Referer: https://shop.example.com/shop/\r\n"
    "Accept-Encoding: gzip, deflate, br\r\n"
    "Accept-Language: en-GB,en;q=0.9,de;q=0.8\r\n"
    "Cookie: session=0123456789abcdef0123456789abcdef; theme=dark; consent=1\r\n\r\n";
constexpr std::string_view kAnswer =
    "HTTP/1.1 200 OK\r\nServer: nginx\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
    "Content-Type: application/json\r\nContent-Length: 512\r\nConnection: keep-alive\r\n"
    "Cache-Control: no-store\r\n\r\n";

// The arena of an exchange: its first block is inline, so parsing never sees the heap.
struct Scratch {
  alignas(16) std::array<std::byte, 4096> block;
  Arena arena{block.data(), block.size()};
};

void request(benchmark::State& state, std::string_view text, double at_most_ns) {
  Scratch scratch;
  const std::string bytes(text);
  for (auto _ : state) {
    RequestHead head;
    h1::HeadScan scan;
    const auto parse = h1::parse_request(bytes, {}, scratch.arena, head, scan);
    benchmark::DoNotOptimize(head);
    if (parse.status != h1::Parse::Status::complete) state.SkipWithError("refused");
    scratch.arena.reset();
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text.size()));
  state.counters["at_most_ns"] = at_most_ns;
}
void small_request(benchmark::State& state) { request(state, kSmall, 100); }
void browser_request(benchmark::State& state) { request(state, kBrowser, 400); }

void answer(benchmark::State& state) {
  Scratch scratch;
  const std::string bytes(kAnswer);
  for (auto _ : state) {
    ResponseHead head;
    h1::HeadScan scan;
    const auto parse = h1::parse_response(bytes, {}, {}, scratch.arena, head, scan);
    benchmark::DoNotOptimize(head);
    if (parse.status != h1::Parse::Status::complete) state.SkipWithError("refused");
    scratch.arena.reset();
  }
}

void write_browser_request(benchmark::State& state) {
  Scratch scratch;
  const std::string bytes(kBrowser);
  RequestHead head;
  h1::HeadScan scan;
  if (h1::parse_request(bytes, {}, scratch.arena, head, scan).status !=
      h1::Parse::Status::complete) {
    state.SkipWithError("refused");
  }
  std::array<char, 4096> to;
  const OutgoingRequest outgoing{
      .head = &head, .path = head.path, .fields = head.fields(), .extra = {}};
  for (auto _ : state) benchmark::DoNotOptimize(write_request(outgoing, to));
}

void canonical_path(benchmark::State& state, std::string_view raw) {
  Scratch scratch;
  for (auto _ : state) {
    CanonicalPath path;
    benchmark::DoNotOptimize(canonicalise(raw, scratch.arena, path));
    benchmark::DoNotOptimize(path);
    scratch.arena.reset();
  }
}
void plain_path(benchmark::State& state) { canonical_path(state, "/shop/items/blue-shoes/42"); }
void crooked_path(benchmark::State& state) {
  canonical_path(state, "/sh%6fp/./x/../items//42;v=1");
}

void chunks(benchmark::State& state) {
  Scratch scratch;
  std::string bytes;
  for (int i = 0; i < 16; ++i) bytes += "400\r\n" + std::string(1024, 'x') + "\r\n";
  bytes += "0\r\n\r\n";
  for (auto _ : state) {
    h1::ChunkedDecoder decoder;
    decoder.begin(scratch.arena, 1024);
    std::string_view rest = bytes;
    for (bool done = false; !done;) {
      const auto step = decoder.next(rest);
      if (step.invalid) state.SkipWithError("refused");
      rest.remove_prefix(step.consumed);
      done = step.done;
    }
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(bytes.size()));
}

BENCHMARK(small_request);
BENCHMARK(browser_request);
BENCHMARK(answer);
BENCHMARK(write_browser_request);
BENCHMARK(plain_path);
BENCHMARK(crooked_path);
BENCHMARK(chunks);

}  // namespace
}  // namespace gatehouse::http

BENCHMARK_MAIN();
