// What a worker does for the steps of its exchanges.
#pragma once

#include <cstdint>
#include <string_view>

#include "client/redis.h"
#include "event/loop.h"
#include "exchange/wait.h"
#include "upstream/group.h"

namespace gatehouse::exchange {

// A target group as a step asks it.
struct Callee {
  upstream::Group* group = nullptr;  // null: there is none of that name
  upstream::StreamLimits limits;
  Millis connect{};
};

// Thread: its worker's.
class Services {
 public:
  [[nodiscard]] virtual event::Loop& loop() = 0;
  [[nodiscard]] virtual WaitTable& waits() = 0;
  [[nodiscard]] virtual Callee group_named(std::string_view name) = 0;
  // A store of routes.yaml (`stores: {redis: …}`); null: there is none of that name.
  [[nodiscard]] virtual client::Redis* redis_named(std::string_view name) = 0;

  std::uint32_t number = 0;   // of the worker: small and dense
  std::uint32_t address = 0;  // of its mailbox (event/post_office.h)

 protected:
  ~Services() = default;
};

// Those of the worker whose thread this is; null: it is no worker's.
[[nodiscard]] Services* services_here();
void set_services_here(Services* services);

}  // namespace gatehouse::exchange
