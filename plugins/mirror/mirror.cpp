// Copies of requests to another target group, whose answers nobody sees.
#include <gatehouse/errands.hpp>
#include <gatehouse/negotiation.hpp>
#include <gatehouse/plugin.hpp>

namespace mirror {

using namespace gatehouse;

struct Mirror {
  struct Config {
    TargetGroup target_group;
    std::uint32_t percent = 100;
    Bytes body{65536};
    std::uint32_t most = 64;
    std::chrono::milliseconds timeout{5000};
    std::vector<std::string> remove = {"Authorization", "Cookie"};
  };
  static constexpr auto schema =
      fields(field("target_group", &Config::target_group, required, example("next"),
                   "target group that gets the copies"),
             field("percent", &Config::percent, range(1, 100), "of the requests, at random"),
             field("body", &Config::body, range(0, 16'777'216),
                   "requests with longer bodies are not copied"),
             field("most", &Config::most, range(1, 10'000),
                   "copies of a worker under way at once; others are dropped"),
             field("timeout", &Config::timeout, range(1, 60'000), "how long a copy may take"),
             field("remove", &Config::remove, example("[Authorization, Cookie]"),
                   "headers that copies do not have"));

  static void check(const Config& config, Problems& problems) {
    for (std::size_t i = 0; i < config.remove.size(); ++i) {
      if (!is_field_name(config.remove[i]))
        problems.error("remove[" + std::to_string(i) + "]", "no header field can be called so",
                       "Cookie");
    }
  }
  static void explain(const Config& config, Explained& would) {
    const Request request = would.request();
    if (would.phase() != GH_REQUEST) return;
    if (request.is_upgrade()) {
      would.says("no copy: an upgrade has no answer");
    } else if (request.content_length().value_or(0) > config.body.value) {
      would.says("no copy: the body is longer than `body`");
    } else {
      would.says("once it is answered, a copy goes to the group " + config.target_group.name +
                 (config.percent < 100 ? ", of " + std::to_string(config.percent) + " % of them"
                                       : std::string()));
    }
  }

  // What is kept of a request that is to be copied.
  struct Memo {
    bool chosen = false;
    bool complete = false;
    bool too_long = false;
    std::string body;
  };

  const Config& config;
  std::uint64_t random = 0x9e3779b97f4a7c15;
  Errands errands{};
  Counter copies{}, dropped{}, too_long{}, failed{};
  static constexpr auto metrics = gatehouse::metrics(
      metric("copies", &Mirror::copies, "requests that were copied"),
      metric("dropped", &Mirror::dropped, "copies too many for the worker"),
      metric("too_long", &Mirror::too_long, "requests whose bodies are longer than `body`"),
      metric("failed", &Mirror::failed, "copies that got no answer"));

  Verdict on_request(Exchange& x, Memo& memo) {
    const Request request = x.request();
    memo.chosen = !request.is_upgrade() && draw() % 100 < config.percent;
    memo.complete = !request.has_body() || request.content_length() == std::uint64_t{0};
    memo.too_long = request.content_length().value_or(0) > config.body.value;
    return pass();
  }

  Verdict on_request_body(Exchange&, Memo& memo, Body& body) {
    if (!memo.chosen || memo.too_long) return pass();
    memo.too_long = memo.body.size() + body.bytes().size() > config.body.value;
    if (!memo.too_long) memo.body += body.bytes();
    memo.complete = body.is_last();
    return pass();
  }

  // Last of all: whoever asked has the answer already, and what was refused is not copied.
  void on_log(Exchange& x, Memo& memo) {
    if (!memo.chosen || x.response().reason() != "none") return;
    if (memo.too_long) {
      ++too_long;
    } else if (errands.under_way() >= config.most) {
      ++dropped;
    } else if (memo.complete) {
      send(x, memo);
    }
  }

 private:
  // splitmix64: a sample need not be secret.
  std::uint64_t draw() {
    random += 0x9e3779b97f4a7c15;
    std::uint64_t z = random;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }

  [[nodiscard]] bool goes(std::string_view name) const {
    for (const auto& removed : config.remove) {
      if (gatehouse::detail::same_word(removed, name)) return false;
    }
    return true;
  }

  void send(Exchange& x, const Memo& memo) {
    const Upstream upstream = x.upstream();
    std::vector<HeaderLine> lines = {{"X-Gatehouse-Mirror", "1"}};
    // The target's, not the client's: whoever gets a copy believes the same fields.
    upstream.headers().each([&](std::string_view name, std::string_view value) {
      if (goes(name)) lines.push_back({name, value});
    });
    std::string path(upstream.path());
    if (!upstream.query().empty()) path += '?' + std::string(upstream.query());
    ++copies;
    errands.send(
        x.worker(), config.target_group,
        {.method = x.request().method(),
         .path = path,
         .more = lines,
         .body = memo.body,
         .host = upstream.headers().get("Host"),
         .timeout_ms = static_cast<std::uint64_t>(config.timeout.count()),
         .most_bytes = 1U << 20},
        [](void* self, std::uint32_t status, std::string_view) {
          if (status == 0) ++static_cast<Mirror*>(self)->failed;
        },
        this);
  }
};

}  // namespace mirror

GATEHOUSE_PLUGIN(mirror::Mirror, "mirror", "1.0.0", "copies requests to another target group")
