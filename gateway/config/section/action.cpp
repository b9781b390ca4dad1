// What a rule does: exactly one of forward, redirect, respond, handler.
#include <algorithm>

#include "config/section/section.h"

namespace gatehouse::config {
namespace {

constexpr std::string_view kRedirectKeywords[] = {"protocol", "host", "port", "path", "query"};

constexpr std::string_view kRedirectStatuses[] = {"301", "302", "303", "307", "308"};
constexpr Row kRedirect[] = {
    field<&RedirectSpec::url>("url",
                              "the whole URL, with #{protocol} #{host} #{port} #{path} #{query}",
                              {.example = "\"https://#{host}:8443/#{path}?#{query}\""}),
    field<&RedirectSpec::protocol>("protocol", "http or https", {.format = &kRedirectProtocol}),
    field<&RedirectSpec::host>("host", "host name", {.example = "chat.example.com"}),
    field<&RedirectSpec::port>("port", "of the other URL", {.format = &kRedirectPort}),
    field<&RedirectSpec::path>("path", "path, with its slash", {.example = "\"/new/#{path}\""}),
    field<&RedirectSpec::query>("query", "query, without its question mark",
                                {.example = "\"#{query}\""}),
    field<&RedirectSpec::status>("status", "of the answer", {.words = kRedirectStatuses}),
};

constexpr Row kRespond[] = {
    field<&RespondSpec::status>("status", "of the answer",
                                {.required = true, .min = 200, .max = 599}),
    field<&RespondSpec::content_type>("content_type", "of the body",
                                      {.format = &kMediaType, .example = "text/plain"}),
    field<&RespondSpec::body>("body", "text", {.example = "\"Back soon.\""}),
};

void read_forward(Reader& reader, const Node& node, const Row& row, void* object) {
  auto& action = *static_cast<ActionSpec*>(object);
  if (node.kind == Node::Kind::scalar)
    return read_value(reader, node, row, action.forward.emplace_back().group);
  if (node.kind != Node::Kind::map || node.count == 0)
    return reader.wrong_type(node, "a target group, or a map of groups and weights");
  std::uint64_t total = 0;
  reader.each_entry(node, [&](const Node& key, const Node& value) {
    WeightedGroup& group = action.forward.emplace_back();
    group.group = {key.text, key.span};
    Row weight = row;
    weight.name = "weight";
    weight.rule.max = 999;
    read_value(reader, value, weight, group.weight);
    total += group.weight;
  });
  if (total == 0)
    reader.error(node.span, "wrong-value", "all weights are 0: nothing could be forwarded",
                 "give one group a weight of at least 1");
}

Shape shape_of_forward() {
  Shape weights = named_shape({Shape::Kind::integer});
  weights.not_empty = true;
  return shape_with(Shape::Kind::any_of, {Shape{}, std::move(weights)});
}

constexpr std::string_view kKinds[] = {"forward", "redirect", "respond", "handler"};
constexpr Row kAction[] = {
    Row{"forward",
        "a target group, or groups with weights",
        {.max = 999, .example = "{backend: 9, frontend: 1}"},
        read_forward,
        shape_of_forward},
    field<&ActionSpec::redirect>("redirect", "another URL",
                                 {.example = "{protocol: https, port: \"8443\", status: 301}"}),
    field<&ActionSpec::respond>("respond", "a fixed answer",
                                {.example = "{status: 503, body: \"Back soon.\"}"}),
    field<&ActionSpec::handler>("handler", "plugin that answers", {.example = "chat"}),
    without_default(field<&ActionSpec::sticky>("sticky",
                                               "the same client to the same group, for so long",
                                               {.min = 1000, .max = 604'800'000, .example = "1h"})),
};

void check_keywords(Reader& reader, const Text& text) {
  std::string_view rest = text.value;
  for (auto at = rest.find("#{"); at != std::string_view::npos; at = rest.find("#{")) {
    const auto end = rest.find('}', at);
    if (end == std::string_view::npos) {
      reader.error(text.span, "wrong-value", "`#{` is not closed by `}`");
      return;
    }
    const std::string_view word = rest.substr(at + 2, end - at - 2);
    const auto known = std::find(std::begin(kRedirectKeywords), std::end(kRedirectKeywords), word);
    if (known == std::end(kRedirectKeywords)) {
      const std::string_view meant =
          nearest(word, {std::begin(kRedirectKeywords), std::end(kRedirectKeywords)});
      reader.error(text.span, "wrong-value", "unknown keyword #{" + shown(word.substr(0, 40)) + "}",
                   meant.empty() ? "one of #{protocol} #{host} #{port} #{path} #{query}"
                                 : "did you mean #{" + std::string(meant) + "}?");
    }
    rest = rest.substr(end + 1);
  }
}

void check_redirect(Reader& reader, const RedirectSpec& redirect, const Node& node) {
  const Span span = node.span;
  bool any = false;
  for (const auto* part : {&redirect.url, &redirect.protocol, &redirect.host, &redirect.port,
                           &redirect.path, &redirect.query}) {
    if (!*part) continue;
    any = true;
    check_keywords(reader, **part);
  }
  const bool parts =
      redirect.protocol || redirect.host || redirect.port || redirect.path || redirect.query;
  if (redirect.url && parts)
    reader.error(span, "wrong-value", "`url` says all parts already",
                 "leave out protocol, host, port, path and query");
  const bool changes =
      redirect.url || redirect.protocol || redirect.host || redirect.port || redirect.path;
  if ((!any || !changes) && !reader.has_unknown_key(node, kRedirect))
    reader.error(span, "wrong-value", "the redirect leads to where it comes from",
                 "change protocol, host, port or path");
}

}  // namespace

namespace {
struct Default {
  std::optional<ActionSpec> action;
};
constexpr Row kDefault[] = {field<&Default::action>(
    "action", "what happens", {.required = true, .example = "{respond: {status: 404}}"})};
}  // namespace

Shape shape_of_default() { return section_shape("default", kDefault); }

void read_default(Reader& reader, const Node& node, const Row&, std::optional<ActionSpec>& out) {
  Default read;
  reader.read_map(node, kDefault, &read, "default");
  out = std::move(read.action);
}

Shape shape_of(Of<ActionSpec>) { return {Shape::Kind::section, "an action", kAction, kKinds}; }
Table table_of(const RedirectSpec&) { return kRedirect; }
Table table_of(const RespondSpec&) { return kRespond; }

void read_value(Reader& reader, const Node& node, const Row&, ActionSpec& out) {
  out.span = node.span;
  reader.read_map(node, kAction, &out, "an action");
  if (node.kind != Node::Kind::map) return;
  std::size_t kinds = 0;
  for (auto name : kKinds) kinds += reader.find(node, name) != nullptr ? 1 : 0;
  if (kinds > 1 || (kinds == 0 && !reader.has_unknown_key(node, kAction))) {
    reader.error(node.span, kinds == 0 ? "missing-key" : "wrong-value",
                 "an action is exactly one of forward, redirect, respond, handler");
  }
  if (const Node* at = reader.find(node, "redirect"); at != nullptr && out.redirect)
    check_redirect(reader, *out.redirect, *at);
  const bool sticky = reader.find(node, "sticky") != nullptr;
  if (sticky && reader.find(node, "forward") == nullptr)
    reader.error(node.span, "wrong-value", "`sticky` goes with `forward` only");
}

}  // namespace gatehouse::config
