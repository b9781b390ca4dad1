#include "observe/prometheus.h"

#include <array>
#include <charconv>
#include <type_traits>
#include <utility>
#include <vector>

#include "base/check.h"

namespace gatehouse::observe {
namespace {

constexpr std::string_view kBoundLabels[Histogram::kBuckets] = {
    R"(le="0.0005")", R"(le="0.001")", R"(le="0.0025")", R"(le="0.005")", R"(le="0.01")",
    R"(le="0.025")",  R"(le="0.05")",  R"(le="0.1")",    R"(le="0.25")",  R"(le="0.5")",
    R"(le="1")",      R"(le="2.5")",   R"(le="5")",      R"(le="10")",    R"(le="+Inf")"};
constexpr std::string_view kClassLabels[] = {R"(status="none")", R"(status="1xx")",
                                             R"(status="2xx")",  R"(status="3xx")",
                                             R"(status="4xx")",  R"(status="5xx")"};

std::string reason_label(std::size_t reason) {
  return label_text({{"reason", kReasons[reason].word}});
}

// The series of one kind, with what a scrape asks about them: every slot in use that counted
// something.
template <typename T>
class Kind {
 public:
  Kind(const Metrics& metrics, Metrics::Kind kind, Series<T> MetricsShard::*series,
       std::string prefix)
      : metrics_(metrics),
        slots_(metrics.slots(kind)),
        series_(series),
        prefix_(std::move(prefix)) {
    for (Slot slot = 0; slot < slots_.size(); ++slot) {
      const bool told = !std::is_same_v<T, RuleMetrics> || counted(slot);
      if (told && !slots_.labels(slot).empty()) used_.push_back(slot);
    }
  }

  template <typename Read>
  auto sum(Slot slot, Read read) const {
    decltype(read(std::declval<const T&>())) total{};
    for (const auto& shard : metrics_.all()) {
      if (const T* one = ((*shard).*series_).find(slot)) total += read(*one);
    }
    return total;
  }

  void family(Exposition& out, std::string_view word, Exposition::Type type,
              std::string_view help) {
    out.family(prefix_ + std::string(word), type, help);
  }

  // A counter or gauge that is a member.
  template <typename Member>
  void member(Exposition& out, Member T::*member) {
    for (Slot slot : used_) {
      out.sample(slots_.labels(slot), sum(slot, [&](const T& m) { return (m.*member).value(); }));
    }
  }

  void requests(Exposition& out) {
    family(out, "requests_total", Exposition::Type::counter,
           "requests, by class of the status sent");
    for (Slot slot : used_) {
      for (std::size_t i = 0; i < std::size(kClassLabels); ++i) {
        out.sample(slots_.labels(slot),
                   sum(slot, [&](const T& m) { return m.requests.counts[i].value(); }),
                   kClassLabels[i]);
      }
    }
  }

  void histogram(Exposition& out, std::string_view word, Histogram T::*member,
                 std::string_view help) {
    family(out, std::string(word) + "_seconds", Exposition::Type::histogram, help);
    for (Slot slot : used_) {
      std::array<std::uint64_t, Histogram::kBuckets> buckets{};
      const auto sum_us = sum(slot, [&](const T& m) { return (m.*member).add_to(buckets); });
      out.histogram(slots_.labels(slot), buckets, sum_us);
    }
  }

  [[nodiscard]] const std::vector<Slot>& used() const { return used_; }
  [[nodiscard]] const std::string& labels(Slot slot) const { return slots_.labels(slot); }

 private:
  [[nodiscard]] bool counted(Slot slot) const {
    return sum(slot, [](const T& m) {
             std::uint64_t n = 0;
             for (const Counter& counter : m.requests.counts) n += counter.value();
             return n;
           }) != 0;
  }

  const Metrics& metrics_;
  const SlotTable& slots_;
  Series<T> MetricsShard::*const series_;
  const std::string prefix_;
  std::vector<Slot> used_;
};

template <typename Read>
auto sum_of_workers(const Metrics& metrics, Read read) {
  decltype(read(std::declval<const WorkerMetrics&>())) total{};
  for (const auto& shard : metrics.all()) total += read(shard->worker);
  return total;
}

void write_workers(Exposition& out, const Metrics& metrics) {
#define WORKER_COUNTER(word, help)                             \
  out.family(#word "_total", Exposition::Type::counter, help); \
  out.sample("", sum_of_workers(metrics, [](const WorkerMetrics& m) { return m.word.value(); }));
#define WORKER_GAUGE(word, help)                    \
  out.family(#word, Exposition::Type::gauge, help); \
  out.sample("", sum_of_workers(metrics, [](const WorkerMetrics& m) { return m.word.value(); }));
#include "observe/metric.def"
  out.family("exchanges_total", Exposition::Type::counter, "exchanges that ended, by reason");
  for (std::size_t i = 0; i < kReasonCount; ++i) {
    out.sample(reason_label(i), sum_of_workers(metrics, [i](const WorkerMetrics& m) {
                 return m.exchanges[i].value();
               }));
  }
  out.family("responses_total", Exposition::Type::counter,
             "exchanges that ended, by class of the status sent");
  for (std::size_t i = 0; i < std::size(kClassLabels); ++i) {
    out.sample(kClassLabels[i], sum_of_workers(metrics, [i](const WorkerMetrics& m) {
                 return m.responses.counts[i].value();
               }));
  }
  out.family("redis_duration_seconds", Exposition::Type::histogram,
             "command for Redis to its reply");
  std::array<std::uint64_t, Histogram::kBuckets> buckets{};
  const auto sum_us = sum_of_workers(
      metrics, [&](const WorkerMetrics& m) { return m.redis_duration.add_to(buckets); });
  out.histogram("", buckets, sum_us);
}

void write_rules(Exposition& out, const Metrics& metrics) {
  Kind<RuleMetrics> rules(metrics, Metrics::Kind::rule, &MetricsShard::rules, "rule_");
  rules.requests(out);
  rules.histogram(out, "duration", &RuleMetrics::duration,
                  "first byte of the request to the end of the exchange");
}

void write_groups(Exposition& out, const Metrics& metrics) {
  Kind<GroupMetrics> groups(metrics, Metrics::Kind::group, &MetricsShard::groups, "group_");
#define GROUP_COUNTER(word, help)                                      \
  groups.family(out, #word "_total", Exposition::Type::counter, help); \
  groups.member(out, &GroupMetrics::word);
#include "observe/metric.def"
  groups.requests(out);
  groups.histogram(out, "duration", &GroupMetrics::duration,
                   "request handed to the group to the last byte of the answer");
}

void write_targets(Exposition& out, const Metrics& metrics) {
  Kind<TargetMetrics> targets(metrics, Metrics::Kind::target, &MetricsShard::targets, "target_");
#define TARGET_COUNTER(word, help)                                      \
  targets.family(out, #word "_total", Exposition::Type::counter, help); \
  targets.member(out, &TargetMetrics::word);
#define TARGET_GAUGE(word, help)                             \
  targets.family(out, #word, Exposition::Type::gauge, help); \
  targets.member(out, &TargetMetrics::word);
#include "observe/metric.def"
  targets.requests(out);
  targets.family(out, "failures_total", Exposition::Type::counter, "failed attempts, by reason");
  for (Slot slot : targets.used()) {
    for (std::size_t i = 0; i < kReasonCount; ++i) {
      const auto n =
          targets.sum(slot, [&](const TargetMetrics& m) { return m.failures[i].value(); });
      if (n != 0) out.sample(targets.labels(slot), n, reason_label(i));
    }
  }
  targets.histogram(out, "connect", &TargetMetrics::connect, "connecting");
  targets.histogram(out, "response", &TargetMetrics::response,
                    "request handed to the target to the head of its answer");
}

void write_counter(Exposition& out, std::string_view name, std::uint64_t value,
                   std::string_view help) {
  out.family(name, Exposition::Type::counter, help);
  out.sample("", value);
}

template <typename Number>
void append_number(std::string& out, Number value) {
  char digits[24];
  out.append(digits, static_cast<std::size_t>(
                         std::to_chars(digits, digits + sizeof digits, value).ptr - digits));
}

}  // namespace

void Exposition::family(std::string_view name, Type type, std::string_view help) {
  constexpr std::string_view kTypes[] = {"counter", "gauge", "histogram"};
  name_ = "gatehouse_";
  name_ += name;
  out_ += "# HELP " + name_ + ' ';
  for (const char c : help) {
    if (c == '\\') {
      out_ += "\\\\";
    } else if (c == '\n') {
      out_ += "\\n";
    } else {
      out_ += c;
    }
  }
  out_ += "\n# TYPE " + name_ + ' ';
  out_ += kTypes[static_cast<std::size_t>(type)];
  out_ += '\n';
}

void Exposition::start(std::string_view suffix, std::string_view labels, std::string_view more) {
  out_ += name_;
  out_ += suffix;
  if (!labels.empty() || !more.empty()) {
    out_ += '{';
    out_ += labels;
    if (!labels.empty() && !more.empty()) out_ += ',';
    out_ += more;
    out_ += '}';
  }
  out_ += ' ';
}

void Exposition::sample(std::string_view labels, std::uint64_t value, std::string_view more) {
  start("", labels, more);
  append_number(out_, value);
  out_ += '\n';
}

void Exposition::sample(std::string_view labels, std::int64_t value) {
  start("", labels, "");
  append_number(out_, value);
  out_ += '\n';
}

void Exposition::append_seconds(std::uint64_t microseconds) {
  append_number(out_, microseconds / 1'000'000);
  std::string rest = std::to_string(1'000'000 + microseconds % 1'000'000);
  rest[0] = '.';
  out_ += rest + '\n';
}

void Exposition::seconds(std::string_view labels, std::uint64_t microseconds) {
  start("", labels, "");
  append_seconds(microseconds);
}

void Exposition::histogram(std::string_view labels,
                           std::span<const std::uint64_t, Histogram::kBuckets> buckets,
                           std::uint64_t sum_us) {
  std::uint64_t count = 0;
  for (std::size_t i = 0; i < Histogram::kBuckets; ++i) {
    count += buckets[i];
    start("_bucket", labels, kBoundLabels[i]);
    append_number(out_, count);
    out_ += '\n';
  }
  start("_sum", labels, "");
  append_seconds(sum_us);
  start("_count", labels, "");
  append_number(out_, count);
  out_ += '\n';
}

void write_metrics(Exposition& out, const Metrics& metrics) {
  write_workers(out, metrics);
  write_rules(out, metrics);
  write_groups(out, metrics);
  write_targets(out, metrics);
}

void write_access_log(Exposition& out, const AccessLogCounts& counts) {
  write_counter(out, "access_log_records_total", counts.records, "access records written");
  write_counter(out, "access_log_bytes_total", counts.bytes, "bytes of access log written");
  write_counter(out, "access_log_failed_total", counts.failed,
                "access records that the output did not take");
  write_counter(out, "access_log_dropped_total", counts.dropped,
                "access records that found no room in a ring");
}

void write_process(Exposition& out, const Log& operator_log) {
  write_counter(out, "bugs_total", bug_count(), "bugs survived");
  write_counter(out, "log_dropped_total", operator_log.dropped(),
                "lines that the operator's log could not write");
}

}  // namespace gatehouse::observe
