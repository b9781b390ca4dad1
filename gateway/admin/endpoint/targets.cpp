#include <nlohmann/json.hpp>

#include "admin/endpoint.h"
#include "admin/json_answer.h"

namespace gatehouse::admin {
namespace {

using nlohmann::json;

// Summed over all workers.
json numbers_of(const observe::Metrics& metrics, observe::Slot slot) {
  std::uint64_t requests = 0;
  std::uint64_t failures = 0;
  for (const auto& shard : metrics.all()) {
    const observe::TargetMetrics* target = shard->targets.find(slot);
    if (target == nullptr) continue;
    for (const auto& count : target->requests.counts) requests += count.value();
    for (const auto& count : target->failures) failures += count.value();
  }
  return {{"requests", requests}, {"failures", failures}};
}

}  // namespace

void serve_targets(control::Gateway& gateway, const Request&, const Respond& respond) {
  json out = json::array();
  for (const auto& group : gateway.live().groups) {
    json targets = json::array();
    for (const auto& target : group.targets) {
      json one = {{"target", target.text}, {"weight", target.weight}};
      one.update(numbers_of(gateway.metrics(), target.lease->slot()));
      json addresses = json::array();
      if (target.host.empty()) {
        addresses.push_back(target.address.text());
      } else if (const auto* known = gateway.names().find(target.text)) {
        for (const auto& address : known->addresses) addresses.push_back(address.text());
        if (!known->error.empty()) one["error"] = known->error;
      }
      one["addresses"] = addresses;
      targets.push_back(std::move(one));
    }
    out.push_back({{"group", group.name}, {"targets", targets}});
  }
  respond(json_answer(out));
}

}  // namespace gatehouse::admin
