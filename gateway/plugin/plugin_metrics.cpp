#include "plugin/plugin_metrics.h"

#include <map>

#include "observe/metrics.h"
#include "plugin/host.h"

namespace gatehouse::plugin {
namespace {

using Sample = StepState::Counts;
static_assert(GH_BUCKETS == observe::Histogram::kBuckets);

struct Family {
  gh_metric_kind kind = GH_COUNTER;
  std::string_view help;
  std::map<std::string, Sample> samples;  // by labels
};

void write(observe::Exposition& out, const std::string& name, const Family& family) {
  using Type = observe::Exposition::Type;
  if (family.kind == GH_HISTOGRAM) {
    out.family(name + "_seconds", Type::histogram, family.help);
    for (const auto& [labels, sample] : family.samples) {
      out.histogram(labels, std::span(sample).first<GH_BUCKETS>(), sample[GH_BUCKETS]);
    }
    return;
  }
  const bool counter = family.kind == GH_COUNTER;
  out.family(counter ? name + "_total" : name, counter ? Type::counter : Type::gauge, family.help);
  for (const auto& [labels, sample] : family.samples) {
    if (counter) {
      out.sample(labels, sample[0]);
    } else {
      out.sample(labels, static_cast<std::int64_t>(sample[0]));
    }
  }
}

}  // namespace

void write_plugin_metrics(observe::Exposition& out,
                          const std::vector<std::shared_ptr<const HostedStep>>& steps) {
  std::map<std::string, Family> families;
  for (const auto& step : steps) {
    const gh_plugin& plugin = step->module().plugin();
    for (std::size_t i = 0; i < plugin.metric_count; ++i) {
      const gh_metric& metric = plugin.metrics[i];
      Family& family =
          families[std::string(view(plugin.name)) + '_' + std::string(view(metric.name))];
      family.kind = static_cast<gh_metric_kind>(metric.kind);
      family.help = view(metric.doc);
      std::string labels = observe::label_text({{"instance", step->key()}});
      if (metric.label.size != 0) labels += ',' + std::string(view(metric.label));
      const auto [sample, fresh] = family.samples.emplace(labels, Sample{});
      const auto& before = step->state().counted;
      if (const auto at = before.find(HostedStep::metric_key(metric)); fresh && at != before.end())
        sample->second = at->second;
      step->read_metric(i, sample->second);
    }
  }
  for (const auto& [name, family] : families) write(out, name, family);
}

}  // namespace gatehouse::plugin
