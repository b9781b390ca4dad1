// Plugins that are still to come: what a file says of them is checked as far as it is known.
#include "config/section/section.h"

namespace gatehouse::config {
namespace {

constexpr std::string_view kMode[] = {"enforce", "shadow"};
constexpr std::string_view kStoreFailure[] = {"open", "closed", "local"};
constexpr std::string_view kChain[] = {"jwt",     "authjs", "session", "oidc",   "ticket",
                                       "api_key", "basic",  "mtls",    "forward"};
constexpr std::string_view kJws[] = {"HS256", "HS384", "HS512", "RS256", "RS384", "RS512", "PS256",
                                     "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"};
constexpr std::span<const std::string_view> kHmac = std::span(kJws).first(3);
constexpr std::string_view kCorsMode[] = {"enforce", "report"};
constexpr std::string_view kRateAlgorithms[] = {"gcra", "sliding_window"};
constexpr std::string_view kFrom[] = {"bearer", "cookie", "query"};

struct FetchLater {};
constexpr Row kFetch[] = {
    checked<std::string>("ca", "certificates that are believed, in place of the system's",
                         {.example = "keys/ca.pem"}),
    checked<bool>("private_addresses", "the server may be in a private network"),
    checked<Millis>("min_age", "no set is renewed sooner; without it 1 min", {.example = "1min"}),
    checked<Millis>("max_age", "no set is renewed later; without it 1 h", {.example = "10min"}),
    checked<Millis>("stale", "how long a set is believed that cannot be renewed; without it 1 d",
                    {.example = "1d"}),
};
Table table_of(const FetchLater&) { return kFetch; }
constexpr std::string_view what_is(const FetchLater&) { return "jwks_fetch"; }

struct JwtLater {};
constexpr Row kJwt[] = {
    checked<std::vector<Choice>>("algorithms", "that are accepted", {.words = kJws}),
    checked<std::vector<Secret>>("secret", "shared secrets", {.not_empty = true}),
    checked<std::vector<std::string>>("public_key", "files with public keys",
                                      {.example = "keys/jwt.pem"}),
    checked<std::string>("jwks", "file or URL of a key set",
                         {.example = "https://id.example.com/.well-known/jwks.json"}),
    checked<FetchLater>("jwks_fetch", "how it is fetched", {.example = "{max_age: 10min}"}),
    checked<std::vector<std::string>>("issuer", "that are accepted",
                                      {.example = "https://id.example.com"}),
    checked<std::vector<std::string>>("audience", "that are accepted", {.example = "chat"}),
    checked<std::vector<std::string>>("required_claims", "that must be there",
                                      {.example = "[sub, exp]"}),
    checked<Millis>("leeway", "for clocks that differ"),
    checked<std::vector<Choice>>("from", "where the token is looked for", {.words = kFrom}),
    checked<std::string>("cookie", "name of the cookie", {.example = "session"}),
    checked<std::string>("query", "name of the query parameter", {.example = "token"}),
};
Table table_of(const JwtLater&) { return kJwt; }
constexpr std::string_view what_is(const JwtLater&) { return "jwt"; }

struct AuthjsLater {};
constexpr Row kAuthjs[] = {
    checked<std::uint32_t>("version", "of Auth.js: 4 or 5", {.min = 4, .max = 5, .example = "5"}),
    checked<std::vector<Secret>>("secrets", "AUTH_SECRET, the newest first", {.not_empty = true}),
    checked<std::string>("cookie", "name of the cookie", {.example = "session"}),
};
Table table_of(const AuthjsLater&) { return kAuthjs; }
constexpr std::string_view what_is(const AuthjsLater&) { return "authjs"; }

struct IdentityLater {};
constexpr Row kIdentity[] = {
    checked<std::string>("id", "header field with the user's id", {.format = &kFieldName}),
    checked<std::string>("email", "header field with the address",
                         {.format = &kFieldName, .example = "X-User-Email"}),
    checked<std::string>("role", "header field with the roles",
                         {.format = &kFieldName, .example = "X-User-Role"}),
};
Table table_of(const IdentityLater&) { return kIdentity; }
constexpr std::string_view what_is(const IdentityLater&) { return "identity_headers"; }

struct RequireLater {};
constexpr Row kRequire[] = {
    checked<std::vector<std::string>>("role", "one of these", {.example = "[user, admin]"}),
    checked<NameMap>("claims", "names and values", {.example = "{tenant: [a, b]}"})};
Table table_of(const RequireLater&) { return kRequire; }
constexpr std::string_view what_is(const RequireLater&) { return "require"; }

struct MintLater {};
constexpr Row kMint[] = {
    checked<Secret>("secret", "shared with the backend", {.required = true, .not_empty = true}),
    checked<Choice>("algorithm", "how it is signed", {.words = kHmac}),
    checked<Millis>("lifetime", "of the token"),
};
Table table_of(const MintLater&) { return kMint; }
constexpr std::string_view what_is(const MintLater&) { return "mint"; }

constexpr Row kAuth[] = {
    checked<std::vector<Choice>>("chain", "methods; the first that finds its credential decides",
                                 {.required = true, .words = kChain}),
    checked<bool>("optional", "nobody signed in passes too"),
    checked<JwtLater>("jwt", "JSON Web Tokens",
                      {.example = "{algorithms: [HS256], secret: \"${JWT_SECRET_KEY}\"}"}),
    checked<AuthjsLater>("authjs", "sessions of Auth.js",
                         {.example = "{version: 5, secrets: [\"${AUTH_SECRET}\"]}"}),
    checked<AnyMap>("session", "sessions of the gateway", {.example = "{}"}),
    checked<AnyMap>("oidc", "login with a provider", {.example = "{}"}),
    checked<AnyMap>("ticket", "one-time tickets", {.example = "{}"}),
    checked<AnyMap>("api_key", "keys", {.example = "{}"}),
    checked<AnyMap>("basic", "names and passwords", {.example = "{}"}),
    checked<AnyMap>("mtls", "client certificates", {.example = "{}"}),
    checked<AnyMap>("forward", "another service decides", {.example = "{}"}),
    checked<IdentityLater>("identity_headers", "what the target is told",
                           {.example = "{id: X-User-ID}"}),
    checked<RequireLater>("require", "who may pass", {.example = "{role: [admin]}"}),
    checked<std::string>("login", "where navigations are sent", {.example = "/sign-in"}),
    checked<std::vector<std::string>>("origins", "pages that may change something with a cookie",
                                      {.format = &kOrigin}),
    checked<MintLater>("mint", "the token that the backend receives",
                       {.example = "{secret: \"${JWT_SECRET_KEY}\", lifetime: 5min}"}),
};

constexpr Row kCors[] = {
    checked<std::vector<std::string>>("origins", "that may read answers, * allowed",
                                      {.required = true, .format = &kOrigin}),
    checked<std::vector<std::string>>("methods", "that they may use", {.format = &kMethod}),
    checked<std::vector<std::string>>("allow_headers", "that they may send",
                                      {.format = &kFieldName}),
    checked<std::vector<std::string>>("expose_headers", "that they may read",
                                      {.format = &kFieldName}),
    checked<bool>("credentials", "with cookies"),
    checked<Millis>("max_age", "how long a browser remembers"),
    checked<bool>("private_network", "from public to private networks"),
    checked<Choice>("mode", "report: counted, not enforced", {.words = kCorsMode}),
};

// The name of a store, which the whole file is asked for, as the plugin itself has it.
void read_store(Reader& reader, const Node& node, const Row& row, void* values) {
  Text name;
  read_value(reader, node, row, name);
  if (!name.value.empty()) static_cast<PluginValues*>(values)->stores.push_back(std::move(name));
}

constexpr Row kRateLimit[] = {
    checked<std::string>("key", "client_ip, user, route, header:NAME, claim:NAME, value:NAME",
                         {.required = true, .format = &kRateKey}),
    checked<std::string>("rate", "how many, how often", {.format = &kRate}),
    checked<std::uint32_t>("burst", "how many at once"),
    checked<std::uint32_t>("concurrency", "how many at the same time"),
    Row{"store",
        "name of a store of `stores`; without it: this gateway alone",
        {.example = "redis"},
        read_store,
        [] { return shape_of(Of<std::string>{}); }},
    checked<Choice>("on_store_failure", "the store is away", {.words = kStoreFailure}),
    checked<Choice>("mode", "shadow: counted, not enforced", {.words = kMode}),
    checked<Choice>("algorithm", "how it is counted", {.words = kRateAlgorithms}),
};

constexpr KnownPlugin kPlugins[] = {{"auth", kAuth}, {"cors", kCors}, {"rate_limit", kRateLimit}};

}  // namespace

std::span<const KnownPlugin> known_plugins() { return kPlugins; }

}  // namespace gatehouse::config
