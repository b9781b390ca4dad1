#include "net/resolver.h"

#include <ares.h>
#include <sys/stat.h>
#include <sys/time.h>

#include <algorithm>
#include <cstring>
#include <optional>
#include <utility>

#include "event/watch.h"

namespace gatehouse::net {
namespace {

Resolved resolved_from(const ares_addrinfo& found) {
  Resolved resolved;
  std::optional<int> ttl;
  for (const ares_addrinfo_node* node = found.nodes; node != nullptr; node = node->ai_next) {
    sockaddr_storage storage{};
    std::memcpy(&storage, node->ai_addr, std::min<std::size_t>(node->ai_addrlen, sizeof storage));
    const IpAddress ip = IpAddress::from(storage);
    const bool known = std::any_of(resolved.addresses.begin(), resolved.addresses.end(),
                                   [&](const Address& address) { return address.ip() == ip; });
    if (!known) resolved.addresses.push_back(Address::of(ip));
    ttl = std::min(ttl.value_or(node->ai_ttl), node->ai_ttl);
  }
  resolved.ttl = std::chrono::seconds{std::max(ttl.value_or(0), 0)};
  return resolved;
}

// In nanoseconds; 0: the file is not there.
std::int64_t written_at(const std::string& path) {
  struct stat file {};
  if (::stat(path.c_str(), &file) != 0) return 0;
  return std::int64_t{file.st_mtim.tv_sec} * 1'000'000'000 + file.st_mtim.tv_nsec;
}

}  // namespace

class DnsResolver::Socket final : public event::Watcher {
 public:
  Socket(DnsResolver& resolver, int fd) : resolver_(resolver), fd_(fd) {
    watch_.open(resolver.loop_, fd, *this);
  }
  void want(bool read, bool write) { watch_.want(read, write); }

 private:
  // c-ares may close the socket, which deletes this.
  void on_ready(bool readable, bool writable) override {
    resolver_.process(readable ? fd_ : ARES_SOCKET_BAD, writable ? fd_ : ARES_SOCKET_BAD);
  }
  void on_exception() noexcept override {}  // nothing above throws

  DnsResolver& resolver_;
  event::Watch watch_;
  int fd_;
};

// Fires at its deadline, or as soon as there is a result.
struct DnsResolver::Question final : event::Timer {
  Question(DnsResolver& r, const std::string& h, Answer a)
      : event::Timer([](event::Timer& timer) {
          auto& question = static_cast<Question&>(timer);
          question.resolver.deliver(question);
        }),
        resolver(r),
        host(h),
        answer(std::move(a)) {}

  DnsResolver& resolver;
  const std::string host;
  Answer answer;  // empty once it was called
  std::optional<Result<Resolved>> result;
  bool asked = true;  // c-ares knows it and will call `on_answer`
};

DnsResolver::Retry::Retry(DnsResolver& r)
    : event::Timer([](event::Timer& timer) {
        static_cast<Retry&>(timer).resolver.process(ARES_SOCKET_BAD, ARES_SOCKET_BAD);
      }),
      resolver(r) {}

DnsResolver::DnsResolver(event::Loop& loop, DnsOptions options)
    : loop_(loop), options_(std::move(options)), retry_(*this) {
  open_channel();
}

DnsResolver::~DnsResolver() {
  for (Question& question : questions_) question.answer = nullptr;
  close_channel();
}

void DnsResolver::open_channel() {
  read_at_ = written_at(options_.resolv_conf);
  std::string path = options_.resolv_conf;
  ares_options chosen{};
  chosen.timeout = static_cast<int>(options_.timeout.count());
  chosen.tries = options_.tries;
  chosen.resolvconf_path = path.data();
  chosen.udp_port = chosen.tcp_port = options_.port;
  chosen.sock_state_cb = &DnsResolver::on_socket_state;
  chosen.sock_state_cb_data = this;
  const int mask = ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_RESOLVCONF | ARES_OPT_UDP_PORT |
                   ARES_OPT_TCP_PORT | ARES_OPT_SOCK_STATE_CB;
  if (ares_init_options(&channel_, &chosen, mask) != ARES_SUCCESS) channel_ = nullptr;
}

void DnsResolver::close_channel() {
  retry_.cancel();
  if (channel_ != nullptr) ares_destroy(std::exchange(channel_, nullptr));
}

void DnsResolver::resolve(const std::string& host, std::uint16_t port, Answer answer) {
  if (questions_.empty() && written_at(options_.resolv_conf) != read_at_) {
    close_channel();
    open_channel();
  }
  Question& question = questions_.emplace_back(*this, host, std::move(answer));
  if (auto literal = IpAddress::parse(host)) {
    literal->port = port;
    return answer_soon(question, Resolved{{Address::of(*literal)}});
  }
  if (channel_ == nullptr) {
    return answer_soon(question, fail("resolve " + host + ": c-ares could not start"));
  }
  loop_.timers().arm(question, options_.deadline);
  ares_addrinfo_hints hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = ARES_AI_NUMERICSERV;
  ares_getaddrinfo(channel_, host.c_str(), std::to_string(port).c_str(), &hints,
                   &DnsResolver::on_answer, &question);
  arm();
}

void DnsResolver::answer_soon(Question& question, Result<Resolved> result) {
  question.asked = false;
  question.result = std::move(result);
  loop_.timers().arm(question, loop_.now());
}

void DnsResolver::on_socket_state(void* self, int fd, int read, int write) noexcept {
  auto& sockets = static_cast<DnsResolver*>(self)->sockets_;
  if (read == 0 && write == 0) {
    sockets.erase(fd);
    return;
  }
  auto& socket = sockets[fd];
  if (!socket) socket = std::make_unique<Socket>(*static_cast<DnsResolver*>(self), fd);
  socket->want(read != 0, write != 0);
}

void DnsResolver::on_answer(void* data, int status, int, ares_addrinfo* found) noexcept {
  auto& question = *static_cast<Question*>(data);
  DnsResolver& resolver = question.resolver;
  if (!question.answer) {
    question.asked = false;
    if (resolver.channel_ != nullptr) resolver.forget(question);  // its deadline was before
  } else if (status == ARES_SUCCESS && found->nodes != nullptr) {
    resolver.answer_soon(question, resolved_from(*found));
  } else {
    const char* why = ares_strerror(status == ARES_SUCCESS ? ARES_ENODATA : status);
    resolver.answer_soon(question, fail("resolve " + question.host + ": " + why));
  }
  if (found != nullptr) ares_freeaddrinfo(found);
}

void DnsResolver::deliver(Question& question) {
  if (!question.result) question.result = fail("resolve " + question.host + ": no answer in time");
  const Answer answer = std::exchange(question.answer, nullptr);
  Result<Resolved> result = std::move(*question.result);
  if (!question.asked) forget(question);
  answer(std::move(result));
}

void DnsResolver::forget(Question& question) {
  questions_.remove_if([&](const Question& other) { return &other == &question; });
}

void DnsResolver::process(int read_fd, int write_fd) {
  ares_process_fd(channel_, read_fd, write_fd);
  arm();
}

void DnsResolver::arm() {
  timeval left{};
  if (ares_timeout(channel_, nullptr, &left) == nullptr) return retry_.cancel();
  const auto us = Micros{std::int64_t{left.tv_sec} * 1'000'000 + left.tv_usec};
  loop_.timers().arm(retry_, loop_.now() + us);
}

}  // namespace gatehouse::net
