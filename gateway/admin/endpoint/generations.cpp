#include <nlohmann/json.hpp>

#include "admin/endpoint.h"
#include "admin/json_answer.h"
#include "base/hash.h"

namespace gatehouse::admin {

void serve_generations(control::Gateway& gateway, const Request&, const Respond& respond) {
  using nlohmann::json;
  json list = json::array();
  for (const auto& generation : gateway.history().all()) {
    list.push_back({{"generation", generation.number},
                    {"hash", hash_text(generation.hash)},
                    {"since", generation.wall_s},
                    {"changed", generation.changed},
                    {"bytes", generation.file.size()}});
  }
  json out = {{"live", gateway.live().generation}, {"generations", list}};
  out["stale"] = gateway.stale()
                     ? json{{"why", gateway.stale()->why}, {"since", gateway.stale()->since_s}}
                     : json();
  respond(json_answer(out));
}

}  // namespace gatehouse::admin
