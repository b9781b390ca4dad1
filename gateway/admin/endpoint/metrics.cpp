#include "admin/endpoint.h"
#include "base/hash.h"
#include "observe/log.h"
#include "observe/prometheus.h"
#include "plugin/plugin_metrics.h"
#include "plugin/step_state.h"
#include "policy/metric_table.h"
#include "policy/policy_state.h"

namespace gatehouse::admin {

void serve_metrics(control::Gateway& gateway, const Request&, const Respond& respond) {
  using Type = observe::Exposition::Type;
  observe::Exposition out;
  out.family("build_info", Type::gauge, "version of the gateway");
  out.sample(observe::label_text({{"version", GATEHOUSE_VERSION}}), std::int64_t{1});
  out.family("config_generation", Type::gauge, "generation that is live");
  out.sample({}, static_cast<std::int64_t>(gateway.live().generation));
  out.family("config_stale", Type::gauge,
             "1 while the file could not be loaded and an older generation serves");
  out.sample({}, std::int64_t{gateway.stale() ? 1 : 0});
  out.family("config_reloads_total", Type::counter, "attempts to load the file again");
  out.sample({}, gateway.reloads());
  out.family("config_refused_total", Type::counter, "attempts that failed");
  out.sample({}, gateway.refused());
  out.family("workers", Type::gauge, "workers that take part");
  out.sample({}, static_cast<std::int64_t>(gateway.crew().active()));
  out.family("worker_adopt_microseconds_max", Type::gauge, "longest pause of a worker by a reload");
  out.sample({}, gateway.longest_adopt_us());
  out.family("messages_refused_total", Type::counter,
             "messages that found a worker's mailbox full");
  out.sample({}, gateway.crew().messages_refused());
  observe::write_metrics(out, gateway.metrics());
  plugin::write_step_states(out);
  policy::write_policy_states(out);
  policy::MetricTable::shared().write(out);
  plugin::write_plugin_metrics(out, gateway.registry().steps());
  if (gateway.access_log() != nullptr)
    observe::write_access_log(out, gateway.access_log()->counts());
  observe::write_process(out, observe::log());
  respond({200, std::string(observe::kExpositionType), out.take()});
}

}  // namespace gatehouse::admin
