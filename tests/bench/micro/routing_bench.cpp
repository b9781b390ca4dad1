// room: routing
// Claim: the number of rules does not matter.  A match among 10,000 rules takes at most 1 us, and
// no memory, whatever they differ in, if that can be looked up; a table takes at most 1 KiB a rule.
// Requests are spread over the rules.
#include <benchmark/benchmark.h>
#include <malloc.h>

#include <cstdlib>
#include <memory>
#include <new>
#include <string>
#include <vector>

#include "base/random.h"
#include "lib/routes.h"

namespace {
std::size_t allocations = 0;
}
// Inlined, g++ takes the two for a mismatched pair.
[[gnu::noinline]] void* operator new(std::size_t size) {
  ++allocations;
  if (void* p = std::malloc(size)) return p;
  throw std::bad_alloc();
}
[[gnu::noinline]] void operator delete(void* p) noexcept { std::free(p); }
[[gnu::noinline]] void operator delete(void* p, std::size_t) noexcept { std::free(p); }

namespace gatehouse {
namespace {

using test::Ask;
using test::Asked;

struct Kind {
  const char* name;
  std::string (*when)(const std::string& n);
  Ask (*ask)(const std::string& n);
};

std::string address(const std::string& n) {
  const int i = std::stoi(n);
  return "10." + std::to_string(i >> 16) + "." + std::to_string(i >> 8 & 255) + "." +
         std::to_string(i & 255);
}

std::string tens(const std::string& n) { return std::to_string(std::stoi(n) / 10); }

// Methods are capital letters.
std::string letters(std::string number) {
  for (char& c : number) c = static_cast<char>(c - '0' + 'A');
  return number;
}

using S = const std::string&;
const Kind& mixed(const std::string& n);
const Kind kKinds[] = {
    {"path prefix", [](S n) { return "{path: '/api/v" + n + "/*'}"; },
     [](S n) { return Ask{.target = "/api/v" + n + "/users/123"}; }},
    {"path exact", [](S n) { return "{path: /api/v" + n + "/users/123}"; },
     [](S n) { return Ask{.target = "/api/v" + n + "/users/123"}; }},
    {"path wildcard", [](S n) { return "{path: '/api/*/v" + n + "/*/x'}"; },
     [](S n) { return Ask{.target = "/api/tenant/v" + n + "/123/x"}; }},
    {"path suffix", [](S n) { return "{path: '*.f" + n + "'}"; },
     [](S n) { return Ask{.target = "/static/img/logo.f" + n}; }},
    {"path regex", [](S n) { return "{path: {regex: '^/api/v" + n + "/[a-z]+/[0-9]+$'}}"; },
     [](S n) { return Ask{.target = "/api/v" + n + "/users/123"}; }},
    {"host exact", [](S n) { return "{host: t" + n + ".example.com}"; },
     [](S n) { return Ask{.host = "t" + n + ".example.com"}; }},
    {"host wildcard", [](S n) { return "{host: '*.t" + n + ".example.com'}"; },
     [](S n) { return Ask{.host = "www.t" + n + ".example.com"}; }},
    {"host and path", [](S n) { return "{host: t" + n + ".example.com, path: '/api/*'}"; },
     [](S n) { return Ask{.target = "/api/x", .host = "t" + n + ".example.com"}; }},
    {"header", [](S n) { return "{path: '/api/*', header: {X-Tenant: tenant-" + n + "}}"; },
     [](S n) { return Ask{.target = "/api/x", .fields = {"X-Tenant: tenant-" + n}}; }},
    {"header wildcard", [](S n) { return "{path: '/api/*', header: {X-Tenant: 't-" + n + "-*'}}"; },
     [](S n) { return Ask{.target = "/api/x", .fields = {"X-Tenant: t-" + n + "-x"}}; }},
    {"several headers",
     [](S n) {
       return "{path: '/api/*', header: [{X-Tenant: t-" + tens(n) + "}, {X-Zone: z-" + n.back() +
              "}]}";
     },
     [](S n) {
       return Ask{.target = "/api/x",
                  .fields = {"X-Tenant: t-" + tens(n), std::string("X-Zone: z-") + n.back()}};
     }},
    {"header name", [](S n) { return "{path: '/api/*', header: {X-" + n + ": '*'}}"; },
     [](S n) { return Ask{.target = "/api/x", .fields = {"X-" + n + ": tenant"}}; }},
    {"method", [](S n) { return "{path: '/api/*', method: " + letters(n) + "}"; },
     [](S n) { return Ask{.target = "/api/x", .method = letters(n)}; }},
    {"query", [](S n) { return "{path: '/api/*', query: {tenant: t" + n + "}}"; },
     [](S n) { return Ask{.target = "/api/x?a=b&tenant=t" + n}; }},
    {"query any", [](S n) { return "{path: '/api/*', query: {any: 't" + n + "'}}"; },
     [](S n) { return Ask{.target = "/api/x?a=b&tenant=t" + n}; }},
    {"source_ip", [](S n) { return "{path: '/api/*', source_ip: " + address(n) + "}"; },
     [](S n) { return Ask{.target = "/api/x", .source = address(n)}; }},
    {"client_ip", [](S n) { return "{path: '/api/*', client_ip: " + address(n) + "/32}"; },
     [](S n) { return Ask{.target = "/api/x", .client = address(n)}; }},
    {"all at once",
     [](S n) {
       return "{host: '*.t" + tens(n) + ".example.com', path: '/api/v" + n +
              "/*', method: [GET, HEAD], header: {X-Tenant: 't*'}, query: {v: '" + n.back() + "'}}";
     },
     [](S n) {
       return Ask{.target = "/api/v" + n + "/users?v=" + n.back(),
                  .fields = {"X-Tenant: t1"},
                  .host = "www.t" + tens(n) + ".example.com"};
     }},
    {"mixture", [](S n) { return mixed(n).when(n); }, [](S n) { return mixed(n).ask(n); }},
};

// The kinds in front of the mixture itself, in turns.
const Kind& mixed(const std::string& n) {
  return kKinds[static_cast<std::size_t>(std::stoi(n)) % (std::size(kKinds) - 1)];
}

// A browser's other fields, which a match that needs a header has to pass by.
Ask with_browser_fields(Ask ask) {
  for (const char* field :
       {"User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36", "Accept: text/html",
        "Accept-Encoding: gzip, deflate, br", "Accept-Language: en-GB,en;q=0.9",
        "Cookie: session=0123456789abcdef0123456789abcdef", "Sec-Fetch-Site: same-origin",
        "Referer: https://shop.example.com/shop/"})
    ask.fields.emplace_back(field);
  return ask;
}

void match(benchmark::State& state, const Kind& kind) {
  const auto count = static_cast<std::size_t>(state.range(0));
  std::vector<std::string> whens;
  for (std::size_t i = 0; i < count; ++i) whens.push_back(kind.when(std::to_string(i)));
  test::Routes routes(whens);
  Random random(5);
  std::vector<std::unique_ptr<Asked>> asked;
  for (int i = 0; i < 1000; ++i) {
    const auto n = std::to_string(random.below(count));
    asked.push_back(std::make_unique<Asked>(with_browser_fields(kind.ask(n))));
    if (routes.hit(asked.back()->subject()) != std::stoi(n)) state.SkipWithError("wrong rule");
  }
  std::size_t i = 0;
  const std::size_t before = allocations;
  for (auto _ : state) {
    benchmark::DoNotOptimize(routes.hit(asked[i]->subject()));
    if (++i == asked.size()) i = 0;
  }
  if (count == 10'000) state.counters["at_most_ns"] = 1000;
  state.counters["allocations"] =
      benchmark::Counter(static_cast<double>(allocations - before) / 1000.0);
}

// From conditions to a table; memory as malloc counts it.
void build(benchmark::State& state, const Kind& kind) {
  std::string text = "version: 1\nroutes:\n";
  for (int i = 0; i < state.range(0); ++i) {
    const auto n = std::to_string(i);
    text += "  - {name: r" + n + ", priority: " + std::to_string(i + 1) +
            ", when: " + kind.when(n) + ", action: {respond: {status: 200}}}\n";
  }
  const auto loaded = config::load(text, test::NoSource());
  double bytes = 0;
  for (auto _ : state) {
    const auto before = mallinfo2();
    std::vector<routing::RuleInput> inputs;
    inputs.reserve(loaded.spec.routes.size());
    for (const auto& route : loaded.spec.routes) {
      inputs.push_back({static_cast<std::uint32_t>(inputs.size()), route.priority.value,
                        routing::Conditions(route.when)});
    }
    const routing::RuleTable table(std::move(inputs));
    benchmark::DoNotOptimize(&table);
    inputs = {};
    const auto after = mallinfo2();
    bytes = static_cast<double>(after.uordblks + after.hblkhd) -
            static_cast<double>(before.uordblks + before.hblkhd);
  }
  state.counters["bytes/rule"] = bytes / static_cast<double>(state.range(0));
}

}  // namespace
}  // namespace gatehouse

int main(int argc, char** argv) {
  using namespace gatehouse;
  for (const auto& kind : kKinds) {
    benchmark::RegisterBenchmark((std::string("match/") + kind.name).c_str(), match, kind)
        ->Arg(1)
        ->Arg(10)
        ->Arg(100)
        ->Arg(1000)
        ->Arg(10'000)
        ->Arg(50'000);
    benchmark::RegisterBenchmark((std::string("build/") + kind.name).c_str(), build, kind)
        ->Arg(10'000)
        ->Unit(benchmark::kMillisecond);
  }
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
}
