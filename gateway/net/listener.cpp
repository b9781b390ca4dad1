#include "net/listener.h"

#include <fcntl.h>
#include <linux/filter.h>
#include <poll.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <iterator>
#include <string>

#include "observe/log.h"

namespace gatehouse::net {

namespace {
constexpr int kPerTurn = 64;
constexpr int kMostWaiting = 65536;  // a flood must not keep a worker from ending
constexpr Millis kPause{100};
constexpr std::uint32_t kPatience = 10;  // pauses in a row before connections are turned away

constexpr int kHandshake = 5;  // milliseconds

// Drops SYN without ACK before TCP sees it.  False: it cannot be; a Unix socket has none.
bool hear_no_more(int fd) {
  constexpr std::uint32_t kFlags = 13;  // of the TCP header (RFC 9293 3.1)
  constexpr std::uint32_t kSyn = 0x02;
  constexpr std::uint32_t kAck = 0x10;
  sock_filter code[] = {BPF_STMT(BPF_LD | BPF_B | BPF_ABS, kFlags),
                        BPF_STMT(BPF_ALU | BPF_AND | BPF_K, kSyn | kAck),
                        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, kSyn, 0, 1),
                        BPF_STMT(BPF_RET | BPF_K, 0), BPF_STMT(BPF_RET | BPF_K, UINT32_MAX)};
  const sock_fprog program{std::size(code), code};
  return !Address::of_socket(fd).is_unix() &&
         ::setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program) == 0;
}

Descriptor open_reserve() { return Descriptor(::open("/dev/null", O_RDONLY | O_CLOEXEC)); }
}  // namespace

Listener::Listener(event::Loop& loop, int fd, std::uint32_t listener_slot, AcceptUser& user)
    : event::Timer([](event::Timer& timer) { static_cast<Listener&>(timer).resume(); }),
      loop_(loop),
      user_(user),
      reserve_(open_reserve()),
      fd_(fd),
      slot_(listener_slot) {
  set_nodelay(fd);  // inherited by what it accepts: one system call fewer for each
  watch_.open(loop, fd, *this);
}

void Listener::on_ready(bool, bool) {
  for (int i = 0; i < kPerTurn; ++i) {
    const Taken taken = take_one();
    if (taken == Taken::failed) return pause(errno);
    if (taken == Taken::none_left) return;
    pauses_in_a_row_ = 0;
  }
}

Listener::Taken Listener::take_one() {
  sockaddr_storage from{};
  socklen_t size = sizeof from;
  const int fd =
      ::accept4(fd_, reinterpret_cast<sockaddr*>(&from), &size, SOCK_NONBLOCK | SOCK_CLOEXEC);
  if (fd >= 0) {
    user_.on_accept(slot_, fd, IpAddress::from(from));
    return Taken::one;
  }
  const bool none_left = errno == EAGAIN || errno == EINTR || errno == ECONNABORTED;
  return none_left ? Taken::none_left : Taken::failed;
}

void Listener::pause(int error) {
  ++pauses_;
  user_.on_accept_pause();
  if (++pauses_in_a_row_ > kPatience) turn_away();
  watch_.want(false, false);
  loop_.timers().arm(*this, kPause);
  observe::log().write(observe::Event::accept_paused, {{"listener", Address::of_socket(fd_).text()},
                                                       {"error", std::string(std::strerror(error))},
                                                       {"milliseconds", kPause.count()}});
}

void Listener::finish() {
  watch_.want(false, false);
  cancel();
  // Who begins to connect now is not heard, and refused when the client asks again; who has begun
  // is waited for: a connection that is there when the socket shuts down would be reset.
  const int patience = hear_no_more(fd_) ? kHandshake : 0;
  pollfd ready{fd_, POLLIN, 0};
  for (int i = 0; ::poll(&ready, 1, patience) > 0 && i < kMostWaiting; ++i) {
    if (take_one() == Taken::failed) break;
  }
  // Closing would leave it open in the supervisor, where nobody takes what comes.
  ::shutdown(fd_, SHUT_RD);
}

void Listener::resume() {
  if (!reserve_) reserve_ = open_reserve();
  watch_.want(true, false);
}

void Listener::turn_away() {
  reserve_.close();
  for (int i = 0; i < kPerTurn; ++i) {
    const Descriptor refused(::accept4(fd_, nullptr, nullptr, SOCK_CLOEXEC));
    if (!refused) break;
    ++turned_away_;
  }
  reserve_ = open_reserve();
}

}  // namespace gatehouse::net
