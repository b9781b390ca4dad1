#include "policy/metric_table.h"

#include <algorithm>

#include "base/hash.h"

namespace gatehouse::policy {
namespace {

// Between a name and its labels: in neither.
constexpr char kBetween = '\n';

std::string key_of(char kind, std::string_view name, MetricTable::Labels labels) {
  std::sort(labels.begin(), labels.end());
  std::string key(1, kind);
  key.append(name) += kBetween;
  return key += observe::label_text({labels.begin(), labels.end()});
}

}  // namespace

MetricTable::Done MetricTable::admit(Kind kind, std::string_view name) {
  const std::lock_guard lock(mutex_);
  const auto known = kinds_.find(name);
  if (known != kinds_.end() && known->second != kind) return Done::other_kind;
  if (size_ == kMostSeries) {
    ++refused_;
    return Done::no_room;
  }
  ++size_;
  kinds_.emplace(name, kind);
  return Done::yes;
}

template <typename Add>
MetricTable::Done MetricTable::add(Kind kind, std::string_view name, Labels labels, Add add) {
  const std::string key = key_of(static_cast<char>(kind), name, labels);
  Part& part = parts_[hash64(key) % kParts];
  const std::lock_guard lock(part.mutex);
  auto at = part.series.find(key);
  if (at == part.series.end()) {
    if (const Done done = admit(kind, name); done != Done::yes) return done;
    at = part.series.emplace(key, Series{}).first;
  }
  add(at->second);
  return Done::yes;
}

MetricTable::Done MetricTable::count(std::string_view name, Labels labels, std::uint64_t by) {
  return add(Kind::counter, name, labels, [&](Series& series) { series.counts[0] += by; });
}

MetricTable::Done MetricTable::observe(std::string_view name, Labels labels,
                                       std::uint64_t microseconds) {
  return add(Kind::histogram, name, labels, [&](Series& series) {
    ++series.counts[observe::Histogram::bucket_of(microseconds)];
    series.sum_us += microseconds;
  });
}

void MetricTable::write(observe::Exposition& out) {
  using Type = observe::Exposition::Type;
  std::map<std::string, Series> all;
  for (Part& part : parts_) {
    const std::lock_guard lock(part.mutex);
    all.insert(part.series.begin(), part.series.end());
  }
  std::string_view family;
  for (const auto& [key, series] : all) {
    const auto end = key.find(kBetween);
    const std::string labels = key.substr(end + 1);
    const bool counter = key.front() == static_cast<char>(Kind::counter);
    if (const auto name = std::string_view(key).substr(1, end - 1); name != family) {
      family = name;
      out.family("lua_" + std::string(name), counter ? Type::counter : Type::histogram,
                 "of the policies");
    }
    if (counter)
      out.sample(labels, series.counts[0]);
    else
      out.histogram(labels, series.counts, series.sum_us);
  }
  const std::lock_guard lock(mutex_);
  out.family("policy_metrics_refused_total", Type::counter,
             "series of gate.metric that found no room");
  out.sample("", refused_);
}

MetricTable& MetricTable::shared() {
  static MetricTable table;
  return table;
}

}  // namespace gatehouse::policy
