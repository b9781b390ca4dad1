#include "observe/metrics.h"

#include "base/check.h"

namespace gatehouse::observe {
namespace {

void clear(StatusClasses& classes) {
  for (Counter& counter : classes.counts) counter.clear();
}

void clear(RuleMetrics& m) {
  clear(m.requests);
  m.duration.clear();
}

void clear(GroupMetrics& m) {
#define GROUP_COUNTER(word, help) m.word.clear();
#include "observe/metric.def"
  clear(m.requests);
  m.duration.clear();
}

void clear(TargetMetrics& m) {
#define TARGET_COUNTER(word, help) m.word.clear();
#define TARGET_GAUGE(word, help) m.word.set(0);
#include "observe/metric.def"
  clear(m.requests);
  for (Counter& counter : m.failures) counter.clear();
  m.connect.clear();
  m.response.clear();
}

void append_label_value(std::string& out, std::string_view value) {
  for (const char c : value) {
    if (c == '\\') {
      out += "\\\\";
    } else if (c == '"') {
      out += "\\\"";
    } else if (c == '\n') {
      out += "\\n";
    } else {
      out += c;
    }
  }
}

}  // namespace

std::string label_text(const Labels& labels) {
  std::string out;
  for (const auto& [name, value] : labels) {
    if (!out.empty()) out += ',';
    out += name;
    out += "=\"";
    append_label_value(out, value);
    out += '"';
  }
  return out;
}

Slot SlotTable::take(const Labels& labels) {
  const std::string text = label_text(labels);
  if (const auto known = by_labels_.find(std::string_view(text)); known != by_labels_.end()) {
    ++users_[*known];
    return *known;
  }
  if (free_.empty()) {
    free_.push_back(static_cast<Slot>(labels_.size()));
    labels_.emplace_back();
    users_.push_back(0);
  }
  const Slot slot = free_.back();
  free_.pop_back();
  labels_[slot] = text;
  users_[slot] = 1;
  by_labels_.insert(slot);
  return slot;
}

bool SlotTable::give_back(Slot slot) {
  if (GH_BUG(slot >= users_.size() || users_[slot] == 0)) return false;
  if (--users_[slot] != 0) return false;
  by_labels_.erase(slot);
  labels_[slot].clear();
  free_.push_back(slot);
  return true;
}

MetricsShard& Metrics::shard(std::size_t worker) {
  while (shards_.size() <= worker) {
    shards_.push_back(std::make_unique<MetricsShard>());
    grow(*shards_.back());
  }
  return *shards_[worker];
}

Slot Metrics::take(Kind kind, const Labels& labels) {
  const Slot slot = tables_[static_cast<std::size_t>(kind)].take(labels);
  for (const auto& shard : shards_) grow(*shard);
  return slot;
}

void Metrics::give_back(Kind kind, Slot slot) {
  if (!tables_[static_cast<std::size_t>(kind)].give_back(slot)) return;
  for (const auto& shard : shards_) {
    switch (kind) {
      case Kind::rule:
        clear(shard->rules[slot]);
        break;
      case Kind::group:
        clear(shard->groups[slot]);
        break;
      case Kind::target:
        clear(shard->targets[slot]);
        break;
    }
  }
}

void Metrics::grow(MetricsShard& shard) {
  shard.rules.grow(slots(Kind::rule).size());
  shard.groups.grow(slots(Kind::group).size());
  shard.targets.grow(slots(Kind::target).size());
}

}  // namespace gatehouse::observe
