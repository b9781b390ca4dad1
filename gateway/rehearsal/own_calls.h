// An exchange that nobody sent: what a test itself asks the worker for.
#pragma once

#include "exchange/exchange.h"
#include "exchange/services.h"

namespace gatehouse::rehearsal {

class OwnCalls final : public exchange::Exchange, private exchange::Waiting {
 public:
  explicit OwnCalls(exchange::Services& services) {
    space = &space_;
    space_.services = &services;
    rule = "test";
  }
  [[nodiscard]] exchange::Ticket ticket() override { return space_.services->waits().open(*this); }

 private:
  [[nodiscard]] exchange::Exchange& waiting_exchange() override { return *this; }
  void on_resume(exchange::Verdict) override {}
  exchange::StepSpace space_;
};

}  // namespace gatehouse::rehearsal
