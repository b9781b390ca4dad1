#include "rehearsal/stage.h"

#include <algorithm>
#include <ctime>

#include "event/offload.h"
#include "observe/log.h"
#include "policy/dictionary.h"
#include "proxy/explain.h"
#include "rehearsal/outcome.h"
#include "snapshot/build.h"

namespace gatehouse::rehearsal {
namespace {

constexpr char kRedis[] = "127.255.0.1:6379";
// A test that starts here is the same every day: 2026-01-01T00:00:00Z, a Thursday.
constexpr std::int64_t kStart = 1'767'225'600'000'000;

// Those of a group have one of their own, whatever the file calls them.
net::Address address_of(std::size_t group) {
  return *net::Address::parse("127.0." + std::to_string(group / 250) + '.' +
                              std::to_string(group % 250 + 1) + ":80");
}

}  // namespace

// Who sends the request.
class Stage::Client final : public FarEnd {
 public:
  void on_bytes(std::string& in, bool ended, std::string&) override {
    inbox_.append(std::exchange(in, {}));
    ended_ = ended;
  }
  [[nodiscard]] bool has_answer(bool head_request) {
    if (!answer_) answer_ = take_answer(inbox_, {.head_request = head_request, .ended = ended_});
    return answer_.has_value() || ended_;
  }
  [[nodiscard]] Message answer() const { return answer_.value_or(Message()); }

 private:
  std::string inbox_;
  bool ended_ = false;
  std::optional<Message> answer_;
};

Stage::Stage(const config::Spec& spec)
    : net_([this](const net::Address& address) { return answering(address); }),
      worker_(std::make_unique<proxy::Worker>(
          proxy::WorkerOptions{.number = 0,
                               .clock = &clock_,
                               .connector = &net_,
                               .metrics = &metrics_.shard(0),
                               .access = &ring_,
                               .dispose = [](std::shared_ptr<const void>) {},
                               .wake = [](std::uint64_t, std::uint32_t) {},
                               .seed = 7})),
      own_calls_(*worker_) {
  clock_.set_wall(kStart);
  policy::Dictionary::shared().clear();
  policy::Dictionary::limits().clear();
  observe::log().divert([this](observe::Event event, std::string sentence) {
    const auto& row = observe::row(event);
    if (row.level == observe::Level::info && event != observe::Event::policy_says) return;
    log_.push_back(std::string(row.word) + ": " + std::move(sentence));
  });
  as_it_is_ = built(spec);
  with_identity_ = built(with_identity(spec, identity_));
  adopt(as_it_is_);
}

Stage::~Stage() {
  worker_.reset();
  observe::log().divert(nullptr);
}

std::shared_ptr<const snapshot::Snapshot> Stage::built(const config::Spec& spec) {
  auto out = snapshot::build(spec, as_it_is_.get(), registry_);
  groups_.clear();
  for (auto& group : out->groups) {
    for (auto& target : group.targets) {
      target.host.clear();
      target.address = address_of(groups_.size());
    }
    groups_.push_back(group.name);
  }
  if (out->redis) {
    out->redis->host.clear();
    out->redis->address = *net::Address::parse(kRedis);
  }
  for (const auto& step : out->steps) {
    if (std::string why = step->prepare(1); !why.empty())
      throw Mistake(std::string(step->name()) + ": " + why);
  }
  return out;
}

std::shared_ptr<FarEnd> Stage::answering(const net::Address& address) {
  if (address == *net::Address::parse(kRedis)) return redis_.connection();
  for (std::size_t i = 0; i < groups_.size(); ++i) {
    if (address == address_of(i)) return targets_.connection(groups_[i]);
  }
  return nullptr;
}

void Stage::adopt(const std::shared_ptr<const snapshot::Snapshot>& next) {
  if (current_ == next) return;
  current_ = next;
  worker_->adopt(next);
}

bool Stage::turn() {
  worker_->loop().turn(false);
  const bool moved = net_.step();
  worker_->loop().run_deferred();
  return moved;
}

bool Stage::skip_to_next_timer() {
  event::Loop& loop = worker_->loop();
  const Instant next = loop.next_timers();
  if (next.us == INT64_MAX) return false;
  clock_.advance(std::max(next - clock_.monotonic(), Micros(0)));
  loop.turn(false);
  loop.run_timers();
  loop.run_deferred();
  return true;
}

// Messages between threads come a turn later than what caused them.
constexpr unsigned kStill = 3;

bool Stage::until(const std::function<bool()>& holds) {
  constexpr unsigned kMostTimers = 1'000'000;
  unsigned timers = 0;
  for (unsigned still = 0; !holds();) {
    still = turn() ? 0 : still + 1;
    if (still < kStill || event::offloaded() != 0) continue;
    if (++timers > kMostTimers || !skip_to_next_timer()) return holds();
    still = 0;
  }
  return true;
}

void Stage::passes(Millis time) {
  const Instant end = clock_.monotonic() + Micros(time);
  for (Instant next = worker_->loop().next_timers(); next <= end;
       next = worker_->loop().next_timers()) {
    skip_to_next_timer();
    while (turn()) {
    }
  }
  clock_.advance(std::max(end - clock_.monotonic(), Micros(0)));
  turn();
}

void Stage::set_clock(const std::string& time) {
  std::tm utc{};
  const char* rest = strptime(time.c_str(), "%Y-%m-%dT%H:%M:%SZ", &utc);
  if (rest == nullptr || *rest != '\0')
    throw Mistake("'" + time + "' is no time such as 2026-11-27T09:00:00Z");
  clock_.set_wall(std::int64_t{timegm(&utc)} * 1'000'000);
  passes(Millis(25));  // a loop asks the wall clock again after 20
  clock_.set_wall(std::int64_t{timegm(&utc)} * 1'000'000);
}

void Stage::answers(const std::string& group, const Json& said) {
  if (std::find(groups_.begin(), groups_.end(), group) == groups_.end()) {
    const auto meant = config::nearest(group, {groups_.begin(), groups_.end()});
    throw Mistake("there is no target group '" + group + "'" +
                  (meant.empty() ? "" : ", did you mean '" + std::string(meant) + "'?"));
  }
  targets_.answers(group, said);
}

Json Stage::request(const Json& said) {
  const Ask ask = ask_of(said);
  const bool named = !ask.identity.is_null() && ask.identity != false;
  if (named) identity_->say(ask.identity);
  adopt(named ? with_identity_ : as_it_is_);
  const snapshot::ListenerView* listener = proxy::listener_of(*current_, ask.listener, ask.url);
  if (listener == nullptr) throw Mistake("there is no listener '" + ask.listener + "'");
  static_cast<void>(targets_.take_asked());
  log_.clear();
  auto client = std::make_shared<Client>();
  auto wire = std::make_shared<Wire>();
  wire->far = client;
  wire->to_gateway = ask.bytes;
  worker_->connect(listener->slot, ask.source,
                   [&](net::TransportUser& user) { return net_.accept(wire, user); });
  const bool answered = until([&] { return client->has_answer(ask.head_request); });
  wire->far_ended = true;
  const bool ended =
      until([&] { return worker_->metrics().exchanges_open.value() == 0; }) && answered;
  if (!ended) throw Mistake("the request never ended");
  // What steps send when it is over, such as a copy.
  for (unsigned still = 0; still < kStill;) still = turn() ? 0 : still + 1;
  return outcome(client->answer());
}

Json Stage::outcome(const Message& answer) {
  observe::AccessRecord record;
  if (!ring_.front(record))
    throw Mistake("the request was never one: " + std::to_string(answer.status));
  Json out = outcome_of(record, answer, targets_.take_asked());
  ring_.pop();
  out["log"] = log_;
  return out;
}

}  // namespace gatehouse::rehearsal
