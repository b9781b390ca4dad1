// What a browser does with a fetch of another origin, after the Fetch standard, row by row.
#include <gtest/gtest.h>

#include "http/cors_protocol.h"

namespace gatehouse::conformance {
namespace {

using http::cors::Check;
using http::cors::Fetch;
using http::cors::Fields;

struct FieldRow {
  const char* source;
  std::string name, value;
  bool safelisted;
};

TEST(FetchCors, a_header_that_a_form_could_send) {
  const std::string long_value(128, 'a');
  const FieldRow rows[] = {
      {"2.2.2 accept", "Accept", "text/html, */*;q=0.8", true},
      {"2.2.2 accept, unsafe byte", "Accept", "text/{html}", false},
      {"2.2.2 accept, control byte", "Accept", "a\x01", false},
      {"2.2.2 accept, tab", "Accept", "a\tb", true},
      {"2.2.2 accept-language", "Accept-Language", "de-AT, de;q=0.9, *", true},
      {"2.2.2 accept-language, other byte", "Accept-Language", "de/AT", false},
      {"2.2.2 content-language", "Content-Language", "en", true},
      {"2.2.2 content-type form", "Content-Type", "application/x-www-form-urlencoded", true},
      {"2.2.2 content-type, parameters", "content-type", "Text/Plain;charset=utf-8", true},
      {"2.2.2 content-type multipart", "Content-Type", "multipart/form-data; boundary=x", true},
      {"2.2.2 content-type json", "Content-Type", "application/json", false},
      {"2.2.2 content-type, unsafe byte", "Content-Type", "text/plain; a=\"b\"", false},
      {"2.2.2 range", "Range", "bytes=0-99", true},
      {"2.2.2 range, open", "Range", "bytes=256-", true},
      {"2.2.2 range, of the end", "Range", "bytes=-99", false},
      {"2.2.2 range, two", "Range", "bytes=0-1,5-9", false},
      {"2.2.2 128 bytes", "Accept", long_value, true},
      {"2.2.2 129 bytes", "Accept", long_value + "a", false},
      {"2.2.2 anything else", "Authorization", "x", false},
      {"2.2.2 anything else", "X-Requested-With", "fetch", false},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(std::string(row.source) + " " + row.name + ": " + row.value);
    EXPECT_EQ(http::cors::is_safelisted_field(row.name, row.value), row.safelisted);
  }
}

TEST(FetchCors, a_header_that_a_script_cannot_set) {
  for (const auto* name : {"Cookie", "Host", "origin", "Sec-Fetch-Mode", "Proxy-Authorization",
                           "Content-Length", "Access-Control-Request-Method", "Via"}) {
    EXPECT_TRUE(http::cors::is_forbidden_field(name, "x")) << name;
  }
  for (const auto* name : {"Authorization", "User-Agent", "X-HTTP-Method", "Accept"})
    EXPECT_FALSE(http::cors::is_forbidden_field(name, "x")) << name;
  EXPECT_TRUE(http::cors::is_forbidden_field("X-HTTP-Method-Override", "GET, Track"));
}

TEST(FetchCors, names_that_a_browser_asks_for_are_sorted_in_lower_case_and_once) {
  EXPECT_EQ(
      http::cors::unsafe_names(
          {{"X-B", "1"}, {"Accept", "a"}, {"AUTHORIZATION", "x"}, {"x-b", "2"}, {"Cookie", "a=b"}}),
      (std::vector<std::string>{"authorization", "x-b"}));
}

TEST(FetchCors, more_than_1024_bytes_of_safe_headers_are_asked_for) {
  Fields fields;
  for (int i = 0; i < 8; ++i) fields.emplace_back("Accept", std::string(128, 'a'));
  EXPECT_TRUE(http::cors::unsafe_names(fields).empty());
  fields.emplace_back("Accept-Language", "d");
  EXPECT_EQ(http::cors::unsafe_names(fields),
            (std::vector<std::string>{"accept", "accept-language"}));
}

TEST(FetchCors, methods_are_written_in_capitals_but_for_patch) {
  EXPECT_EQ(http::cors::normalised_method("put"), "PUT");
  EXPECT_EQ(http::cors::normalised_method("patch"), "patch");
  EXPECT_TRUE(http::cors::is_safelisted_method("HEAD"));
  EXPECT_FALSE(http::cors::is_safelisted_method("head"));
}

struct AnswerRow {
  const char* source;
  std::string origin;
  bool credentials;
  Fields answer;
  bool reads;
};

bool holds(const std::vector<Check>& checks) {
  return std::all_of(checks.begin(), checks.end(), [](const auto& check) { return check.holds; });
}

constexpr const char* kOurs = "https://chat.example.com";
const std::string kOrigin = "Access-Control-Allow-Origin";
const std::string kCredentials = "Access-Control-Allow-Credentials";

TEST(FetchCors, whether_a_page_may_read_an_answer) {
  const AnswerRow rows[] = {
      {"4.9 step 2: no field", kOurs, false, {}, false},
      {"4.9 step 3: star", kOurs, false, {{kOrigin, "*"}}, true},
      {"4.9 step 3: star, cookies", kOurs, true, {{kOrigin, "*"}, {kCredentials, "true"}}, false},
      {"4.9 step 4: the same", kOurs, false, {{kOrigin, kOurs}}, true},
      {"4.9 step 4: bytes count", kOurs, false, {{kOrigin, "https://CHAT.example.com"}}, false},
      {"4.9 step 4: another port",
       kOurs,
       false,
       {{kOrigin, "https://chat.example.com:444"}},
       false},
      {"4.9 step 4: a slash", kOurs, false, {{kOrigin, "https://chat.example.com/"}}, false},
      {"4.9 step 4: two lines are one value",
       kOurs,
       false,
       {{kOrigin, kOurs}, {kOrigin, kOurs}},
       false},
      {"4.9 step 4: null", "null", false, {{kOrigin, "null"}}, true},
      {"4.9 step 6: cookies", kOurs, true, {{kOrigin, kOurs}}, false},
      {"4.9 step 7: cookies", kOurs, true, {{kOrigin, kOurs}, {kCredentials, "true"}}, true},
      {"4.9 step 7: case counts", kOurs, true, {{kOrigin, kOurs}, {kCredentials, "TRUE"}}, false},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.source);
    const auto checks =
        http::cors::check_answer({row.origin, "GET", {}, row.credentials}, row.answer);
    EXPECT_EQ(holds(checks), row.reads);
  }
}

struct PreflightRow {
  const char* source;
  std::string method;
  Fields script;
  bool credentials;
  unsigned status;
  std::string methods, headers;  // "": no such field
  std::string ends;              // what the last check says
};

TEST(FetchCors, whether_a_request_may_be_sent) {
  const std::string kNames = "Access-Control-Allow-Headers";
  const PreflightRow rows[] = {
      {"4.8 step 7: ok status", "PUT", {}, false, 204, "PUT", "", "it allows PUT"},
      {"4.8 step 7: ok status", "PUT", {}, false, 299, "PUT", "", "it allows PUT"},
      {"4.8 step 7: not ok",
       "PUT",
       {},
       false,
       403,
       "PUT",
       "",
       "the status is 403, 200 to 299 is wanted"},
      {"4.8 step 7: a redirect is none",
       "PUT",
       {},
       false,
       301,
       "PUT",
       "",
       "the status is 301, 200 to 299 is wanted"},
      {"4.8 step 7.5: not in the list",
       "DELETE",
       {},
       false,
       204,
       "PUT, PATCH",
       "",
       "Access-Control-Allow-Methods is PUT, PATCH, DELETE is not among them"},
      {"4.8 step 7.5: bytes count",
       "patch",
       {},
       false,
       204,
       "PATCH",
       "",
       "Access-Control-Allow-Methods is PATCH, patch is not among them, and case counts"},
      {"4.8 step 7.5: safelisted",
       "GET",
       {{"X-A", "1"}},
       false,
       204,
       "",
       "x-a",
       "it allows the header x-a"},
      {"4.8 step 7.5: no list",
       "PUT",
       {},
       false,
       204,
       "",
       "",
       "Access-Control-Allow-Methods is not there"},
      {"4.8 step 7.5: star", "PUT", {}, false, 204, "*", "", "it allows every method"},
      {"4.8 step 7.5: star, cookies",
       "PUT",
       {},
       true,
       204,
       "*",
       "",
       "Access-Control-Allow-Methods is *, which is a name like others when cookies go along"},
      {"4.8 step 7.6: star is not Authorization",
       "GET",
       {{"Authorization", "x"}},
       false,
       204,
       "",
       "*",
       "Access-Control-Allow-Headers is *, which by the standard does not stand for authorization"},
      {"4.8 step 7.6: named beside a star",
       "GET",
       {{"Authorization", "x"}},
       false,
       204,
       "",
       "*, AUTHORIZATION",
       "it allows the header authorization"},
      {"4.8 step 7.7: star",
       "GET",
       {{"X-A", "1"}},
       false,
       204,
       "",
       "*",
       "it allows the header x-a"},
      {"4.8 step 7.7: star, cookies",
       "GET",
       {{"X-A", "1"}},
       true,
       204,
       "",
       "*",
       "Access-Control-Allow-Headers is *, which is a name like others when cookies go along"},
      {"4.8 step 7.7: one is missing",
       "GET",
       {{"X-A", "1"}, {"X-B", "1"}},
       false,
       204,
       "",
       "X-A",
       "Access-Control-Allow-Headers is X-A, x-b is not among them"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.source);
    Fields answer = {{kOrigin, kOurs}, {kCredentials, "true"}};
    if (!row.methods.empty()) answer.emplace_back("Access-Control-Allow-Methods", row.methods);
    if (!row.headers.empty()) answer.emplace_back(kNames, row.headers);
    const auto checks = http::cors::check_preflight(
        {kOurs, row.method, row.script, row.credentials}, row.status, answer);
    EXPECT_EQ(checks.back().words, row.ends);
    EXPECT_EQ(holds(checks), row.ends.starts_with("it allows"));
  }
  EXPECT_FALSE(holds(http::cors::check_preflight({kOurs, "PUT", {}, false}, 204, {})));
}

TEST(FetchCors, which_header_fields_of_an_answer_a_page_may_read) {
  const std::string kExpose = "Access-Control-Expose-Headers";
  const auto readable = [&](bool credentials, const std::string& exposed) {
    return http::cors::readable_fields({kOurs, "GET", {}, credentials}, {{kExpose, exposed}});
  };
  EXPECT_EQ(readable(false, "*"), std::vector<std::string>{"*"});
  EXPECT_EQ(readable(true, "*").back(), "*");  // a field of that name
  EXPECT_EQ(readable(true, "*").size(), 8U);
  EXPECT_EQ(readable(true, "ETag, X-A").back(), "X-A");
  EXPECT_EQ(http::cors::readable_fields({kOurs, "GET", {}, false}, {}).size(), 7U);
}

}  // namespace
}  // namespace gatehouse::conformance
