#include "net/listener.h"

#include <netinet/tcp.h>

#include <cerrno>

namespace gatehouse::net {

namespace {
constexpr int kPerTurn = 64;
constexpr Millis kPause{100};
}  // namespace

Listener::Listener(event::Loop& loop, int fd, std::uint32_t listener_slot, AcceptUser& user)
    : event::Timer(
          [](event::Timer& timer) { static_cast<Listener&>(timer).watch_.want(true, false); }),
      loop_(loop),
      user_(user),
      fd_(fd),
      slot_(listener_slot) {
  watch_.open(loop, fd, *this);
}

void Listener::pause() {
  ++pauses_;
  watch_.want(false, false);
  loop_.timers().arm(*this, kPause);
}

void Listener::on_ready(bool, bool) {
  for (int i = 0; i < kPerTurn; ++i) {
    sockaddr_storage from{};
    socklen_t size = sizeof from;
    const int fd =
        ::accept4(fd_, reinterpret_cast<sockaddr*>(&from), &size, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0) {
      const bool none_left = errno == EAGAIN || errno == EINTR || errno == ECONNABORTED;
      if (!none_left) pause();
      return;
    }
    if (from.ss_family != AF_UNIX) {
      const int one = 1;
      ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    }
    user_.on_accept(slot_, fd, IpAddress::from(from));
  }
}

}  // namespace gatehouse::net
