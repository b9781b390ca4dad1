// The addresses behind a name, without blocking.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "event/loop.h"
#include "event/timer.h"
#include "net/address.h"

struct ares_addrinfo;
struct ares_channeldata;

namespace gatehouse::net {

// At least one address, none twice, in the order of RFC 6724 (what is likely to work comes first).
struct Resolved {
  std::vector<Address> addresses;
  std::chrono::seconds ttl{0};  // the shortest; 0: unknown (from /etc/hosts), or not to be kept
};

class Resolver {
 public:
  using Answer = std::function<void(Result<Resolved>)>;
  virtual ~Resolver() = default;
  // Calls `answer` once, from the loop, never from inside this call; not at all when the resolver
  // is destroyed before.
  virtual void resolve(const std::string& host, std::uint16_t port, Answer answer) = 0;
};

struct DnsOptions {
  std::string resolv_conf = "/etc/resolv.conf";
  std::uint16_t port = 53;
  Millis timeout{1000};   // for the first attempt, twice that for the second
  int tries = 2;          // of each server
  Millis deadline{5000};  // for all together
};

// /etc/hosts and DNS, as /etc/nsswitch.conf orders them; servers and search domains from
// resolv.conf, which is read again when it changed and no question waits.
// Thread: the loop's (the control thread).  Errors: the name is unknown, nobody answered in time.
class DnsResolver final : public Resolver {
 public:
  explicit DnsResolver(event::Loop& loop, DnsOptions options = {});
  DnsResolver(const DnsResolver&) = delete;
  DnsResolver& operator=(const DnsResolver&) = delete;
  ~DnsResolver() override;

  void resolve(const std::string& host, std::uint16_t port, Answer answer) override;
  // Questions that wait for their answer.
  [[nodiscard]] std::size_t waiting() const { return questions_.size(); }

 private:
  class Socket;
  struct Question;

  static void on_socket_state(void* self, int fd, int read, int write) noexcept;
  static void on_answer(void* question, int status, int timeouts, ares_addrinfo* found) noexcept;
  void open_channel();
  void close_channel();
  void process(int read_fd, int write_fd);
  void arm();
  void answer_soon(Question& question, Result<Resolved> result);
  void deliver(Question& question);
  void forget(Question& question);

  event::Loop& loop_;
  const DnsOptions options_;
  std::unordered_map<int, std::unique_ptr<Socket>> sockets_;
  std::list<Question> questions_;
  class Retry final : public event::Timer {
   public:
    explicit Retry(DnsResolver& resolver);
    DnsResolver& resolver;
  } retry_;
  ares_channeldata* channel_ = nullptr;  // null: c-ares could not start
  std::int64_t read_at_ = 0;             // when resolv.conf was written, as far as `channel_` knows
};

}  // namespace gatehouse::net
