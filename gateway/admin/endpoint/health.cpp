#include <nlohmann/json.hpp>

#include "admin/endpoint.h"

namespace gatehouse::admin {
namespace {

nlohmann::json build_information() {
  return {{"version", GATEHOUSE_VERSION}, {"compiler", __VERSION__}};
}

}  // namespace

void serve_healthz(control::Gateway& gateway, const Request&, const Respond& respond) {
  const nlohmann::json out = {
      {"status", "ok"}, {"generation", gateway.live().generation}, {"build", build_information()}};
  respond({200, "application/json", out.dump() + "\n"});
}

void serve_readyz(control::Gateway& gateway, const Request&, const Respond& respond) {
  const bool ready = gateway.serving();
  nlohmann::json out = {{"status", ready ? "ready" : "draining"},
                        {"generation", gateway.live().generation},
                        {"build", build_information()}};
  out["stale"] = gateway.stale().has_value();
  respond({ready ? 200U : 503U, "application/json", out.dump() + "\n"});
}

}  // namespace gatehouse::admin
