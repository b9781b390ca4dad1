#include "supervise/listening_sockets.h"

#include <netinet/in.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "supervise/channel.h"

namespace gatehouse::supervise {
namespace {

std::string advice_for(int error, const net::Address& address) {
  switch (error) {
    case EADDRINUSE:
      return "another process listens there (`ss -ltnp` names it): stop it, or change the address";
    case EACCES:
      return address.is_unix() ? "this user may not write to that folder"
                               : "ports below 1024 need root, CAP_NET_BIND_SERVICE or the sysctl "
                                 "net.ipv4.ip_unprivileged_port_start";
    case EADDRNOTAVAIL:
      return "no interface of this machine has that address";
    case ENOENT:
      return "the folder does not exist";
    case EAFNOSUPPORT:
      return "this machine has no IPv6";
    case EMFILE:
      return "raise `ulimit -n`";
    default:
      return "";
  }
}

Failure bind_failure(const net::Address& address, int error) {
  return fail("listen on " + address.text(), error, advice_for(error, address));
}

void set(int fd, int level, int option) {
  const int one = 1;
  ::setsockopt(fd, level, option, &one, sizeof one);
}

Result<net::Descriptor> bind_to(const net::Address& address, bool shared) {
  net::Descriptor socket(::socket(address.family(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!socket) return bind_failure(address, errno);
  if (!address.is_unix()) set(socket.get(), SOL_SOCKET, SO_REUSEADDR);
  if (!address.is_unix() && shared) set(socket.get(), SOL_SOCKET, SO_REUSEPORT);
  // 0.0.0.0 and [::] are different listeners.
  if (address.family() == AF_INET6) set(socket.get(), IPPROTO_IPV6, IPV6_V6ONLY);
  if (::bind(socket.get(), address.get(), address.size()) != 0) {
    return bind_failure(address, errno);
  }
  return socket;
}

Result<net::Descriptor> listen_on(const net::Address& address, const OpenListener& request) {
  auto socket = bind_to(address, true);
  if (socket && ::listen(socket->get(), static_cast<int>(request.backlog)) != 0) {
    return bind_failure(address, errno);
  }
  return socket;
}

ino_t socket_file(const net::Address& address) {
  struct stat file {};
  const bool there = ::lstat(std::string(address.path()).c_str(), &file) == 0;
  return there && S_ISSOCK(file.st_mode) ? file.st_ino : 0;
}

// A socket file that refuses connections is left over from a process that died.
void remove_stale_file(const net::Address& address) {
  if (socket_file(address) == 0) return;
  const net::Descriptor probe(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!probe || ::connect(probe.get(), address.get(), address.size()) == 0) return;
  if (errno == ECONNREFUSED) ::unlink(std::string(address.path()).c_str());
}

Result<net::Descriptor> listen_on_path(const net::Address& address, const OpenListener& request) {
  remove_stale_file(address);
  // The file must never be open to more than it should be, so chmod afterwards will not do.
  const mode_t before = ::umask(0777 & ~static_cast<mode_t>(request.permissions));
  auto socket = listen_on(address, request);
  ::umask(before);
  return socket;
}

}  // namespace

ListeningSockets::Held::~Held() {
  if (file == 0 || socket_file(bound) != file) return;
  ::unlink(std::string(bound.path()).c_str());
}

bool ListeningSockets::holds_port(const net::Address& address) const {
  return std::any_of(held_.begin(), held_.end(), [&](const Held& held) {
    return !held.bound.is_unix() && held.bound.ip().port == address.ip().port;
  });
}

// `held.bound` is known from the first socket on.
Status ListeningSockets::grow(Held& held, const OpenListener& request) {
  const std::size_t most = held.bound.is_unix() ? 1 : Channel::kMostDescriptors;
  const std::size_t wanted = std::min<std::size_t>(std::max(request.count, 1U), most);
  while (held.sockets.size() < wanted) {
    auto socket =
        held.bound.is_unix() ? listen_on_path(held.bound, request) : listen_on(held.bound, request);
    if (!socket) return tl::make_unexpected(std::move(socket.error()));
    held.sockets.push_back(std::move(*socket));
    if (held.sockets.size() > 1) continue;
    held.bound = net::Address::of_socket(held.sockets.front().get());
    held.file = socket_file(held.bound);
  }
  return {};
}

Result<ListeningSockets::Held*> ListeningSockets::open(const OpenListener& request) {
  const auto address = net::Address::parse(request.address);
  if (!address) {
    return fail("listen on " + request.address, EINVAL, "IP:PORT, [IPv6]:PORT or unix:/PATH");
  }
  for (Held& held : held_) {
    if (held.address != request.address) continue;
    const std::size_t before = held.sockets.size();
    if (auto grown = grow(held, request); !grown) {
      held.sockets.resize(before);
      return tl::make_unexpected(grown.error());
    }
    held.name = request.name;
    return &held;
  }
  // SO_REUSEPORT would let this gateway take half of the connections of another one.
  if (!address->is_unix() && !holds_port(*address)) {
    if (auto probe = bind_to(*address, false); !probe) return tl::make_unexpected(probe.error());
  }
  std::list<Held> fresh(1);
  Held& held = fresh.front();
  held.name = request.name;
  held.address = request.address;
  held.bound = *address;
  if (auto grown = grow(held, request); !grown) return tl::make_unexpected(grown.error());
  held_.splice(held_.end(), fresh);
  return &held;
}

void ListeningSockets::keep_only(const Arrived& arrived) {
  for (Held& held : held_) {
    if (held.address != arrived.address || held.sockets.size() <= arrived.count) continue;
    held.sockets.resize(arrived.count);
    held.handed = arrived.count;
  }
  held_.remove_if([](const Held& held) { return held.sockets.empty(); });
}

void ListeningSockets::close(const CloseListener& request) {
  held_.remove_if([&](const Held& held) {
    return held.name == request.name && held.address == request.address;
  });
}

}  // namespace gatehouse::supervise
