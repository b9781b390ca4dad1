// What the admin API answers; a file per resource in endpoint/.
#pragma once

#include <span>

#include "admin/http.h"
#include "control/gateway.h"

namespace gatehouse::admin {

// Thread: control.  `respond` is called once, perhaps later.
struct Endpoint {
  std::string_view method;
  std::string_view path;
  bool open_to_all;  // may be asked through a route of the gateway itself
  std::string_view doc;
  void (*serve)(control::Gateway& gateway, const Request& request, const Respond& respond);
};

void serve_config(control::Gateway& gateway, const Request& request, const Respond& respond);
void serve_generations(control::Gateway& gateway, const Request& request, const Respond& respond);
void serve_explain(control::Gateway& gateway, const Request& request, const Respond& respond);
void serve_targets(control::Gateway& gateway, const Request& request, const Respond& respond);
void serve_healthz(control::Gateway& gateway, const Request& request, const Respond& respond);
void serve_readyz(control::Gateway& gateway, const Request& request, const Respond& respond);
void serve_metrics(control::Gateway& gateway, const Request& request, const Respond& respond);
void serve_shadow(control::Gateway& gateway, const Request& request, const Respond& respond);
void serve_traffic(control::Gateway& gateway, const Request& request, const Respond& respond);
void serve_reload(control::Gateway& gateway, const Request& request, const Respond& respond);
void serve_rollback(control::Gateway& gateway, const Request& request, const Respond& respond);

[[nodiscard]] std::span<const Endpoint> endpoints();

}  // namespace gatehouse::admin
