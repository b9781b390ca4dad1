// Waiting: tickets, timers, requests to target groups, whole bodies.
#include <unistd.h>

#include <memory>
#include <utility>

#include "client/fetch.h"
#include "event/post_office.h"
#include "observe/log.h"
#include "plugin/host.h"
#include "plugin/hosted_step.h"
#include "plugin/operation.h"

namespace gatehouse::plugin {
namespace {

using exchange::Exchange;
using exchange::Services;

gh_ticket suspend(gh_exchange* raw) {
  Exchange& x = exchange_of(raw);
  const exchange::Ticket ticket = x.ticket();
  const auto& step = *static_cast<const HostedStep*>(x.space->step);
  return {ticket.index, ticket.round, x.space->services->address, step.state().number};
}

int resume_here(Services& services, const gh_ticket& ticket, std::uint32_t kind,
                const gh_answer* said) {
  const exchange::Ticket wait{ticket.index, ticket.round};
  exchange::Waiting* who = services.waits().find(wait);
  if (who == nullptr) {
    if (said != nullptr && said->error_page == GH_ANSWER_FILE) ::close(said->file->descriptor);
    services.waits().count_late();
    if (StepState* state = step_of_number(ticket.step)) {
      state->late_answers.fetch_add(1, std::memory_order_relaxed);
      observe::log().write(observe::Event::step_answered_late, {{"step", state->name}});
    }
    return 0;
  }
  Exchange& x = who->waiting_exchange();
  if (said != nullptr && kind == GH_ANSWER) host().answer(c_exchange(x), said);
  // It is parked, so the step that was called last is the one that waits.
  auto* step = const_cast<HostedStep*>(static_cast<const HostedStep*>(x.space->step));
  services.waits().resume(wait, step->decided(kind, x));
  return 1;
}

// The step has not even said that it waits: its answer comes by message then.
bool in_its_call(Services& services, const gh_ticket& ticket) {
  exchange::Waiting* who = services.waits().find({ticket.index, ticket.round});
  return who != nullptr && who->waiting_exchange().space->in_step;
}

// A gh_answer that lasts.
struct KeptAnswer {
  explicit KeptAnswer(const gh_answer& said)
      : reason(view(said.reason)),
        content_type(view(said.content_type)),
        body(view(said.body)),
        status(said.status),
        error_page(said.error_page) {
    if (said.error_page == GH_ANSWER_FILE) file = *said.file;
    for (std::size_t i = 0; i < said.header_count; ++i)
      fields.emplace_back(view(said.headers[i].name), view(said.headers[i].value));
  }
  KeptAnswer(const KeptAnswer&) = delete;
  KeptAnswer& operator=(const KeptAnswer&) = delete;
  ~KeptAnswer() {
    if (file.descriptor >= 0) ::close(file.descriptor);
  }
  // Hands the file over.
  [[nodiscard]] gh_answer said(std::vector<gh_field_line>& lines) {
    for (const auto& [name, value] : fields) lines.push_back({c_text(name), c_text(value)});
    handed_over = {std::exchange(file.descriptor, -1), file.offset, file.size};
    return {c_text(reason), c_text(content_type), c_text(body), lines.data(), lines.size(),
            status,         error_page,           &handed_over};
  }
  std::string reason, content_type, body;
  std::vector<std::pair<std::string, std::string>> fields;
  std::uint32_t status, error_page;
  gh_file file{-1, 0, 0}, handed_over{};
};

int resume(gh_ticket ticket, std::uint32_t kind, const gh_answer* said) {
  Services* here = exchange::services_here();
  if (here != nullptr && here->address == ticket.worker && !in_its_call(*here, ticket))
    return resume_here(*here, ticket, kind, said);
  std::shared_ptr<KeptAnswer> kept;
  if (said != nullptr) kept = std::make_shared<KeptAnswer>(*said);
  return event::post_to(
             ticket.worker,
             [ticket, kind, kept] {
               Services* services = exchange::services_here();
               if (services == nullptr || services->address != ticket.worker) return;
               std::vector<gh_field_line> lines;
               gh_answer answer{};
               if (kept != nullptr) answer = kept->said(lines);
               static_cast<void>(resume_here(*services, ticket, kind, kept ? &answer : nullptr));
             })
             ? 1
             : 0;
}

class BodyOperation final : public gh_operation,
                            private exchange::BodyReader,
                            private event::Deferred {
 public:
  using Done = void (*)(void* user, int whole, gh_text body);
  BodyOperation(Exchange& x, std::uint64_t most, Done done, void* user)
      : x_(x), done_(done), user_(user) {
    if (!x.read_body(most, *this)) on_body(false, {});
  }
  ~BodyOperation() override {
    if (!read_) x_.stop_reading(*this);
  }

 private:
  void on_body(bool whole, std::string_view body) override {
    read_ = true;
    whole_ = whole;
    body_ = body;
    x_.space->services->loop().defer(*this);
  }
  void run_deferred() override {
    const auto [done, user, whole, body] = std::tuple(done_, user_, whole_, body_);
    delete this;
    done(user, whole ? 1 : 0, c_text(body));
  }
  Exchange& x_;
  Done done_;
  void* user_;
  bool read_ = false;
  bool whole_ = false;
  std::string_view body_;
};

class SleepOperation final : public gh_operation, private event::Timer {
 public:
  using Done = void (*)(void* user);
  SleepOperation(Services& services, std::uint64_t milliseconds, Done done, void* user)
      : event::Timer([](event::Timer& timer) { static_cast<SleepOperation&>(timer).fire(); }),
        done_(done),
        user_(user) {
    services.loop().timers().arm(*this, Micros(Millis(std::max<std::uint64_t>(milliseconds, 1))));
  }

 private:
  void fire() {
    const auto [done, user] = std::pair(done_, user_);
    delete this;
    done(user);
  }
  Done done_;
  void* user_;
};

client::FetchRequest request_of(const gh_fetch& ask) {
  client::FetchRequest out;
  out.method = view(ask.method);
  if (out.method.empty()) out.method = ask.body.size == 0 ? "GET" : "POST";
  out.path = view(ask.path);
  out.body = view(ask.body);
  out.host = ask.host.size == 0 ? view(ask.group) : view(ask.host);
  for (std::size_t i = 0; i < ask.header_count; ++i)
    out.fields.emplace_back(view(ask.headers[i].name), view(ask.headers[i].value));
  if (ask.timeout_ms != 0) out.timeout = Millis(ask.timeout_ms);
  if (ask.most_bytes != 0) out.most_bytes = ask.most_bytes;
  return out;
}

class FetchOperation final : public gh_operation {
 public:
  using Done = void (*)(void* user, const gh_fetched* fetched);
  FetchOperation(Services& services, const gh_fetch& ask, Done done, void* user)
      : done_(done), user_(user) {
    const exchange::Callee callee = services.group_named(view(ask.group));
    fetch_ = std::make_unique<client::Fetch>(services.loop(), callee.group, callee.limits,
                                             callee.connect, request_of(ask), &on_done, this);
  }

 private:
  static void on_done(void* self, client::FetchAnswer& answer) {
    auto& here = *static_cast<FetchOperation*>(self);
    const auto [done, user] = std::pair(here.done_, here.user_);
    const client::FetchAnswer kept = std::move(answer);
    delete &here;
    std::vector<gh_field_line> lines;
    for (const auto& [name, value] : kept.fields) lines.push_back({c_text(name), c_text(value)});
    const bool good = kept.reason == Reason::none;
    const gh_fetched fetched{good ? gh_text{} : c_text(word(kept.reason)), c_text(kept.body),
                             lines.data(), lines.size(), kept.status};
    done(user, &fetched);
  }
  std::unique_ptr<client::Fetch> fetch_;
  Done done_;
  void* user_;
};

}  // namespace

void put_waits(gh_host& table) {
  table.suspend = &suspend;
  table.resume = &resume;
  table.read_body = [](gh_exchange* x, std::uint64_t most, BodyOperation::Done done,
                       void* user) -> gh_operation* {
    return new BodyOperation(exchange_of(x), most, done, user);
  };
  table.fetch = [](gh_worker* worker, const gh_fetch* ask, FetchOperation::Done done,
                   void* user) -> gh_operation* {
    return new FetchOperation(services_of(worker), *ask, done, user);
  };
  table.sleep = [](gh_worker* worker, std::uint64_t milliseconds, SleepOperation::Done done,
                   void* user) -> gh_operation* {
    return new SleepOperation(services_of(worker), milliseconds, done, user);
  };
  table.cancel = [](gh_operation* operation) { delete operation; };
}

}  // namespace gatehouse::plugin
