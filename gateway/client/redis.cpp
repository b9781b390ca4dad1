#include "client/redis.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include "client/redis_command.h"
#include "observe/log.h"

namespace gatehouse::client {

namespace {
// An attempt and the longest pause behind it are less than two seconds.
constexpr Millis kAttempt{1'000};
constexpr Micros kShortestPause{10'000};
constexpr Micros kLongestPause{500'000};
constexpr std::size_t kMostUnsent = 16U << 20;  // bytes of commands that the store does not take
constexpr std::size_t kKeptRoom = 1U << 20;
constexpr std::size_t kRead = 16384;
}  // namespace

Redis::Redis(RedisContext context, RedisOptions options, std::shared_ptr<RedisState> state)
    : event::Timer([](event::Timer& timer) { static_cast<Redis&>(timer).on_timer(); }),
      loop_(context.loop),
      connector_(context.connector),
      metrics_(context.metrics),
      random_(context.random),
      options_(std::move(options)),
      state_(std::move(state)) {
  loop_.timers().arm(*this, Micros(kAttempt));
}

Redis::~Redis() {
  if (stage_ == Stage::ready) --metrics_.redis_connections_open;
  fail_all();
}

void Redis::set_addresses(std::vector<net::Address> addresses) {
  addresses_ = std::move(addresses);
  next_address_ = 0;
  if (transport_ == nullptr) connect();
}

void Redis::retire(std::function<void()> quiet) {
  quiet_ = std::move(quiet);
  loop_.defer(*this);
}

// ---- the connection ----

void Redis::connect() {
  if (addresses_.empty()) return lose("its name has no address");
  const net::Address& address = addresses_[next_address_++ % addresses_.size()];
  loop_.timers().arm(*this, Micros(kAttempt));
  auto transport = connector_.connect(loop_, address, *this);
  if (!transport) return lose(transport.error().text());
  transport_ = std::move(*transport);
  connected_ = false;
  reader_ = std::make_unique<RedisReader>(options_.most_reply);
}

void Redis::greet() {
  std::string greeting;
  greetings_ = 0;
  const auto say = [&](std::initializer_list<std::string_view> words) {
    write_command(greeting, {words.begin(), words.size()});
    ++greetings_;
  };
  if (!options_.user.empty()) {
    say({"AUTH", options_.user, options_.password});
  } else if (!options_.password.empty()) {
    say({"AUTH", options_.password});
  }
  if (options_.database != 0) say({"SELECT", std::to_string(options_.database)});
  say({"PING"});
  const net::IoResult result = transport_->write(greeting);
  // A connection that was made just now has room for it.
  if (result.status != net::Io::ok || result.bytes != greeting.size())
    return lose("it takes nothing");
}

void Redis::greeted(const RedisReply& reply) {
  if (reply.kind == RedisReply::Kind::error) return lose(reply.text);
  if (--greetings_ != 0) return;
  stage_ = Stage::ready;
  failures_ = 0;
  cancel();
  ++metrics_.redis_connects;
  ++metrics_.redis_connections_open;
  tell(RedisState::Told::connected, {});
  loop_.defer(*this);
}

void Redis::on_timer() {
  if (stage_ == Stage::ready) return;
  if (transport_ != nullptr) return lose("it does not answer");
  connect();
}

void Redis::on_writable() {
  if (connected_) return flush();
  connected_ = true;
  const int error = transport_->connect_error();
  if (error != 0) return lose(std::strerror(error));
  transport_->want(true, false);
  greet();
}

void Redis::on_readable() {
  if (!connected_) return on_writable();  // an error of the connect shows as readable, too
  std::array<char, kRead> bytes;
  const net::IoResult result = transport_->read(bytes.data(), bytes.size());
  switch (result.status) {
    case net::Io::would_block:
      return;
    case net::Io::ok:
      break;
    case net::Io::eof:
      return lose("it closed the connection");
    case net::Io::reset:
    case net::Io::failed:
      return lose("it reset the connection");
  }
  heard_ = loop_.now();
  if (!reader_->feed({bytes.data(), result.bytes})) return lose("out of memory");
  read_replies();
}

void Redis::read_replies() {
  const RedisReader* const reader = reader_.get();
  const RedisReply* reply = nullptr;
  // Whoever is answered may do anything, such as bring about that the connection is lost.
  while (reader_.get() == reader) {
    switch (reader_->next(reply)) {
      case RedisReader::Found::nothing:
        return;
      case RedisReader::Found::malformed:
        return lose("its answer is not Redis's protocol");
      case RedisReader::Found::too_large:
        if (stage_ == Stage::ready && !waiting_.empty() && waiting_.front() != nullptr)
          std::exchange(waiting_.front(), nullptr)->fail(Reason::answer_too_large);
        return lose("its answer is too large");
      case RedisReader::Found::reply:
        answer(*reply);
    }
  }
}

void Redis::answer(const RedisReply& reply) {
  if (stage_ != Stage::ready) return greeted(reply);
  if (waiting_.empty()) return lose("it answers what nobody asked");
  RedisCall* call = waiting_.front();
  waiting_.pop_front();
  ++first_;
  if (reply.kind == RedisReply::Kind::error) ++metrics_.redis_errors;
  if (quiet_ && waiting_.empty()) loop_.defer(*this);
  if (call == nullptr) return;
  metrics_.redis_duration.observe((loop_.now() - call->sent_at_).count());
  call->answer(Reason::none, &reply);
}

void Redis::lose(std::string_view why) {
  const std::string said(why);  // it may lie in the reader
  if (stage_ == Stage::ready) --metrics_.redis_connections_open;
  stage_ = Stage::away;
  // A name that is not known yet is no news.
  if (!addresses_.empty()) tell(RedisState::Told::away, said);
  if (transport_ != nullptr) transport_->close(false);
  transport_.reset();
  reader_.reset();
  out_.clear();
  sent_ = 0;
  const Micros most = std::min(kShortestPause * (1 << std::min(failures_++, 6U)), kLongestPause);
  const auto jitter =
      static_cast<std::int64_t>(random_.below(static_cast<std::uint64_t>(most.count()) + 1));
  loop_.timers().arm(*this, kShortestPause + Micros(jitter));
  fail_all();
  if (quiet_) loop_.defer(*this);
}

void Redis::fail_all() {
  first_ += waiting_.size();
  for (RedisCall* call : std::exchange(waiting_, {})) {
    if (call != nullptr) call->fail(Reason::store_unavailable);
  }
}

void Redis::tell(RedisState::Told told, std::string_view text) {
  if (state_->told.exchange(told) == told) return;
  if (told == RedisState::Told::connected) {
    observe::log().write(observe::Event::store_connected, {{"store", options_.name}});
  } else {
    observe::log().write(observe::Event::store_away, {{"store", options_.name}, {"error", text}});
  }
}

// ---- commands ----

Reason Redis::send(RedisCall& call, std::span<const std::string_view> words) {
  if (stage_ == Stage::away) {
    ++metrics_.redis_unavailable;
    return Reason::store_unavailable;
  }
  if (waiting_.size() >= options_.queue ||
      out_.size() - sent_ + command_size(words) > kMostUnsent) {
    ++metrics_.redis_queue_full;
    return Reason::store_full;
  }
  ++metrics_.redis_commands;
  write_command(out_, words);
  call.number_ = first_ + waiting_.size();
  call.sent_at_ = loop_.now();
  waiting_.push_back(&call);
  if (stage_ == Stage::ready) loop_.defer(*this);
  return Reason::none;
}

void Redis::forget(const RedisCall& call) { waiting_[call.number_ - first_] = nullptr; }

void Redis::late(const RedisCall& call) {
  ++metrics_.redis_timeouts;
  const Micros silent = loop_.now() - std::max(heard_, call.sent_at_);
  if (stage_ == Stage::ready && silent >= options_.timeout) lose("it does not answer");
}

void Redis::run_deferred() {
  if (stage_ == Stage::ready) flush();
  if (quiet_ && waiting_.empty()) std::exchange(quiet_, nullptr)();
}

void Redis::flush() {
  while (sent_ != out_.size()) {
    const net::IoResult result = transport_->write(std::string_view(out_).substr(sent_));
    if (result.status == net::Io::would_block) break;
    if (result.status != net::Io::ok) return lose("it reset the connection");
    sent_ += result.bytes;
  }
  transport_->want(true, sent_ != out_.size());
  if (sent_ != out_.size()) return;
  out_.clear();
  sent_ = 0;
  if (out_.capacity() > kKeptRoom) out_.shrink_to_fit();
}

// ---- a call ----

RedisCall::RedisCall(event::Loop& loop, Redis* redis, std::span<const std::string_view> words,
                     Done done, void* user, Millis timeout)
    : event::Timer([](event::Timer& timer) { static_cast<RedisCall&>(timer).on_timer(); }),
      loop_(loop),
      redis_(nullptr),
      done_(done),
      user_(user) {
  if (!may_share(words)) {
    loop_.defer(*this);
    return;
  }
  const Reason failed = redis == nullptr ? Reason::store_unavailable : redis->send(*this, words);
  if (failed != Reason::none) {
    fail(failed);
    return;
  }
  redis_ = redis;
  loop_.timers().arm(*this, Micros(timeout.count() != 0 ? timeout : redis->options_.timeout));
}

RedisCall::~RedisCall() {
  if (redis_ != nullptr) redis_->forget(*this);
}

void RedisCall::fail(Reason reason) {
  redis_ = nullptr;
  reason_ = reason;
  cancel();
  loop_.defer(*this);
}

void RedisCall::answer(Reason reason, const RedisReply* reply) {
  redis_ = nullptr;
  cancel();
  done_(user_, reason, reply);
}

void RedisCall::run_deferred() {
  RedisReply refused;
  refused.kind = RedisReply::Kind::error;
  refused.text = "ERR not on a connection that is shared";
  answer(reason_, reason_ == Reason::none ? &refused : nullptr);
}

void RedisCall::on_timer() {
  Redis& redis = *redis_;
  redis.forget(*this);
  redis_ = nullptr;
  // First, so that what the store's absence means for others is known when this one is told.
  redis.late(*this);
  answer(Reason::store_timeout, nullptr);
}

}  // namespace gatehouse::client
