#include "plugin/host.h"

#include "event/post_office.h"
#include "observe/log.h"
#include "plugin/hosted_step.h"

namespace gatehouse::plugin {
namespace {

void log(gh_text plugin, int is_error, gh_text text) {
  observe::log().write(is_error != 0 ? observe::Event::step_complains : observe::Event::step_says,
                       {{"step", view(plugin)}, {"text", view(text)}});
}

gh_host make() {
  gh_host table{};
  table.major = GH_ABI_MAJOR;
  table.minor = GH_ABI_MINOR;
  table.size = sizeof(gh_host);
  put_heads(table);
  put_waits(table);
  put_values(table);
  put_stores(table);
  table.worker_of = [](gh_exchange* x) { return c_worker(*exchange_of(x).space->services); };
  table.worker_number = [](gh_worker* worker) { return services_of(worker).number; };
  table.address = [](gh_worker* worker) { return services_of(worker).address; };
  table.now_us = [](gh_worker* worker) { return services_of(worker).loop().now().us; };
  table.wall_us = [](gh_worker* worker) { return services_of(worker).loop().wall_us(); };
  table.post = [](std::uint32_t worker, void (*call)(void*), void* user) {
    return event::post_to(worker, [call, user] { call(user); }) ? 1 : 0;
  };
  table.log = &log;
  table.step_name = [](gh_exchange* x) {
    return c_text(static_cast<const HostedStep*>(exchange_of(x).space->step)->key());
  };
  return table;
}

}  // namespace

const gh_host& host() {
  static const gh_host table = make();
  return table;
}

}  // namespace gatehouse::plugin
