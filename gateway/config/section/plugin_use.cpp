// Plugins on routes: instances, steps, handlers.
#include <algorithm>

#include "config/plugins.h"
#include "config/section/section.h"

namespace gatehouse::config {
namespace {

// Plugins of the contract that are still to come and have no table yet.
constexpr std::string_view kLater[] = {"chat"};
constexpr std::string_view kOnError[] = {"deny", "allow"};
constexpr Row kUse[] = {
    field<&PluginUse::plugin>("use", "the plugin", {.required = true, .example = "cors"}),
    checked<AnyMap>("with", "its configuration", {.example = "{}"}),
    field<&PluginUse::deadline>("deadline", "how long one of its waits may take",
                                {.min = 1, .max = 600'000}),
    field<&PluginUse::on_error>("on_error", "what it means when it fails or is late",
                                {.words = kOnError}),
};

Shape shape_of_use() {
  std::vector<Shape> known;
  for (const auto& plugin : known_plugins())
    known.push_back(section_shape(plugin.name, plugin.table));
  Shape use = shape_with(Shape::Kind::plugin, std::move(known));
  use.word = "a plugin";
  use.table = kUse;
  return use;
}

std::string meant(std::string_view word, const std::vector<std::string>& words) {
  const std::string_view best = nearest(word, {words.begin(), words.end()});
  return best.empty() ? std::string() : "did you mean '" + std::string(best) + "'?";
}

// The node that a path such as "jwt.secret" or "rules[2].path" leads to, as far as it is there.
const Node& node_at(Reader& reader, const Node& start, std::string_view path) {
  const Node* at = &start;
  while (!path.empty()) {
    const auto end = std::min(path.find_first_of(".["), path.size());
    if (end != 0) {
      const Node* next = reader.find(*at, path.substr(0, end));
      if (next == nullptr) return *at;
      at = next;
      path.remove_prefix(end);
    }
    if (path.starts_with('[')) {
      const auto close = std::min(path.find(']'), path.size());
      auto wanted = parse_integer(path.substr(1, close - 1)).value_or(0);
      reader.each_item(*at, [&](const Node& item) {
        if (wanted-- == 0) at = &item;
      });
      path.remove_prefix(std::min(close + 1, path.size()));
    }
    if (path.starts_with('.')) path.remove_prefix(1);
  }
  return *at;
}

// `instances`: those under `plugins:`, where the name may be one of them.
void find_type(Reader& reader, const Text& name, PluginUse& use,
               const std::vector<PluginInstance>* instances) {
  if (reader.plugins() == nullptr) return;
  auto found = reader.plugins()->find(name.value);
  use.type = std::move(found.type);
  if (use.type != nullptr) return;
  if (!found.why.empty())
    return reader.error(name.span, "bad-plugin", found.why, std::move(found.hint));
  const auto known = known_plugins();
  if (std::find(std::begin(kLater), std::end(kLater), name.value) != std::end(kLater) ||
      std::any_of(known.begin(), known.end(), [&](const auto& k) { return k.name == name.value; }))
    return reader.error(
        name.span, "not-available",
        in_quotes(name.value) + " is not available yet: a later version brings that plugin",
        "leave it out for now");
  std::vector<std::string> names = reader.plugins()->names();
  for (const auto& plugin : known) names.emplace_back(plugin.name);
  for (std::size_t i = 0; instances != nullptr && i < instances->size(); ++i)
    names.push_back((*instances)[i].name.value);
  std::string hint = meant(name.value, names);
  if (hint.empty()) hint = "it is NAME.so beside the gateway's own plugins or on `plugin_path`";
  reader.error(name.span, "unknown-plugin",
               in_quotes(name.value) + (instances != nullptr
                                            ? " is no instance under `plugins:` and no plugin"
                                            : " is no plugin"),
               std::move(hint));
}

}  // namespace

void read_with(Reader& reader, const Node& with, PluginUse& use) {
  for (const auto& known : known_plugins()) {
    if (use.type != nullptr || known.name != use.plugin.value || with.kind != Node::Kind::map)
      continue;
    use.values = std::make_shared<PluginValues>();
    reader.read_map(with, known.table, use.values.get(), known.name);
  }
  if (use.type == nullptr) return;
  use.values = use.type->make();
  Diagnostics said;
  Reader inside(reader.document(), reader.source(), said);
  use.type->read(inside, with, *use.values);
  for (auto& each : said) {
    if (each.severity == Severity::error) {
      reader.error(each.span, std::move(each.code), std::move(each.message), std::move(each.hint));
    } else {
      reader.warning(each.span, std::move(each.code), std::move(each.message),
                     std::move(each.hint));
    }
  }
  // What the plugin itself thinks of a half of its configuration would only confuse.
  if (error_count(said) != 0) return;
  use.type->check(*use.values, [&](bool is_warning, std::string_view path, std::string_view message,
                                   std::string_view hint) {
    const Span span = node_at(reader, with, path).span;
    if (is_warning) return reader.warning(span, "plugin-says", shown(message), shown(hint));
    reader.error(span, "wrong-value", shown(message), shown(hint));
  });
}

Node empty_map(Span span) {
  Node node;
  node.kind = Node::Kind::map;
  node.span = span;
  return node;
}

namespace {

void read_use(Reader& reader, const Node& node, PluginUse& use) {
  reader.read_map(node, kUse, &use, "a plugin");
  if (use.plugin.value.empty()) return;
  find_type(reader, use.plugin, use, nullptr);
  if (use.type != nullptr && reader.find(node, "deadline") == nullptr)
    use.deadline = use.type->deadline();
  const Node* with = reader.find(node, "with");
  if (with != nullptr && with->kind == Node::Kind::map) return read_with(reader, *with, use);
  const bool none =
      with == nullptr ? !reader.has_unknown_key(node, kUse) : with->kind == Node::Kind::null;
  if (none && use.type != nullptr) read_with(reader, empty_map(node.span), use);
}

}  // namespace

Shape shape_of(Of<StepSpec>) {
  return shape_with(Shape::Kind::any_of, {Shape{}, shape_of_policy_step(), shape_of_use()});
}
Shape shape_of(Of<std::vector<PluginInstance>>) { return named_shape(shape_of_use()); }

void read_value(Reader& reader, const Node& node, const Row& row, StepSpec& out) {
  if (node.kind != Node::Kind::map) return read_value(reader, node, row, out.name);
  bool policy = reader.find(node, "policy") != nullptr;
  if (reader.find(node, "use") == nullptr) {
    reader.each_entry(node, [&](const Node& key, const Node&) {
      policy = policy || nearest(key.text, {"use", "policy"}) == "policy";
    });
  }
  if (policy) return read_policy_step(reader, node, out);
  out.use = std::make_shared<PluginUse>();
  read_use(reader, node, *out.use);
  out.name = out.use->plugin;
}

void read_value(Reader& reader, const Node& node, const Row&, std::vector<PluginInstance>& out) {
  if (node.kind != Node::Kind::map) return reader.wrong_type(node, "a map of names");
  reader.each_entry(node, [&](const Node& key, const Node& value) {
    if (!is_name(key.text))
      reader.error(key.span, "bad-name", in_quotes(key.text) + " is no name for a plugin",
                   "letters, digits, '.', '_' and '-'");
    PluginInstance& instance = out.emplace_back();
    instance.name = {key.text, key.span};
    instance.use = std::make_shared<PluginUse>();
    instance.use->key = key.text;
    read_use(reader, value, *instance.use);
  });
}

void search_plugins(Reader& reader, const Node& file) {
  const Node* path = reader.find(file, "plugin_path");
  if (path == nullptr || reader.plugins() == nullptr) return;
  std::vector<std::string> folders;
  Diagnostics said_later;  // when the key is read
  Reader quiet(reader.document(), reader.source(), said_later);
  const auto add = [&](const Node& node) {
    if (const auto text = quiet.text(node, "a folder"))
      folders.push_back(reader.source().from_folder(*text));
  };
  if (path->kind == Node::Kind::sequence) {
    reader.each_item(*path, add);
  } else {
    add(*path);
  }
  for (const auto& missing : reader.plugins()->search(folders))
    reader.warning(path->span, "no-folder", "there is no folder " + in_quotes(missing));
}

namespace {

class Resolver {
 public:
  Resolver(Reader& reader, Spec& spec, bool all_known)
      : reader_(reader), spec_(spec), all_known_(all_known) {}

  void run() {
    for (auto& route : spec_.routes) {
      std::map<std::string, std::size_t> times;
      const auto key_of = [&](const StepSpec& step) {
        const std::size_t nth = step.use == nullptr ? 1 : ++times[step.name.value];
        std::string key = route.name.value + '/' + step.name.value;
        return nth == 1 ? key : key + '/' + std::to_string(nth);
      };
      for (auto& step : route.plugins) resolve(step, key_of(step), false);
      if (route.action && route.action->handler)
        resolve(*route.action->handler, key_of(*route.action->handler), true);
      order(route);
    }
    for (auto& listener : spec_.listeners) handler(listener.fallback, listener.name + "/default");
    handler(spec_.fallback, "default");
  }

 private:
  void handler(std::optional<ActionSpec>& action, const std::string& where) {
    if (action && action->handler)
      resolve(*action->handler, where + '/' + action->handler->name.value, true);
  }

  // `key`: what a step that is configured in place is called.
  void resolve(StepSpec& step, const std::string& key, bool serves) {
    if (step.name.value.empty()) return;
    if (step.is_policy) return policy(step, key);
    if (step.use == nullptr) {
      step.use = named(step.name);
    } else {
      step.use->key = key;
    }
    const auto* type = step.use->type.get();
    if (type == nullptr) return;
    if (serves && !type->serves())
      reader_.error(step.name.span, "wrong-value",
                    in_quotes(step.name.value) + " answers no requests by itself",
                    "name it among the route's `plugins`");
    if (!serves && !type->is_step() && type->serves())
      reader_.error(step.name.span, "wrong-value",
                    in_quotes(step.name.value) + " is no step: it answers requests itself",
                    "action: {handler: " + step.name.value + "}");
    if (type->has_socket_phases())
      reader_.warning(step.name.span, "not-available",
                      "phases for WebSocket messages do not run yet: " +
                          in_quotes(step.name.value) + " takes part without them");
  }

  void policy(StepSpec& step, const std::string& key) {
    step.use->key = key;
    if (step.use->type != nullptr && step.use->type->has_socket_phases())
      reader_.error(step.name.span, "not-available",
                    "the phases socket_open and socket_message do not run yet, and " +
                        in_quotes(step.name.value) + " has them",
                    "leave it out for now");
  }

  std::shared_ptr<PluginUse> named(const Text& name) {
    for (const auto& instance : spec_.plugins) {
      if (instance.name.value == name.value) return instance.use;
    }
    auto& known = bare_[name.value];
    if (known != nullptr) return known;
    known = std::make_shared<PluginUse>();
    known->plugin = name;
    known->key = name.value;
    if (!all_known_ && spec_.plugins.empty()) return known;  // `plugins` may be misspelt
    find_type(reader_, name, *known, &spec_.plugins);
    if (known->type == nullptr) return known;
    known->deadline = known->type->deadline();
    read_with(reader_, empty_map(name.span), *known);
    return known;
  }

  void order(const RouteSpec& route) {
    std::vector<const PluginUse*> before;
    for (const auto& step : route.plugins) {
      const PluginUse* use = step.use.get();
      if (use == nullptr || use->type == nullptr || use->values == nullptr) continue;
      if (std::find(before.begin(), before.end(), use) != before.end())
        reader_.warning(step.name.span, "odd-order",
                        in_quotes(step.name.value) + " stands on this route twice");
      const auto gives = [](const PluginUse* other) {
        return other->type->gives_identity(*other->values);
      };
      if (use->type->needs_identity(*use->values) &&
          std::none_of(before.begin(), before.end(), gives))
        reader_.warning(step.name.span, "odd-order",
                        in_quotes(step.name.value) +
                            " needs to know who the client is, and no step before it says so",
                        "steps run in the order of the list");
      before.push_back(use);
    }
  }

  Reader& reader_;
  Spec& spec_;
  const bool all_known_;
  std::map<std::string, std::shared_ptr<PluginUse>> bare_;
};

}  // namespace

void resolve_plugins(Reader& reader, Spec& spec, bool all_known) {
  Resolver(reader, spec, all_known).run();
}

}  // namespace gatehouse::config
