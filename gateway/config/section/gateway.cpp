// The top level of the file.
#include "config/section/section.h"
#include "crypto/known_secret.h"

namespace gatehouse::config {

namespace {

void read_workers(Reader& reader, const Node& node, const Row& row, void* object) {
  auto& spec = *static_cast<Spec*>(object);
  if (node.kind == Node::Kind::scalar && node.text == "auto") {
    spec.workers = 0;
    return;
  }
  if (node.kind == Node::Kind::scalar && node.text.find("${") == std::string::npos &&
      !parse_integer(node.text))
    return reader.wrong_value(node, "auto or a whole number");
  read_value(reader, node, row, spec.workers);
}

void judge_secret(Reader& reader, const Node& node, std::string_view secret) {
  constexpr std::size_t kShortest = 16;
  constexpr const char* kHint = "take what `openssl rand -base64 32` prints";
  if (secret.empty()) return;
  if (crypto::is_known_secret(secret))
    return reader.error(node.span, "known-secret", "a secret out of a public document", kHint);
  if (secret.size() >= kShortest) return;
  reader.warning(node.span, "weak-secret", "a secret of less than 16 bytes can be guessed", kHint);
}

void read_cookies(Reader& reader, const Node& node, const Row& row, void* object) {
  const auto read_one = [&](const Node& item) {
    Secret secret;
    read_value(reader, item, row, secret);
    if (secret.value.empty()) return;  // an environment variable that is not set
    judge_secret(reader, item, secret.value);
    static_cast<SecretsSpec*>(object)->cookies.push_back(std::move(secret.value));
  };
  if (node.kind != Node::Kind::sequence) return read_one(node);
  reader.each_item(node, read_one);
}
constexpr Row kSecrets[] = {
    Row{"cookies",
        "seal cookies: the first signs, all verify",
        {.example = "[\"${COOKIE_KEY:-}\"]"},
        read_cookies,
        [] { return shape_of(Of<std::vector<Secret>>{}); }},
};

constexpr Row kReload[] = {
    field<&ReloadSpec::watch>("watch", "reload when the file changes"),
    field<&ReloadSpec::keep>("keep", "generations to remember for `gatehouse rollback`",
                             {.min = 1, .max = 1000}),
};

constexpr Row kAdmin[] = {
    field<&AdminSpec::address>("address", "where the admin API listens",
                               {.format = &kAdminAddress}),
    field<&AdminSpec::token>("token", "asked of every request, as Authorization: Bearer",
                             {.not_empty = true}),
};

constexpr std::string_view kFormats[] = {"json", "alb"};
constexpr Row kAccessLog[] = {
    field<&AccessLogSpec::path>("path", "a file, or - for standard output",
                                {.example = "/var/log/gatehouse/access.log"}),
    field<&AccessLogSpec::format>("format", "json, or the field order of an ALB",
                                  {.words = kFormats}),
};

constexpr Row kSpec[] = {
    field<&Spec::version>("version", "the format of the file, 1",
                          {.required = true, .min = 1, .max = 1, .example = "1"}),
    Row{"workers",
        "event loops: auto (one for each processor) or a number",
        {.min = 1, .max = 256, .example = "4", .initial = "auto"},
        read_workers,
        [] {
          return shape_with(Shape::Kind::any_of, {literal_shape("auto"), {Shape::Kind::integer}});
        },
        [](const Row& row) { return std::string(row.rule.initial); }},
    field<&Spec::user>("user", "whom a gateway that was started as root becomes",
                       {.example = "gatehouse"}),
    field<&Spec::state_dir>("state_dir", "folder for generations; without it nothing is written",
                            {.example = "var"}),
    field<&Spec::reload>("reload", "watching and remembering",
                         {.example = "{watch: true, keep: 20}"}),
    field<&Spec::admin>("admin", "the admin API", {.example = "{address: 127.0.0.1:9901}"}),
    field<&Spec::access_log>("access_log", "one line for each exchange, or off",
                             {.example = "{path: \"-\", format: json}"}),
    field<&Spec::trusted_proxies>(
        "trusted_proxies", "whose X-Forwarded-* are believed; unix: is who comes by a socket",
        {.format = &kProxy}),
    field<&Spec::secrets>("secrets", "keys of the gateway",
                          {.example = "{cookies: [\"${COOKIE_KEY:-}\"]}"}),
    checked<std::vector<std::string>>("policy_env", "environment that policies may read",
                                      {.format = &kVariable}),
    field<&Spec::plugin_path>("plugin_path", "folders with plugins, besides the gateway's own",
                              {.example = "[build/plugins]"}),
    field<&Spec::stores>("stores", "shared state",
                         {.example = "{redis: {url: \"redis://127.0.0.1:6379/0\"}}"}),
    field<&Spec::limits>("limits", "sizes and counts for everyone",
                         {.example = "{headers: 32KiB, body: 10MiB}"}),
    field<&Spec::timeouts>("timeouts", "times for everyone",
                           {.example = "{connect: 3s, response: 30s}"}),
    field<&Spec::listeners>("listeners", "addresses that clients connect to",
                            {.example = "{public: {address: \"0.0.0.0:8080\"}}"}),
    field<&Spec::target_groups>("target_groups", "servers that requests go to",
                                {.example = "{backend: {targets: [\"127.0.0.1:5001\"]}}"}),
    field<&Spec::plugins>(
        "plugins", "plugin instances by name",
        {.example = "{browser: {use: cors, with: {origins: [\"https://chat.example.com\"]}}}"}),
    field<&Spec::routes>("routes", "rules, tried by priority",
                         {.example = "[{name: api, priority: 1, action: {forward: backend}}]"}),
    Row{"default",
        "what happens when no rule matches",
        {.example = "{action: {forward: backend}}"},
        [](Reader& r, const Node& n, const Row& row, void* spec) {
          read_default(r, n, row, static_cast<Spec*>(spec)->fallback);
        },
        shape_of_default},
};

}  // namespace

Shape shape_of(Of<AdminSpec>) {
  return shape_with(Shape::Kind::any_of, {literal_shape("off"), section_shape("admin", kAdmin)});
}
Shape shape_of(Of<AccessLogSpec>) {
  return shape_with(Shape::Kind::any_of,
                    {literal_shape("off"), section_shape("access_log", kAccessLog)});
}
Table table_of(const ReloadSpec&) { return kReload; }
Table table_of(const SecretsSpec&) { return kSecrets; }
Table table_of(const Spec&) { return kSpec; }

void read_value(Reader& reader, const Node& node, const Row&, AdminSpec& out) {
  out.span = node.span;
  if (node.kind == Node::Kind::scalar && node.text == "off") {
    out.off = true;
    return;
  }
  if (node.kind != Node::Kind::map) return reader.wrong_type(node, "off or a map (admin)");
  reader.read_map(node, kAdmin, &out, "admin");
  if (const Node* token = reader.find(node, "token")) {
    judge_secret(reader, *token, out.token.value);
  }
  const Node* address = reader.find(node, "address");
  if (address != nullptr) out.span = address->span;
  const auto endpoint = parse_endpoint(out.address);
  const bool loopback = endpoint->kind == Endpoint::Kind::unix_path ||
                        endpoint->host.starts_with("127.") || endpoint->host == "::1";
  if (!loopback && reader.find(node, "token") == nullptr) {
    reader.error(out.span, "missing-key", "the admin API is not on loopback and has no token",
                 "add `token: \"${ADMIN_TOKEN}\"`, or listen on 127.0.0.1");
  }
}

void read_value(Reader& reader, const Node& node, const Row&, AccessLogSpec& out) {
  if (node.kind == Node::Kind::scalar && node.text == "off") {
    out.off = true;
    return;
  }
  if (node.kind != Node::Kind::map) return reader.wrong_type(node, "off or a map (access_log)");
  reader.read_map(node, kAccessLog, &out, "access_log");
  const Node* path = reader.find(node, "path");
  out.span = path != nullptr ? path->span : node.span;
}

}  // namespace gatehouse::config
