// What a browser does with the answers (Fetch, Living Standard: 4.9 CORS check, 4.8 preflight
// fetch), by a reader of the standard that knows nothing of how they are made.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "answer.h"
#include "config.h"

namespace cors {
namespace {

using Fields = std::map<std::string, std::string>;

Fields preflight_of(const Config& config, const Answers::Preflight& asked) {
  Fields out;
  const Answers answers(config);
  answers.preflight(asked, [&](std::string_view name, std::string_view value) {
    out[std::string(name)] = value;
  });
  return out;
}
Fields response_of(const Config& config, std::string_view origin) {
  Fields out;
  const Answers answers(config);
  answers.response(origin, [&](std::string_view name, std::string_view value) {
    out[std::string(name)] = value;
  });
  return out;
}

// 4.9: a browser that sends cookies takes no star.
bool cors_check(const Fields& fields, const std::string& origin, bool cookies) {
  const auto allowed = fields.find("Access-Control-Allow-Origin");
  if (allowed == fields.end()) return false;
  if (!cookies && allowed->second == "*") return true;
  if (allowed->second != origin) return false;
  const auto credentials = fields.find("Access-Control-Allow-Credentials");
  return !cookies || (credentials != fields.end() && credentials->second == "true");
}

std::vector<std::string> list_of(const Fields& fields, const std::string& name) {
  std::vector<std::string> out;
  const auto at = fields.find(name);
  if (at == fields.end()) return out;
  std::string word;
  for (const char c : at->second + ",") {
    if (c == ',') {
      out.push_back(std::exchange(word, {}));
    } else if (c != ' ') {
      word += static_cast<char>(c);
    }
  }
  return out;
}
std::string lowered(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}
bool has(const std::vector<std::string>& list, const std::string& word) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

struct Fetch {
  std::string origin = "https://chat.example.com";
  std::string method = "PUT";
  std::vector<std::string> headers = {};  // those that are not safelisted
  bool cookies = false;
};

// "goes", or at which step of the preflight fetch it ends.
std::string browser(const Config& config, const Fetch& fetch) {
  std::string names;
  for (const auto& header : fetch.headers) (names += names.empty() ? "" : ",") += lowered(header);
  const Fields fields = preflight_of(config, {fetch.origin, names, false});
  if (!cors_check(fields, fetch.origin, fetch.cookies)) return "origin";
  const auto methods = list_of(fields, "Access-Control-Allow-Methods");
  const bool simple = fetch.method == "GET" || fetch.method == "HEAD" || fetch.method == "POST";
  if (!has(methods, fetch.method) && !simple && (fetch.cookies || !has(methods, "*")))
    return "method";
  auto allowed = list_of(fields, "Access-Control-Allow-Headers");
  std::transform(allowed.begin(), allowed.end(), allowed.begin(), lowered);
  for (const auto& header : fetch.headers) {
    const bool by_star = !fetch.cookies && has(allowed, "*") && lowered(header) != "authorization";
    if (!has(allowed, lowered(header)) && !by_star) return "header " + header;
  }
  return cors_check(response_of(config, fetch.origin), fetch.origin, fetch.cookies) ? "goes"
                                                                                    : "answer";
}

Config contract() {
  Config config;
  config.origins = {"https://chat.example.com", "https://*.example.com"};
  config.methods = {"GET", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"};
  config.allow_headers = {"Content-Type", "Authorization", "X-Requested-With"};
  config.expose_headers = {"Content-Type", "Authorization"};
  config.credentials = true;
  config.max_age = std::chrono::hours(1);
  return config;
}

TEST(Cors, what_a_browser_does_by_the_standard) {
  struct Row {
    Fetch fetch;
    std::string_view verdict;
  };
  const Row kRows[] = {
      {{}, "goes"},
      {{.cookies = true}, "goes"},
      {{.method = "DELETE", .headers = {"authorization", "Content-Type"}, .cookies = true}, "goes"},
      {{.method = "PROPFIND"}, "method"},
      {{.method = "put"},
       "method"},  // methods are compared as they are, and browsers upcase only six
      {{.method = "HEAD"}, "goes"},  // safelisted
      {{.headers = {"X-Other"}}, "header X-Other"},
      {{.headers = {"x-requested-with"}}, "goes"},
      {{.origin = "https://a.b.example.com", .cookies = true}, "goes"},
      {{.origin = "https://evil.test"}, "origin"},
  };
  for (const auto& row : kRows) {
    EXPECT_EQ(browser(contract(), row.fetch), row.verdict)
        << row.fetch.origin << ' ' << row.fetch.method;
  }
}

TEST(Cors, a_star_serves_everyone_but_those_with_cookies) {
  Config config;
  config.origins = {"*"};
  config.methods = {"*"};
  config.allow_headers = {"*"};
  EXPECT_EQ(browser(config, {.origin = "https://any.test", .headers = {"X-A", "X-B"}}), "goes");
  EXPECT_EQ(browser(config, {.origin = "null"}), "goes");
  EXPECT_EQ(browser(config, {.cookies = true}), "origin");
  EXPECT_EQ(browser(config, {.headers = {"Authorization"}}), "header Authorization");
  config.allow_headers = {"*", "Authorization"};
  EXPECT_EQ(browser(config, {.headers = {"Authorization"}}), "goes");
}

TEST(Cors, a_star_of_headers_is_echoed_to_those_with_cookies) {
  Config config = contract();
  config.allow_headers = {"*"};
  EXPECT_EQ(browser(config, {.headers = {"X-A", "Authorization"}, .cookies = true}), "goes");
  EXPECT_EQ(preflight_of(config, {"https://chat.example.com", "x-a\r\nx: y", false})
                .count("Access-Control-Allow-Headers"),
            0U);
}

TEST(auth, M03_no_origin_but_those_of_the_list_is_allowed) {
  for (const std::string_view origin : {"null",
                                        "",
                                        "https://chat.example.com.evil",
                                        "https://evilexample.com",
                                        "http://chat.example.com",
                                        "https://chat.example.com:8443",
                                        "https://CHAT.example.com",
                                        "https://chat.example.com/",
                                        "https://example.com",
                                        "https://.example.com",
                                        "https://a..example.com",
                                        "https://evil.test?.example.com",
                                        "https://evil.test#.example.com",
                                        "https://evil.test/.example.com",
                                        "https://evil.test:443.example.com",
                                        "https://u@a.example.com",
                                        "https://*.example.com",
                                        "chat.example.com",
                                        "https://chat.example.com, https://evil.test",
                                        "https://a.example.com.",
                                        "https://\xc3\xa9.example.com",
                                        "https://a b.example.com",
                                        "HTTPS://a.example.com"}) {
    EXPECT_EQ(response_of(contract(), origin).size(), 0U) << origin;
    EXPECT_EQ(preflight_of(contract(), {origin, "", false}).size(), 1U) << origin;  // Vary
  }
  for (const std::string_view origin :
       {"https://chat.example.com", "https://a.example.com", "https://a-1.b_2.example.com"}) {
    EXPECT_EQ(response_of(contract(), origin)["Access-Control-Allow-Origin"], origin);
  }
}

TEST(Cors, the_fields_of_a_preflight) {
  const Fields expected = {
      {"Vary", "Origin, Access-Control-Request-Method, Access-Control-Request-Headers"},
      {"Access-Control-Allow-Origin", "https://chat.example.com"},
      {"Access-Control-Allow-Credentials", "true"},
      {"Access-Control-Allow-Methods", "GET, POST, PUT, DELETE, OPTIONS, PATCH"},
      {"Access-Control-Allow-Headers", "Content-Type, Authorization, X-Requested-With"},
      {"Access-Control-Max-Age", "3600"}};
  EXPECT_EQ(preflight_of(contract(), {"https://chat.example.com", "x-a", true}), expected);
  Config config = contract();
  config.private_network = true;
  EXPECT_EQ(preflight_of(config, {"https://chat.example.com", "",
                                  true})["Access-Control-Allow-Private-Network"],
            "true");
  EXPECT_EQ(preflight_of(config, {"https://chat.example.com", "", false})
                .count("Access-Control-Allow-Private-Network"),
            0U);
}

TEST(Cors, Vary_keeps_what_it_had) {
  EXPECT_EQ(vary_with_origin("Accept-Encoding"), "Accept-Encoding, Origin");
  EXPECT_EQ(vary_with_origin("Accept , ORIGIN"), "");
  EXPECT_EQ(vary_with_origin("*"), "");
  EXPECT_EQ(vary_with_origin("X-Origin"), "X-Origin, Origin");
}

TEST(Cors, mistakes_in_the_list_are_found) {
  for (const std::string_view origin :
       {"https://a.example.com", "http://localhost:3000", "https://*.example.com:8443", "*", "null",
        "http://[::1]:3000", "capacitor://localhost", "http://127.0.0.1:5000"}) {
    EXPECT_EQ(wrong_with(origin), "") << origin;
  }
  for (const std::string_view origin :
       {"a.example.com", "https://a.example.com/", "https://A.example.com", "https://a.*.com",
        "https://*example.com", "https://", "https://a:b", "https://a.example.com:443",
        "http://a:80", "HTTPS://a", "https://*.*.com", "https://a.example.com?", ""}) {
    EXPECT_NE(wrong_with(origin), "") << origin;
  }
}

std::vector<std::string> problems_of(const Config& config) {
  std::vector<std::string> out;
  const gh_problems to{&out, [](void* data, int, gh_text path, gh_text, gh_text) {
                         static_cast<std::vector<std::string>*>(data)->emplace_back(path.data,
                                                                                    path.size);
                       }};
  gatehouse::Problems problems(to);
  check(config, problems);
  return out;
}

TEST(Cors, what_would_open_everything_is_refused) {
  EXPECT_TRUE(problems_of(contract()).empty());
  Config config = contract();
  config.origins = {"*"};
  EXPECT_EQ(problems_of(config), std::vector<std::string>{"origins"});
  config.origins = {"https://a.test", "null", "https://B.test"};
  config.methods = {"*", "a b"};
  config.expose_headers = {"*"};
  config.allow_headers = {"X:"};
  EXPECT_EQ(problems_of(config),
            (std::vector<std::string>{"origins[2]", "methods[1]", "allow_headers[0]", "origins",
                                      "methods", "expose_headers"}));
}

}  // namespace
}  // namespace cors
