// room: observe
// Claim: a worker pays at most 150 ns for a typical access record, the writer at most 1.5 µs to
// format it.
#include <benchmark/benchmark.h>

#include <memory>

#include "observe/access_format.h"
#include "observe/access_ring.h"
#include "observe/counter.h"
#include "unit/observe/access_lines.h"

namespace gatehouse::observe {
namespace {

void push(benchmark::State& state) {
  AccessBell bell;
  AccessRing ring(AccessRing::kDefaultSize, bell);
  AccessRecord record = typical_record();
  AccessRecord taken;
  for (auto _ : state) {
    ++record.connection;
    if (!ring.push(record)) {
      state.PauseTiming();
      while (ring.front(taken)) ring.pop();
      state.ResumeTiming();
    }
  }
  state.counters["at_most_ns"] = 150;
}
BENCHMARK(push);

void take_and_format(benchmark::State& state, AccessFormat format) {
  AccessBell bell;
  AccessRing ring(AccessRing::kDefaultSize, bell);
  const auto out = std::make_unique<char[]>(kLongestAccessLine);
  AccessFormatter formatter;
  AccessRecord record = typical_record();
  AccessRecord taken;
  for (auto _ : state) {
    if (!ring.front(taken)) {
      state.PauseTiming();
      do record.time += 100;
      while (ring.push(record));
      state.ResumeTiming();
      if (!ring.front(taken)) break;
    }
    benchmark::DoNotOptimize(formatter.write(out.get(), taken, format));
    ring.pop();
  }
  state.counters["at_most_ns"] = 1500;
}
BENCHMARK_CAPTURE(take_and_format, json, AccessFormat::json);
BENCHMARK_CAPTURE(take_and_format, alb, AccessFormat::alb);

void observe_duration(benchmark::State& state) {
  Histogram histogram;
  std::int64_t us = 1;
  for (auto _ : state) {
    histogram.observe(us);
    us = us * 5 % 999'983;
  }
}
BENCHMARK(observe_duration);

void count(benchmark::State& state) {
  Counter counter;
  for (auto _ : state) {
    ++counter;
    benchmark::ClobberMemory();
  }
}
BENCHMARK(count);

}  // namespace
}  // namespace gatehouse::observe

BENCHMARK_MAIN();
