#include "supervise/channel.h"

#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace gatehouse::supervise {
namespace {

constexpr Millis kSendPatience{1000};
constexpr std::size_t kControlSize = CMSG_SPACE(253 * sizeof(int));

std::vector<net::Descriptor> descriptors_of(msghdr& header) {
  std::vector<net::Descriptor> descriptors;
  for (cmsghdr* c = CMSG_FIRSTHDR(&header); c != nullptr; c = CMSG_NXTHDR(&header, c)) {
    if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS) continue;
    const std::size_t count = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    for (std::size_t i = 0; i < count; ++i) {
      int fd = -1;
      std::memcpy(&fd, CMSG_DATA(c) + i * sizeof fd, sizeof fd);
      descriptors.emplace_back(fd);
    }
  }
  return descriptors;
}

bool wait_for(int fd, short what, Millis within) {
  pollfd p{fd, what, 0};
  return ::poll(&p, 1, static_cast<int>(within.count())) > 0;
}

}  // namespace

Result<std::pair<Channel, Channel>> Channel::make_pair() {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends) != 0) {
    return tl::make_unexpected(system_error("socketpair"));
  }
  return std::pair(Channel(net::Descriptor(ends[0])), Channel(net::Descriptor(ends[1])));
}

Status Channel::send(const Message& message, std::span<const int> descriptors) {
  std::string bytes = encode(message);
  iovec piece{bytes.data(), bytes.size()};
  alignas(cmsghdr) std::array<char, kControlSize> control{};
  msghdr header{};
  header.msg_iov = &piece;
  header.msg_iovlen = 1;
  if (!descriptors.empty()) {
    header.msg_control = control.data();
    header.msg_controllen = CMSG_SPACE(descriptors.size_bytes());
    cmsghdr* c = CMSG_FIRSTHDR(&header);
    c->cmsg_level = SOL_SOCKET;
    c->cmsg_type = SCM_RIGHTS;
    c->cmsg_len = CMSG_LEN(descriptors.size_bytes());
    std::memcpy(CMSG_DATA(c), descriptors.data(), descriptors.size_bytes());
  }
  while (::sendmsg(fd(), &header, MSG_NOSIGNAL) < 0) {
    const bool room = errno == EINTR || (errno == EAGAIN && wait_for(fd(), POLLOUT, kSendPatience));
    if (!room) return tl::make_unexpected(system_error("send to the other process"));
  }
  return {};
}

Result<std::optional<Received>> Channel::receive() {
  std::array<char, kLongestMessage> bytes;
  alignas(cmsghdr) std::array<char, kControlSize> control;
  iovec piece{bytes.data(), bytes.size()};
  msghdr header{};
  header.msg_iov = &piece;
  header.msg_iovlen = 1;
  header.msg_control = control.data();
  header.msg_controllen = control.size();
  const ssize_t n = ::recvmsg(fd(), &header, MSG_CMSG_CLOEXEC);
  if (n < 0 && (errno == EAGAIN || errno == EINTR)) return std::nullopt;
  if (n < 0 && errno != ECONNRESET) return tl::make_unexpected(system_error("receive"));
  if (n <= 0) return fail("receive: the other process is gone", EPIPE);
  Received received{{}, descriptors_of(header), (header.msg_flags & MSG_CTRUNC) != 0};
  auto message = decode({bytes.data(), static_cast<std::size_t>(n)});
  if (!message || (header.msg_flags & MSG_TRUNC) != 0) {
    return fail("receive: malformed message", EBADMSG);
  }
  received.message = std::move(*message);
  return received;
}

bool Channel::wait(Millis within) const { return wait_for(fd(), POLLIN, within); }

}  // namespace gatehouse::supervise
