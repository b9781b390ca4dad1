// What workers count: a shard each, summed by the scrape.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>
#include <vector>

#include "base/reason.h"
#include "observe/counter.h"
#include "observe/series.h"

namespace gatehouse::observe {

// By the first digit of the status sent; 0: none was sent.
struct StatusClasses {
  std::array<Counter, 6> counts;
  void count(unsigned status) noexcept {
    ++counts[status >= 100 && status < 600 ? status / 100 : 0];
  }
};

struct WorkerMetrics {
#define WORKER_COUNTER(word, help) Counter word;
#define WORKER_GAUGE(word, help) Gauge word;
#include "observe/metric.def"
  std::array<Counter, kReasonCount> exchanges;  // ended, by reason
  StatusClasses responses;
  Histogram redis_duration;  // command queued to its reply

  void ended(Reason reason) noexcept { ++exchanges[static_cast<std::size_t>(reason)]; }
};

// Of many rules, so it matters: what a fast exchange writes is one line of the cache.
struct alignas(64) RuleMetrics {
  StatusClasses requests;
  Histogram duration;  // first byte of the request to the end of the exchange
};

struct GroupMetrics {
#define GROUP_COUNTER(word, help) Counter word;
#include "observe/metric.def"
  StatusClasses requests;
  Histogram duration;  // request handed over to the last byte of the answer
};

struct TargetMetrics {
#define TARGET_COUNTER(word, help) Counter word;
#define TARGET_GAUGE(word, help) Gauge word;
#include "observe/metric.def"
  StatusClasses requests;
  std::array<Counter, kReasonCount> failures;  // by reasons whose fault is the target's
  Histogram connect;
  Histogram response;  // request handed over to the head of the answer

  void failed(Reason reason) noexcept { ++failures[static_cast<std::size_t>(reason)]; }
};

// One worker's numbers.
// Thread: written by the worker; grown by control; read by any.
struct alignas(64) MetricsShard {
  WorkerMetrics worker;
  Series<RuleMetrics> rules;
  Series<GroupMetrics> groups;
  Series<TargetMetrics> targets;
};

using Labels = std::vector<std::pair<std::string_view, std::string_view>>;
// name="value",… escaped for the exposition.
[[nodiscard]] std::string label_text(const Labels& labels);

// Which slot has which labels.  Labels keep their slot, and so their counts, as long as one
// generation after the other takes it; a slot without users is used again.
// Thread: control.
class SlotTable {
 public:
  SlotTable() = default;
  SlotTable(const SlotTable&) = delete;
  SlotTable& operator=(const SlotTable&) = delete;
  // Takes a slot for `labels`; once for each user.
  [[nodiscard]] Slot take(const Labels& labels);
  // Gives it back.  True: that was its last user, and the slot is free.
  [[nodiscard]] bool give_back(Slot slot);

  [[nodiscard]] std::size_t size() const { return labels_.size(); }
  // Empty: the slot is free.
  [[nodiscard]] const std::string& labels(Slot slot) const { return labels_[slot]; }

 private:
  std::deque<std::string> labels_;
  std::vector<std::uint32_t> users_;
  std::vector<Slot> free_;
  // Slots by their labels, which stand in `labels_` alone.
  struct Hash {
    using is_transparent = void;
    const std::deque<std::string>& labels;
    std::size_t operator()(std::string_view text) const {
      return std::hash<std::string_view>()(text);
    }
    std::size_t operator()(Slot slot) const { return (*this)(std::string_view(labels[slot])); }
  };
  struct Same {
    using is_transparent = void;
    const std::deque<std::string>& labels;
    bool operator()(Slot a, Slot b) const { return a == b; }
    bool operator()(std::string_view text, Slot slot) const { return labels[slot] == text; }
    bool operator()(Slot slot, std::string_view text) const { return labels[slot] == text; }
  };
  std::unordered_set<Slot, Hash, Same> by_labels_{0, Hash{labels_}, Same{labels_}};
};

// All shards and labels of the process; lives as long as it.
// Thread: control; shards as they say.
class Metrics {
 public:
  enum class Kind : std::uint8_t { rule, group, target };

  // The shard of worker number `worker`, made at the first call; it never moves.  A new worker goes
  // on in the shard of one that has ended.
  [[nodiscard]] MetricsShard& shard(std::size_t worker);

  // Takes a slot in every shard, to be done before a generation is handed to workers.
  [[nodiscard]] Slot take(Kind kind, const Labels& labels);
  // To be done when no worker uses the generation any more.  After the last user the series is gone
  // and its numbers are zero.
  void give_back(Kind kind, Slot slot);

  [[nodiscard]] const SlotTable& slots(Kind kind) const {
    return tables_[static_cast<std::size_t>(kind)];
  }
  // All shards, for the scrape.
  [[nodiscard]] const std::deque<std::unique_ptr<MetricsShard>>& all() const { return shards_; }

 private:
  void grow(MetricsShard& shard);

  std::array<SlotTable, 3> tables_;
  std::deque<std::unique_ptr<MetricsShard>> shards_;
};

}  // namespace gatehouse::observe
