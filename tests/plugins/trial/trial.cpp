// Does one thing of many, among them what no plugin should.
#include <cstdlib>
#include <gatehouse/plugin.hpp>
#include <stdexcept>
#include <thread>

using namespace gatehouse;

enum class Does {
  passes,
  denies,
  names,
  throws,
  throws_in_a_task,
  throws_after_a_wait,
  throws_in_the_response,
  throws_in_the_log,
  uses_freed_memory,
  never_resumes,
  sleeps,
  answers_twice,
  resumes_twice,
  resumes_late,
  resumes_from_a_thread,
  changes_a_body_unasked,
  shouts,
  reads_the_body,
  replaces_the_body,
  replaces_the_answer,
  sets_values,
  tells_values,
  crashes,
  asks_a_store,
};

struct Trial {
  struct Config {
    Does does = Does::passes;
    std::string text = "x";
    std::uint32_t status = 200;
    Bytes most{64 * 1024};
    std::chrono::milliseconds time{0};
    std::optional<TargetGroup> group;
    Store store;
  };
  static constexpr auto schema = fields(
      field("does", &Config::does,
            one_of("passes", "denies", "names", "throws", "throws_in_a_task", "throws_after_a_wait",
                   "throws_in_the_response", "throws_in_the_log", "uses_freed_memory",
                   "never_resumes", "sleeps", "answers_twice", "resumes_twice", "resumes_late",
                   "resumes_from_a_thread", "changes_a_body_unasked", "shouts", "reads_the_body",
                   "replaces_the_body", "replaces_the_answer", "sets_values", "tells_values",
                   "crashes", "asks_a_store"),
            "what it does"),
      field("text", &Config::text, "what it says"),
      field("status", &Config::status, range(200, 599), "of an answer"),
      field("most", &Config::most, "of a body"), field("time", &Config::time, "how long it sleeps"),
      field("group", &Config::group, "what it asks"),
      field("store", &Config::store, "that it asks"));
  static void check(const Config& config, Problems& problems) {
    if (config.text == "wrong") problems.error("text", "'wrong' is wrong", "write 'right'");
  }

  static void explain(const Config& config, Explained& would) {
    if (would.phase() == GH_RESPONSE) would.sets("X-Seen", would.request().path());
    if (would.phase() != GH_REQUEST || config.does != Does::denies) return;
    would.says("denies " + std::string(would.request().path())).answers(config.status);
  }

  // How often it ran, over all workers and reloads.
  struct Shared {
    explicit Shared(const Config& config) {
      if (config.text == "no shared") throw std::runtime_error("no shared");
    }
    void handover(Shared& from) { runs = from.runs.load(); }
    std::atomic<std::uint64_t> runs{0};
  };
  struct Memo {
    std::string seen;
    std::string held;  // of the answer
    Resumption late;
  };

  const Config& config;
  Shared& shared;
  Counter runs{};
  Gauge background{};
  Histogram took{};
  static constexpr auto metrics =
      gatehouse::metrics(metric("runs", &Trial::runs, "requests that it saw"),
                         metric("background", &Trial::background, "workers where it is started"),
                         metric("took", &Trial::took, "nothing"));

  Task<void> on_start(Worker& worker) {
    struct Here {
      Gauge& gauge;
      explicit Here(Gauge& g) : gauge(g) { ++gauge; }
      ~Here() { --gauge; }
    } here(background);
    for (;;) co_await worker.sleep(std::chrono::seconds(3600));
  }

  Task<Verdict> on_request(Exchange& x, Memo& memo) {
    ++runs;
    ++shared.runs;
    took.observe(700);
    memo.seen = x.request().path();
    switch (config.does) {
      case Does::denies:
        co_return deny(config.status, "denied").header("WWW-Authenticate", "Trial");
      case Does::throws_in_a_task:
        throw std::runtime_error("thrown in a task");
      case Does::throws_after_a_wait:
        co_await x.sleep(std::chrono::milliseconds(1));
        throw std::runtime_error("thrown after a wait");
      case Does::sleeps:
        co_await x.sleep(config.time);
        x.upstream().headers().set("X-Slept", "yes");
        co_return pass();
      case Does::reads_the_body: {
        auto body = co_await x.body(config.most);
        if (!body) co_return deny(body.error());
        x.upstream().headers().set("X-Body-Size", std::to_string(body->size()));
        co_return pass();
      }
      case Does::replaces_the_body: {
        auto body = co_await x.body(config.most);
        if (!body) co_return deny(body.error());
        x.upstream().set_body(config.text + std::string(*body));
        co_return pass();
      }
      case Does::asks_a_store: {
        auto reply = co_await x.command(config.store, "EVAL", config.text, "1", x.step_name());
        if (!reply) co_return deny(reply.error());
        co_return respond(200, told(*reply));
      }
      default:
        co_return plain(x, memo);
    }
  }

  static std::string told(const Reply& reply) {
    std::string out;
    switch (reply.kind()) {
      case Reply::Kind::nil:
        return "nil";
      case Reply::Kind::number:
        return std::to_string(reply.number());
      case Reply::Kind::string:
        return '"' + std::string(reply.text()) + '"';
      case Reply::Kind::status:
        return '+' + std::string(reply.text());
      case Reply::Kind::error:
        return '-' + std::string(reply.text());
      case Reply::Kind::items:
        for (const Reply& item : reply.items()) out += (out.empty() ? "" : " ") + told(item);
    }
    return '[' + out + ']';
  }

  Verdict plain(Exchange& x, Memo& memo) {
    switch (config.does) {
      case Does::names:
        x.upstream().headers().add("X-Trial", config.text);
        for (const auto* framing : {"Content-Length", "Transfer-Encoding", "Connection"}) {
          if (x.upstream().headers().set(framing, "1")) return deny(500, "step_failed");
        }
        if (x.upstream().headers().set("X-Split", "a\r\nEvil: 1")) return deny(500);
        return pass();
      case Does::throws:
        throw std::runtime_error("thrown at once");
      case Does::answers_twice:
        static_cast<void>(respond(200, "first").give(reinterpret_cast<gh_exchange*>(&x)));
        return respond(200, "second");
      case Does::shouts:
        x.upstream().rewrite_body();
        return pass();
      case Does::sets_values:
        x.set_value("who", config.text);
        x.set_identity({config.text, "a@b.test", "trial", {"admin", "user"}});
        return pass();
      case Does::tells_values:
        x.upstream().headers().set("X-Value", x.value("who").value_or("nobody"));
        if (const auto who = x.identity())
          x.upstream().headers().set("X-Identity",
                                     std::string(who->id) + '/' + std::string(who->roles.at(0)));
        return pass();
      case Does::uses_freed_memory: {
        auto* text = new std::string(100, 'x');
        std::string* volatile gone = text;  // the compiler would see it, too
        delete text;
        x.upstream().headers().set("X-Trial", *gone);
        return pass();
      }
      case Does::crashes:
        std::abort();
      default:
        static_cast<void>(memo);
        return pass();
    }
  }

  // Waits here are without a coroutine.
  Verdict on_preflight(Exchange& x, Memo& memo) {
    switch (config.does) {
      case Does::never_resumes:
        static_cast<void>(x.resumption());
        return suspend();
      case Does::resumes_late:
        memo.late = x.resumption();
        return suspend();
      case Does::resumes_twice: {
        std::thread([twice = x.resumption()] {
          twice.resume(respond(200, "once"));
          twice.resume(respond(200, "twice"));
        }).detach();
        return suspend();
      }
      case Does::resumes_from_a_thread: {
        std::thread([waits = x.resumption(), text = config.text] {
          waits.resume(respond(200, text).header("X-From", "thread"));
        }).join();
        return suspend();
      }
      default:
        return pass();
    }
  }

  Verdict on_request_body(Exchange& x, Memo&, Body& body) { return change(x, body); }
  Verdict on_response_body(Exchange& x, Memo& memo, Body& body) {
    if (config.does != Does::replaces_the_answer) return change(x, body);
    memo.held += body.bytes();
    if (!body.is_last()) {
      body.hold();
    } else {
      memo.held.insert(0, config.text);
      body.replace(memo.held);
    }
    return pass();
  }
  Verdict change(Exchange& x, Body& body) const {
    if (config.does != Does::shouts && config.does != Does::changes_a_body_unasked) return pass();
    std::string text(body.bytes());
    for (char& c : text) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
    if (body.is_last()) text += config.text;
    body.replace(x.keep(text));
    return pass();
  }

  Verdict on_response(Exchange& x, Memo& memo) {
    if (config.does == Does::throws_in_the_response) throw std::runtime_error("thrown late");
    if (config.does == Does::shouts || config.does == Does::replaces_the_answer)
      x.response().rewrite_body();
    if (config.does == Does::names) x.response().headers().add("X-Trial", config.text);
    x.response().headers().set("X-Seen", memo.seen);
    x.response().headers().set("X-Runs", std::to_string(shared.runs));
    return pass();
  }

  void on_log(Exchange&, Memo& memo) {
    if (config.does == Does::throws_in_the_log) throw std::runtime_error("thrown last");
    if (config.does == Does::resumes_late) memo.late.resume(pass());
  }

  Task<Verdict> serve(Exchange& x, Memo&) {
    if (config.group) {
      auto answer = co_await x.fetch(*config.group, {.path = x.request().path(),
                                                     .headers = x.request().headers(),
                                                     .host = x.request().header("X-Ask-Host")});
      if (!answer) co_return deny(answer.error());
      co_return respond(*answer);
    }
    if (x.request().path() == "/none") co_return pass();
    auto body = co_await x.body(config.most);
    if (!body) co_return deny(body.error());
    co_return respond(config.status, std::string(x.request().method()) + ' ' +
                                         std::string(x.request().path()) + ' ' +
                                         std::string(*body));
  }
};
GATEHOUSE_PLUGIN(Trial, "trial", "1.0.0", "does one thing of many")
