#include <utility>

#include "app/import/alb_parts.h"
#include "app/import/yaml_text.h"
#include "config/scalar.h"

namespace gatehouse::app {
namespace {

using nlohmann::json;
using Pairs = std::vector<std::pair<std::string, std::string>>;

// Between two separators of an ARN, counted from 0.
std::string arn_part(const std::string& arn, std::size_t index) {
  std::size_t begin = 0;
  for (; index > 0; --index) {
    const auto at = arn.find(':', begin);
    if (at == std::string::npos) return {};
    begin = at + 1;
  }
  return arn.substr(begin, arn.find(':', begin) - begin);
}

void add(Pairs& to, const char* key, const std::string& value) {
  if (!value.empty()) to.emplace_back(key, yaml_scalar(value));
}

// What both kinds of sign-in have.
std::vector<std::string> sign_in(const json& config, Pairs oidc, const std::string& secret) {
  oidc.emplace_back("client_secret", "\"${" + secret + ":-}\"");
  add(oidc, "scope", text_of(config, "Scope"));
  add(oidc, "session_cookie", text_of(config, "SessionCookieName"));
  if (const auto seconds = config::parse_integer(text_of(config, "SessionTimeout")))
    oidc.emplace_back("session_timeout", yaml_seconds(*seconds));
  const json& extra = member(config, "AuthenticationRequestExtraParams");
  if (extra.is_object() && !extra.empty()) {
    std::string map;
    for (const auto& [key, value] : extra.items()) {
      map += (map.empty() ? "{" : ", ") + yaml_key(key) + ": " +
             yaml_scalar(value.is_string() ? value.get<std::string>() : value.dump());
    }
    oidc.emplace_back("extra_parameters", map + "}");
  }
  const std::string unauthenticated = text_of(config, "OnUnauthenticatedRequest");
  if (unauthenticated == "deny") oidc.emplace_back("on_unauthenticated", "deny");
  oidc.emplace_back("callback", "/oauth2/idpresponse");
  oidc.emplace_back("amzn_headers", "true");
  std::vector<std::string> out{"- use: auth", "  with:", "    chain: [oidc]"};
  if (unauthenticated == "allow") out.emplace_back("    optional: true");
  out.emplace_back("    oidc:");
  for (const auto& [key, value] : oidc) out.push_back(together({"      ", key, ": ", value}));
  return out;
}

std::vector<std::string> oidc(const json& config) {
  Pairs pairs;
  add(pairs, "issuer", text_of(config, "Issuer"));
  add(pairs, "authorization_endpoint", text_of(config, "AuthorizationEndpoint"));
  add(pairs, "token_endpoint", text_of(config, "TokenEndpoint"));
  add(pairs, "userinfo_endpoint", text_of(config, "UserInfoEndpoint"));
  add(pairs, "client_id", text_of(config, "ClientId"));
  return sign_in(config, pairs, "OIDC_CLIENT_SECRET");
}

std::vector<std::string> cognito(const json& config) {
  const std::string arn = text_of(config, "UserPoolArn");
  const std::string region = arn_part(arn, 3);
  const std::string pool = arn.substr(arn.find('/') == std::string::npos ? 0 : arn.find('/') + 1);
  const std::string domain = text_of(config, "UserPoolDomain");
  const std::string base =
      "https://" + domain +
      (domain.find('.') == std::string::npos ? ".auth." + region + ".amazoncognito.com" : "");
  Pairs pairs;
  add(pairs, "issuer", "https://cognito-idp." + region + ".amazonaws.com/" + pool);
  add(pairs, "authorization_endpoint", base + "/oauth2/authorize");
  add(pairs, "token_endpoint", base + "/oauth2/token");
  add(pairs, "userinfo_endpoint", base + "/oauth2/userInfo");
  add(pairs, "client_id", text_of(config, "UserPoolClientId"));
  return sign_in(config, pairs, "COGNITO_CLIENT_SECRET");
}

std::vector<std::string> jwt(const json& config, std::vector<std::string>& notes) {
  std::vector<std::string> out{
      "- use: auth", "  with:", "    chain: [jwt]",
      "    jwt: {algorithms: [RS256], jwks: " + yaml_scalar(text_of(config, "JwksEndpoint")) +
          ", issuer: " + yaml_scalar(text_of(config, "Issuer")) + ", required_claims: [iss, exp]}"};
  std::string claims;
  for (const json* claim : objects_of(config, "AdditionalClaims")) {
    std::vector<std::string> values;
    for (const auto& value : texts_of(*claim, "Values")) values.push_back(yaml_scalar(value));
    if (values.empty()) continue;
    claims += (claims.empty() ? "{" : ", ") + yaml_key(text_of(*claim, "Name")) + ": " +
              yaml_values(values);
    const std::string format = text_of(*claim, "Format");
    if (!format.empty() && format != "single-string")
      notes.push_back("claim " + text_of(*claim, "Name") + " is a " + format + " on the ALB");
  }
  if (!claims.empty()) out.push_back("    require: {claims: " + claims + "}}");
  return out;
}

}  // namespace

std::optional<std::vector<std::string>> alb_authenticate(const json& action,
                                                         std::vector<std::string>& notes) {
  const std::string type = text_of(action, "Type");
  if (type == "authenticate-oidc") {
    notes.emplace_back("the client secret is not exported: it is read from OIDC_CLIENT_SECRET");
    return oidc(member(action, "AuthenticateOidcConfig"));
  }
  if (type == "authenticate-cognito") {
    notes.emplace_back("the client secret is not exported: it is read from COGNITO_CLIENT_SECRET");
    return cognito(member(action, "AuthenticateCognitoConfig"));
  }
  if (type == "jwt-validation") return jwt(member(action, "JwtValidationConfig"), notes);
  return std::nullopt;
}

}  // namespace gatehouse::app
