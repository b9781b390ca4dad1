// Opens connections to targets; tests put their own in place of it.
#pragma once

#include <memory>

#include "base/result.h"
#include "event/loop.h"
#include "net/address.h"
#include "net/transport.h"

namespace gatehouse::net {

class Connector {
 public:
  virtual ~Connector() = default;
  // Starts to connect; `user.on_writable` (which is wanted already) tells that it ended,
  // `connect_error` how. Errors: what the system call answered at once.
  virtual Result<std::unique_ptr<Transport>> connect(event::Loop& loop, const Address& address,
                                                     TransportUser& user) = 0;
};

class SocketConnector final : public Connector {
 public:
  Result<std::unique_ptr<Transport>> connect(event::Loop& loop, const Address& address,
                                             TransportUser& user) override;
};

}  // namespace gatehouse::net
