#include "net/connector.h"

#include <netinet/tcp.h>
#include <unistd.h>

#include <cerrno>

#include "net/tcp_transport.h"

namespace gatehouse::net {

Result<std::unique_ptr<Transport>> SocketConnector::connect(event::Loop& loop,
                                                            const Address& address,
                                                            TransportUser& user) {
  const int fd = ::socket(address.family(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) return tl::make_unexpected(system_error("socket"));
  if (!address.is_unix()) {
    const int one = 1;
    ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  }
  if (::connect(fd, address.get(), address.size()) != 0 && errno != EINPROGRESS) {
    Error error = system_error("connect");
    ::close(fd);
    return tl::make_unexpected(std::move(error));
  }
  auto transport = std::make_unique<TcpTransport>(loop, fd, user);
  transport->want(false, true);
  return transport;
}

}  // namespace gatehouse::net
