#include <nlohmann/json.hpp>

#include "admin/endpoint.h"

namespace gatehouse::admin {
namespace {

nlohmann::json build_information() {
  return {{"version", GATEHOUSE_VERSION}, {"compiler", __VERSION__}};
}

// What steps cannot work without and do not have, such as keys: their routes answer 503, others
// are served.
nlohmann::json lacking(const control::Gateway& gateway) {
  nlohmann::json out = nlohmann::json::array();
  for (const auto& step : gateway.live().steps) {
    const std::string what = step->lacks();
    if (!what.empty()) out.push_back({{"step", step->name()}, {"lacks", what}});
  }
  return out;
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
  out["lacking"] = lacking(gateway);
  respond({ready ? 200U : 503U, "application/json", out.dump() + "\n"});
}

}  // namespace gatehouse::admin
