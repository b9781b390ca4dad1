// Another service decides whether a request may pass.
#include <algorithm>
#include <gatehouse/negotiation.hpp>
#include <gatehouse/plugin.hpp>

#include "crypto/digest.h"
#include "decision.h"

namespace forward_auth {

using namespace gatehouse;

struct Config {
  TargetGroup target_group;
  std::string path = "/";
  std::vector<std::string> send = {"Authorization", "Cookie", "Accept", "X-Requested-With",
                                   "Sec-Fetch-Mode"};
  std::vector<std::string> copy;
  std::string identity;
  std::chrono::milliseconds timeout{2000};
  std::chrono::seconds remember{60};
  std::uint32_t most = 10'000;
  static constexpr auto schema =
      fields(field("target_group", &Config::target_group, required, example("judges"),
                   "target group that decides"),
             field("path", &Config::path, "path at which it is asked"),
             field("send", &Config::send, example("[Authorization, Cookie]"),
                   "headers that it gets, beside X-Forwarded-Method, -Proto, -Host, -Uri and -For"),
             field("copy", &Config::copy, example("[X-User-ID, X-User-Role]"),
                   "headers of its answer that the target gets; a client's own never arrive"),
             field("identity", &Config::identity, example("X-User-ID"),
                   "header of its answer that says who the user is, for later steps"),
             field("timeout", &Config::timeout, range(1, 60'000), "how long it may take; then 503"),
             field("remember", &Config::remember, range(0, 60'000),
                   "the longest that an answer is used again, if its Cache-Control allows it"),
             field("most", &Config::most, range(0, 1'000'000), "answers that a worker remembers"));
};

struct ForwardAuth {
  using Config = forward_auth::Config;
  static constexpr auto schema = Config::schema;
  static void check(const Config& config, Problems& problems) {
    if (!config.path.starts_with('/')) problems.error("path", "a path begins with a slash");
    if (!std::all_of(config.path.begin(), config.path.end(),
                     [](char c) { return c > ' ' && c < 0x7f && c != '#'; }))
      problems.error("path", "no request could ask for it: spaces and the like are escaped", "%20");
    for (std::size_t i = 0; i < config.send.size(); ++i) {
      const std::string at = "send[" + std::to_string(i) + "]";
      if (!is_field_name(config.send[i]))
        problems.error(at, "no header field can be called so", "Authorization");
      else if (is_ours(config.send[i]))
        problems.error(at, "the gateway itself says '" + config.send[i] + "'", "leave it out");
    }
    for (std::size_t i = 0; i < config.copy.size(); ++i) {
      if (!is_field_name(config.copy[i]))
        problems.error("copy[" + std::to_string(i) + "]", "no header field can be called so",
                       "X-User-ID");
      else if (is_ours(config.copy[i]))
        problems.error("copy[" + std::to_string(i) + "]",
                       "the gateway itself says '" + config.copy[i] + "'", "leave it out");
    }
    if (!config.identity.empty() && !is_field_name(config.identity))
      problems.error("identity", "no header field can be called so", "X-User-ID");
  }
  static void explain(const Config& config, Explained& would) {
    would.says("asks the group " + config.target_group.name + " at " + config.path +
               ", which decides");
  }
  static bool gives_identity(const Config& config) { return !config.identity.empty(); }
  // What it copies says who the client is.
  static std::vector<std::string> identity_fields(const Config& config) { return config.copy; }

  const Config& config;
  Decisions decisions{config.most};
  crypto::Sha256 sha{};
  Counter allowed{}, refused{}, failed{}, remembered{};
  static constexpr auto metrics = gatehouse::metrics(
      metric("allowed", &ForwardAuth::allowed, "requests that may pass"),
      metric("refused", &ForwardAuth::refused, "requests that may not"),
      metric("failed", &ForwardAuth::failed, "questions that got no decision"),
      metric("remembered", &ForwardAuth::remembered, "requests that an earlier answer decided"));

  Task<Verdict> on_request(Exchange& x) {
    // Of two the service may take the one, and the target the other.
    std::string_view authorization;
    if (x.request().headers().count("Authorization", authorization) > 1)
      co_return deny(400, "credentials_several");
    const Question question = make(x);
    Key key{};
    const bool keeps = config.remember.count() != 0 && sha.of(question.text, key);
    // One asks, others with the same question wait for the answer; if it cannot be used again all
    // of them ask, at once.
    const std::uint64_t asker = keeps ? decisions.asker_of(key) : 0;
    while (asker != 0 && decisions.asker_of(key) == asker && decisions.find(key, now(x)) == nullptr)
      co_await x.sleep(kLook);
    if (const Decision* known = keeps ? decisions.find(key, now(x)) : nullptr) {
      ++remembered;
      co_return apply(x, *known);
    }
    std::optional<Decisions::Asking> asking;
    if (keeps) asking.emplace(decisions, key);
    const auto milliseconds = static_cast<std::uint64_t>(config.timeout.count());
    auto answer = co_await x.fetch(config.target_group, {.method = "GET",
                                                         .path = config.path,
                                                         .more = question.lines,
                                                         .timeout_ms = milliseconds,
                                                         .most_bytes = kMostBytes});
    if (!answer) {
      ++failed;
      co_return Verdict(503, answer.error().word).error_page();
    }
    const Decision decision = read(*answer);
    const auto seconds = lifetime(decision.kind, answer->joined("Cache-Control"),
                                  !answer->header("Set-Cookie").empty(), config.remember);
    if (keeps && seconds.count() != 0)
      decisions.add(key, decision, now(x) + std::chrono::microseconds(seconds).count());
    co_return apply(x, decision);
  }

 private:
  static constexpr std::chrono::milliseconds kLook{2};
  static constexpr std::uint64_t kMostBytes = 65536;

  // Views into the exchange.
  struct Question {
    std::vector<HeaderLine> lines;
    std::string text;  // all of it, for the cache: nothing that was sent is left out
  };

  static std::int64_t now(Exchange& x) { return x.worker().now_us(); }

  [[nodiscard]] Question make(Exchange& x) const {
    const Request request = x.request();
    std::string uri(request.path());
    if (!request.query().empty()) uri += '?' + std::string(request.query());
    Question out;
    out.lines = {{"X-Forwarded-Method", request.method()},
                 {"X-Forwarded-Proto", request.scheme()},
                 {"X-Forwarded-Host", request.host()},
                 {"X-Forwarded-Uri", x.keep(uri)},
                 {"X-Forwarded-For", request.client_ip()}};
    // Credentials as the client sent them, though a step may have replaced them for the target.  Of
    // all else what the target gets: of the fields that say who the client is, never its own.
    request.headers().each([&](std::string_view name, std::string_view value) {
      if (is_credential(name) && is_sent(name)) out.lines.push_back({name, value});
    });
    x.upstream().headers().each([&](std::string_view name, std::string_view value) {
      if (!is_credential(name) && is_sent(name)) out.lines.push_back({name, value});
    });
    for (const auto& line : out.lines) {
      // No value has a line's end in it, so that no two questions have one text.
      out.text.append(line.name).append(": ").append(line.value).append("\n");
    }
    return out;
  }

  // What a question has anyway, whatever the client says, or what belongs to a connection.
  static bool is_ours(std::string_view name) {
    constexpr std::string_view kNames[] = {"X-Forwarded-Method",
                                           "X-Forwarded-Proto",
                                           "X-Forwarded-Host",
                                           "X-Forwarded-Uri",
                                           "X-Forwarded-For",
                                           "Host",
                                           "Connection",
                                           "Content-Length",
                                           "Expect",
                                           "Keep-Alive",
                                           "TE",
                                           "Trailer",
                                           "Transfer-Encoding",
                                           "Upgrade"};
    return std::any_of(std::begin(kNames), std::end(kNames), [&](std::string_view known) {
      return gatehouse::detail::same_word(known, name);
    });
  }

  static bool is_credential(std::string_view name) {
    return gatehouse::detail::same_word(name, "Authorization") ||
           gatehouse::detail::same_word(name, "Cookie");
  }

  [[nodiscard]] bool is_sent(std::string_view name) const {
    return std::any_of(config.send.begin(), config.send.end(), [&](const std::string& sent) {
      return gatehouse::detail::same_word(sent, name);
    });
  }

  [[nodiscard]] Decision read(const Fetched& answer) const {
    Decision out;
    out.kind = kind_of(answer.status());
    out.status = answer.status();
    if (out.kind == Kind::refuse) {
      out.body = answer.body();
      out.content_type = answer.header("Content-Type");
    }
    std::size_t identities = 0;
    for (const auto& [name, value] : answer.headers()) {
      if (gatehouse::detail::same_word(name, config.identity)) ++identities;
      if (is_kept(out.kind, name)) out.headers.emplace_back(name, value);
    }
    // Of two users it might be either.
    if (out.kind == Kind::allow && identities > 1) out.kind = Kind::failed;
    return out;
  }

  [[nodiscard]] bool is_kept(Kind kind, std::string_view name) const {
    const auto same = [&](std::string_view other) {
      return gatehouse::detail::same_word(other, name);
    };
    if (kind == Kind::allow)
      return same(config.identity) || std::any_of(config.copy.begin(), config.copy.end(), same);
    return same("Set-Cookie") || same("Location") || same("WWW-Authenticate") ||
           same("Cache-Control") || same("Retry-After") || same("Content-Encoding");
  }

  Verdict apply(Exchange& x, const Decision& decision) {
    if (decision.kind == Kind::failed) {
      ++failed;
      return deny(503, "authorizer_failed");
    }
    if (decision.kind == Kind::refuse) {
      ++refused;
      Verdict verdict =
          Verdict(decision.status, decision.status == 401 ? "not_authenticated" : "denied")
              .body(decision.body, decision.content_type);
      for (const auto& [name, value] : decision.headers)
        verdict = std::move(verdict).header(name, value);
      return verdict;
    }
    ++allowed;
    const EditableHeaders headers = x.upstream().headers();
    // What the service did not say is not said: never the client's own.
    for (const auto& name : config.copy) headers.remove(name);
    for (const auto& [name, value] : decision.headers) {
      // An empty name is nobody's.
      if (gatehouse::detail::same_word(name, config.identity) && !value.empty())
        x.set_identity({.id = value, .email = {}, .method = "forward", .roles = {}});
      if (is_copied(name)) headers.add(name, value);
    }
    return pass();
  }

  [[nodiscard]] bool is_copied(std::string_view name) const {
    return std::any_of(config.copy.begin(), config.copy.end(), [&](const std::string& copied) {
      return gatehouse::detail::same_word(copied, name);
    });
  }
};

}  // namespace forward_auth

GATEHOUSE_PLUGIN(forward_auth::ForwardAuth, "forward_auth", "1.0.0",
                 "another service decides whether a request may pass")
