#include "snapshot/build.h"

#include <algorithm>
#include <map>
#include <memory_resource>

#include "base/ascii.h"
#include "base/check.h"
#include "base/hash.h"
#include "config/scalar.h"
#include "crypto/random.h"
#include "routing/rule_sets.h"
#include "snapshot/content.h"
#include "snapshot/limits.h"
#include "snapshot/protection.h"
#include "upstream/group_cookie.h"

namespace gatehouse::snapshot {
namespace {

class Build {
 public:
  Build(Snapshot& snapshot, const Snapshot* previous, Registry& registry,
        const std::vector<std::shared_ptr<plugin::Step>>& steps)
      : snapshot_(snapshot),
        spec_(snapshot.spec),
        registry_(registry),
        steps_(steps),
        previous_(previous),
        protection_(snapshot.spec) {
    if (previous == nullptr || !steps.empty()) return;
    for (const auto& listener : previous->listeners) {
      for (const auto& rule : listener->rules) known_.emplace(rule->content, rule);
      if (listener->fallback) known_.emplace(listener->fallback->content, listener->fallback);
    }
  }

  void run() {
    for (const auto& group : spec_.target_groups) add_group(group);
    for (const auto& proxy : spec_.trusted_proxies) {
      if (proxy.value == "unix:") snapshot_.trusted_proxies.add_unix();
      if (const auto cidr = net::Cidr::parse(proxy.value)) snapshot_.trusted_proxies.add(*cidr);
    }
    make_seal(previous_);
    if (spec_.stores.redis) add_redis(*spec_.stores.redis);
    for (const auto& listener : spec_.listeners) add_listener(listener);
    snapshot_.drain = spec_.timeouts.drain;
  }

 private:
  void make_seal(const Snapshot* previous) {
    std::vector<std::string> secrets = spec_.secrets.cookies;
    if (!secrets.empty()) snapshot_.explain_signer.emplace(secrets, kExplainPurpose);
    snapshot_.made_secret = previous != nullptr ? previous->made_secret : crypto::random_bytes(32);
    if (secrets.empty()) secrets.push_back(snapshot_.made_secret);
    snapshot_.group_seal =
        std::make_shared<const crypto::Seal>(secrets, upstream::kGroupCookiePurpose);
  }

  void add_group(const config::GroupSpec& spec) {
    GroupView group;
    group.name = spec.name;
    group.lease = registry_.group(spec.name);
    group.state = registry_.group_state(spec.name);
    group.pool = {.connections = spec.pool.connections,
                  .idle = spec.pool.idle,
                  .per_target = spec.pool.per_target,
                  .queue = spec.pool.queue.size};
    const ExchangeLimits limits =
        resolve(config::apply(spec_.limits, spec.limits),
                config::apply(spec_.timeouts, spec.timeouts), spec.pool.queue.wait);
    group.fetch = limits.stream;
    group.connect = limits.connect;
    group.pool.keep_alive = config::apply(spec_.timeouts, spec.timeouts).keep_alive;
    for (const auto& target : spec.targets) {
      TargetView view;
      view.text = target.address.value;
      view.weight = target.weight;
      view.lease = registry_.target(spec.name, view.text);
      view.state = registry_.target_state(spec.name, view.text);
      if (const auto address = net::Address::parse(view.text)) {
        view.address = *address;
      } else if (const auto endpoint = config::parse_endpoint(view.text)) {
        view.host = endpoint->host;
        view.port = endpoint->port;
      }
      group.targets.push_back(std::move(view));
    }
    group_at_.emplace(spec.name, snapshot_.groups.size());
    snapshot_.groups.push_back(std::move(group));
  }

  void add_redis(const config::RedisSpec& spec) {
    StoreView& store = snapshot_.redis.emplace();
    store.text = spec.url.address;
    if (const auto address = net::Address::parse(store.text)) {
      store.address = *address;
    } else if (const auto endpoint = config::parse_endpoint(store.text)) {
      store.host = endpoint->host;
      store.port = endpoint->port;
    }
    store.options = {.name = "redis",
                     .user = spec.url.user,
                     .password = spec.url.password,
                     .database = spec.url.database,
                     .timeout = spec.timeout,
                     .queue = spec.queue,
                     .most_reply = spec.reply.value};
    Content content;
    content.add(store.text);
    content.add(store.options.user);
    content.add(store.options.password);
    content.add(std::uint64_t{store.options.database});
    content.add(store.options.timeout);
    content.add(std::uint64_t{store.options.queue});
    content.add(store.options.most_reply);
    store.content = content.hash();
    const bool same =
        previous_ != nullptr && previous_->redis && previous_->redis->content == store.content;
    store.state = same ? previous_->redis->state : std::make_shared<client::RedisState>();
  }

  void add_listener(const config::ListenerSpec& spec) {
    auto view = std::make_unique<ListenerView>();
    view->name = spec.name;
    view->slot = registry_.listener(spec.name);
    view->state = registry_.listener_state(view->slot);
    view->address = spec.address.value;
    if (const auto endpoint = config::parse_endpoint(spec.address.value);
        endpoint && endpoint->kind == config::Endpoint::Kind::ip) {
      view->port = std::to_string(endpoint->port);
    }
    view->own_fields.emplace(view->scheme, view->port);
    view->limits = config::apply(spec_.limits, spec.limits);
    view->timeouts = config::apply(spec_.timeouts, spec.timeouts);
    view->head = {.request_line = narrow(view->limits.request_line),
                  .header = narrow(view->limits.header),
                  .headers = narrow(view->limits.headers),
                  .header_count = view->limits.header_count};
    view->base = resolve(view->limits, view->timeouts, {});
    view->x_forwarded_for = spec.x_forwarded_for;

    std::vector<routing::RuleInput> table;
    const auto routes = routing::routes_of(spec_, spec.name);
    view->rules.reserve(routes.size());
    for (const config::RouteSpec* route : routes) view->rules.push_back(rule_of(*route, *view));
    // All together, for the table keeps none of them: between the rules they would leave holes.
    table.reserve(routes.size());
    for (const config::RouteSpec* route : routes)
      table.push_back({static_cast<std::uint32_t>(table.size()), route->priority.value,
                       routing::Conditions(route->when)});
    view->heads.reserve(view->rules.size());
    for (const auto& rule : view->rules) view->heads.emplace_back(*rule);
    view->table = routing::RuleTable(std::move(table));
    const auto& fallback = spec.fallback ? spec.fallback : spec_.fallback;
    if (fallback) {
      config::RouteSpec route;
      route.name.value = "default";
      route.action = fallback;
      view->fallback = rule_of(route, *view);
      view->fallback_head = RuleHead(*view->fallback);
    }
    if (snapshot_.listener_by_slot.size() <= view->slot)
      snapshot_.listener_by_slot.resize(view->slot + 1);
    snapshot_.listener_by_slot[view->slot] = view.get();
    snapshot_.listeners.push_back(std::move(view));
  }

  ExchangeLimits limits_to(const std::string& group, const config::RouteSpec& route,
                           const ListenerView& listener) {
    const auto at = group_at_.find(group);
    const config::GroupSpec& spec = spec_.target_groups[at->second];
    return resolve(config::apply(config::apply(listener.limits, spec.limits), route.limits),
                   config::apply(config::apply(listener.timeouts, spec.timeouts), route.timeouts),
                   spec.pool.queue.wait);
  }

  // The same object for the same content.
  template <typename T>
  static std::shared_ptr<const T> shared(
      std::unordered_map<std::uint64_t, std::shared_ptr<const T>>& known, const Content& content,
      T value) {
    auto& here = known[content.hash()];
    if (here == nullptr) here = std::make_shared<const T>(std::move(value));
    return here;
  }

  Action action_of(const config::ActionSpec& spec, const config::RouteSpec& route,
                   const ListenerView& listener, Content& content) {
    if (spec.redirect) {
      Redirect redirect;
      auto url = compile(*spec.redirect, content);
      GH_CHECK(url.has_value());  // load() has looked at the keywords
      redirect.url = std::move(*url);
      redirect.status = static_cast<std::uint16_t>(spec.redirect->status);
      content.add(std::uint64_t{redirect.status});
      return Action(std::make_shared<const Redirect>(std::move(redirect)));
    }
    if (spec.respond) {
      content.add(std::uint64_t{spec.respond->status});
      content.add(spec.respond->content_type);
      content.add(spec.respond->body);
      return Action(
          std::make_shared<const Respond>(Respond{static_cast<std::uint16_t>(spec.respond->status),
                                                  spec.respond->content_type, spec.respond->body}));
    }
    if (spec.handler) {
      content.add("serve");
      return Action(std::make_shared<const Serve>());
    }
    Forward forward;
    Content own;
    for (const auto& to : spec.forward) {
      ForwardTo out;
      out.group = to.group.value;
      out.lease = registry_.group(out.group);
      out.weight = to.weight;
      out.key = hash64(out.group);
      out.limits = limits_to(out.group, route, listener);
      forward.total_weight += to.weight;
      own.add(out.group);
      own.add(std::uint64_t{out.weight});
      add_to(own, out.limits);
      forward.groups.push_back(std::move(out));
    }
    if (forward.groups.size() > 1 && spec.sticky.count() != 0) {
      forward.sticky = spec.sticky;
      forward.sticky_key = hash64(route.name.value + '@' + listener.name);
    }
    own.add(forward.sticky);
    own.add(forward.sticky_key);
    content.add(own.hash());
    return Action(shared(forwards_, own, std::move(forward)));
  }

  // Every group, for a step that chooses one while a request is there.
  std::shared_ptr<const std::vector<ForwardTo>> choices_of(const config::RouteSpec& route,
                                                           const ListenerView& listener,
                                                           Content& content) {
    if (!chooses_group(route)) return nullptr;
    std::vector<ForwardTo> choices;
    for (const auto& group : spec_.target_groups) {
      ForwardTo to;
      to.group = group.name;
      to.lease = registry_.group(to.group);
      to.key = hash64(to.group);
      to.limits = limits_to(to.group, route, listener);
      content.add(to.group);
      add_to(content, to.limits);
      choices.push_back(std::move(to));
    }
    return std::make_shared<const std::vector<ForwardTo>>(std::move(choices));
  }

  static Result<routing::RedirectUrl> compile(const config::RedirectSpec& spec, Content& content) {
    if (spec.url) {
      content.add(spec.url->value);
      return routing::RedirectUrl::compile_url(spec.url->value);
    }
    routing::RedirectUrl::Parts parts;
    const auto put = [&](std::string& to, const std::optional<config::Text>& from) {
      if (from) to = from->value;
      content.add(to);
    };
    put(parts.protocol, spec.protocol);
    put(parts.host, spec.host);
    put(parts.port, spec.port);
    put(parts.path, spec.path);
    put(parts.query, spec.query);
    return routing::RedirectUrl::compile(parts);
  }

  std::shared_ptr<plugin::Step> step_of(const config::StepSpec& spec, Content& content) {
    if (spec.use == nullptr) return nullptr;
    std::shared_ptr<plugin::Step> step = registry_.step(*spec.use);
    if (step == nullptr) return nullptr;
    content.add(step->serial());
    if (std::find(snapshot_.steps.begin(), snapshot_.steps.end(), step) == snapshot_.steps.end())
      snapshot_.steps.push_back(step);
    return step;
  }

  // The same object for the same steps: what many rules share stays in caches.
  std::shared_ptr<const plugin::Chain> chain(std::vector<std::shared_ptr<plugin::Step>> steps,
                                             std::shared_ptr<plugin::Step> handler) {
    auto& here = chains_[{steps, handler}];
    if (here == nullptr)
      here =
          std::make_shared<const plugin::Chain>(std::move(steps), Millis(2000), std::move(handler));
    return here;
  }

  // Null: no steps.
  std::shared_ptr<const plugin::Chain> chain_of(const config::RouteSpec& route, Content& content) {
    if (!steps_.empty()) return chain(steps_, nullptr);
    std::vector<std::shared_ptr<plugin::Step>> steps;
    for (const auto& spec : route.plugins) {
      if (auto step = step_of(spec, content)) steps.push_back(std::move(step));
    }
    content.add(std::uint64_t{steps.size()});
    const auto& spec = route.action->handler;
    auto handler = spec ? step_of(*spec, content) : nullptr;
    if (steps.empty() && handler == nullptr) return nullptr;
    return chain(std::move(steps), std::move(handler));
  }

  std::shared_ptr<const Rule> rule_of(const config::RouteSpec& route,
                                      const ListenerView& listener) {
    auto rule = std::make_shared<Rule>();
    Content content;
    rule->name = route.name.value;
    rule->priority = route.priority.value;
    rule->keep_encoded_slash = route.encoded_slash == config::EncodedSlash::keep;
    rule->raw_path = route.path_form == config::PathForm::raw;
    std::vector<std::string> trailers = route.trailers;
    for (auto& name : trailers) ascii::make_lower(name);
    const ExchangeLimits limits = resolve(config::apply(listener.limits, route.limits),
                                          config::apply(listener.timeouts, route.timeouts), {});
    Content limits_content;
    add_to(limits_content, limits);
    rule->limits = shared(limits_, limits_content, limits);
    content.add(rule->name);
    content.add(std::uint64_t{rule->priority});
    content.add(std::uint64_t{(rule->keep_encoded_slash ? 1U : 0U) | (rule->raw_path ? 2U : 0U)});
    for (const auto& name : trailers) content.add(name);
    content.add(route.when);
    content.add(route.rewrite);
    content.add(limits_content.hash());
    rule->action = action_of(*route.action, route, listener, content);
    rule->chain = chain_of(route, content);
    rule->choices = choices_of(route, listener, content);
    rule->protects = rule->choices ? protection_.of_all() : protection_.of(route);
    if (rule->protects != nullptr) {
      for (const auto& name : rule->protects->folded()) content.add(name);
    }
    rule->content = content.hash();
    if (const auto known = known_.find(rule->content); known != known_.end()) return known->second;
    rule->lease.emplace(registry_.metrics(), observe::Metrics::Kind::rule,
                        observe::Labels{{"rule", rule->name}});
    if (auto rewrites = std::make_unique<routing::Rewrites>(route.rewrite); rewrites->any())
      rule->rewrites = std::move(rewrites);
    if (!trailers.empty())
      rule->trailers = std::make_unique<const std::vector<std::string>>(std::move(trailers));
    known_.emplace(rule->content, rule);
    return rule;
  }

  Snapshot& snapshot_;
  const config::Spec& spec_;
  Registry& registry_;
  const std::vector<std::shared_ptr<plugin::Step>>& steps_;
  const Snapshot* previous_;
  Protection protection_;
  // Apart from the rules, so that what it leaves behind is no holes between them.
  std::pmr::monotonic_buffer_resource draft_;
  std::pmr::unordered_map<std::uint64_t, std::shared_ptr<const Rule>> known_{&draft_};
  std::unordered_map<std::uint64_t, std::shared_ptr<const Forward>> forwards_;
  std::unordered_map<std::uint64_t, std::shared_ptr<const ExchangeLimits>> limits_;
  std::map<std::pair<std::vector<std::shared_ptr<plugin::Step>>, std::shared_ptr<plugin::Step>>,
           std::shared_ptr<const plugin::Chain>>
      chains_;
  std::unordered_map<std::string, std::size_t> group_at_;
};

}  // namespace

RuleHead::RuleHead(const Rule& of)
    : rule(&of),
      name(of.name),
      limits(of.limits.get()),
      chain(of.chain.get()),
      forward(of.action.as<Forward>()),
      protects(of.protects.get()),
      slot(of.lease->slot()),
      keep_encoded_slash(of.keep_encoded_slash),
      raw_path(of.raw_path),
      rewrites(of.rewrites != nullptr) {}

std::shared_ptr<Snapshot> build(config::Spec spec, const Snapshot* previous, Registry& registry,
                                const std::vector<std::shared_ptr<plugin::Step>>& steps) {
  auto snapshot = std::make_shared<Snapshot>();
  snapshot->spec = std::move(spec);
  Build(*snapshot, previous, registry, steps).run();
  registry.sweep();
  return snapshot;
}

}  // namespace gatehouse::snapshot
