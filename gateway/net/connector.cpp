#include "net/connector.h"

#include <utility>

#include "net/socket.h"
#include "net/tcp_transport.h"

namespace gatehouse::net {

Result<std::unique_ptr<Transport>> SocketConnector::connect(event::Loop& loop,
                                                            const Address& address,
                                                            TransportUser& user) {
  auto socket = connect_start(address);
  if (!socket) return tl::make_unexpected(std::move(socket.error()));
  auto transport = std::make_unique<TcpTransport>(loop, socket->release(), user);
  transport->want(false, true);
  return transport;
}

}  // namespace gatehouse::net
