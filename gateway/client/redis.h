// A worker's connection to one Redis: commands of all its exchanges, one behind the other.
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.h"
#include "base/reason.h"
#include "client/redis_reply.h"
#include "event/loop.h"
#include "net/connector.h"
#include "observe/metrics.h"

namespace gatehouse::client {

class RedisCall;

struct RedisOptions {
  std::string name;  // in routes.yaml, for the log
  std::string user, password;
  std::uint32_t database = 0;
  Millis timeout{100};         // of a command that says none of its own
  std::size_t queue = 10'000;  // commands that wait for their replies
  std::uint64_t most_reply = 1U << 20;
};

// What all workers' connections to one store share: what the log was told last.
struct RedisState {
  enum class Told : std::uint8_t { nothing, connected, away };
  std::atomic<Told> told{Told::nothing};
};

// What a worker needs to reach a store.
struct RedisContext {
  event::Loop& loop;
  net::Connector& connector;
  observe::WorkerMetrics& metrics;
  Random& random;
};

// Commands of one turn of the loop leave in one write, and replies come in the order of the
// commands.  Until the first attempt to connect has ended, commands wait for it; a store that is
// away answers them at once, and a new attempt follows within two seconds.  A store that has said
// nothing for as long as a command may take is away.
// Thread: its worker's.  Never blocks.
class Redis final : private net::TransportUser, private event::Deferred, private event::Timer {
 public:
  Redis(RedisContext context, RedisOptions options, std::shared_ptr<RedisState> state);
  Redis(const Redis&) = delete;
  Redis& operator=(const Redis&) = delete;
  // Fails the commands that wait.
  ~Redis();

  // Where it is: of a name, once it is known and whenever that changes.
  void set_addresses(std::vector<net::Address> addresses);
  // Takes the commands that wait to their end, then calls `quiet`, at the end of a turn.
  void retire(std::function<void()> quiet);

  [[nodiscard]] bool ready() const { return stage_ == Stage::ready; }
  [[nodiscard]] std::size_t waiting() const { return waiting_.size(); }

 private:
  friend class RedisCall;
  enum class Stage : std::uint8_t { opening, away, ready };

  // `none`: it is on its way, and its place is `waiting_.back()`.
  Reason send(RedisCall& call, std::span<const std::string_view> words);
  void forget(const RedisCall& call);
  void late(const RedisCall& call);

  void on_readable() override;
  void on_writable() override;
  void on_exception() noexcept override { lose("an exception"); }
  void run_deferred() override;
  void on_timer();
  void connect();
  void greet();
  void greeted(const RedisReply& reply);
  void read_replies();
  void answer(const RedisReply& reply);
  void flush();
  void lose(std::string_view why);
  void fail_all();
  void tell(RedisState::Told told, std::string_view text);

  event::Loop& loop_;
  net::Connector& connector_;
  observe::WorkerMetrics& metrics_;
  Random& random_;
  const RedisOptions options_;
  std::shared_ptr<RedisState> state_;
  std::vector<net::Address> addresses_;
  std::size_t next_address_ = 0;
  std::unique_ptr<net::Transport> transport_;  // null: none is open or opening
  std::unique_ptr<RedisReader> reader_;
  bool connected_ = false;     // the transport is
  std::size_t greetings_ = 0;  // replies to our own commands that are still to come
  Stage stage_ = Stage::opening;
  unsigned failures_ = 0;  // in a row
  std::string out_;        // commands not sent yet, from `sent_` on
  std::size_t sent_ = 0;
  std::deque<RedisCall*> waiting_;  // null: nobody waits any more
  std::uint64_t first_ = 0;         // the number of waiting_[0]
  Instant heard_{};
  std::function<void()> quiet_;
};

// One command.  Destroying it gives it up: it may have been done all the same.
// Thread: its worker's.
class RedisCall final : private event::Timer, private event::Deferred {
 public:
  // `reply`: null: there is none, for that reason; else it lasts as long as the call of `Done`.
  using Done = void (*)(void* user, Reason reason, const RedisReply* reply);
  // `done` is called once, never from inside this.  `redis`: null: there is no such store.
  // `timeout`: 0: the store's.  A command that cannot share a connection (client/redis_command.h)
  // is answered by an error.  Errors: store_unavailable, store_timeout, store_full,
  // answer_too_large.
  RedisCall(event::Loop& loop, Redis* redis, std::span<const std::string_view> words, Done done,
            void* user, Millis timeout = Millis(0));
  ~RedisCall();

 private:
  friend class Redis;
  void run_deferred() override;
  void on_timer();
  // At the end of the turn.
  void fail(Reason reason);
  // The call may be gone afterwards.
  void answer(Reason reason, const RedisReply* reply);

  event::Loop& loop_;
  Redis* redis_;  // null: nothing comes from there any more
  Done done_;
  void* user_;
  std::uint64_t number_ = 0;
  Instant sent_at_{};
  Reason reason_ = Reason::none;  // of one that failed at once; none: the command is refused
};

}  // namespace gatehouse::client
