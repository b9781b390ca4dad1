#include "observe/access_format.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <memory>

#include "unit/observe/access_lines.h"

namespace gatehouse::observe {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string format(const AccessRecord& record, AccessFormat format = AccessFormat::json) {
  const auto out = std::make_unique<char[]>(kLongestAccessLine);
  AccessFormatter formatter;
  char* end = formatter.write(out.get(), record, format);
  EXPECT_LE(static_cast<std::size_t>(end - out.get()), kLongestAccessLine);
  return {out.get(), end};
}

TEST(AccessFormat, json_has_the_fields_in_the_order_of_the_table) {
  EXPECT_EQ(
      format(typical_record()),
      R"({"time":"2023-11-14T22:13:20.123456Z","type":"http","listener":"public","rule":"api",)"
      R"("priority":100,"group":"backend","target":"127.0.0.1:5001","client":"192.0.2.7:51234",)"
      R"("client_ip":"192.0.2.7","method":"GET","host":"chat.example.com","path":"/api/items/42",)"
      R"("query":"page=2&sort=asc","version":"HTTP/1.1","status":200,"target_status":200,)"
      R"("reason":"none","received_bytes":411,"sent_bytes":1320,"total_us":2345,)"
      R"("request_head_us":40,"pool_wait_us":0,"connect_us":310,"first_byte_us":1800,)"
      R"("response_us":195,"retries":0,"request_id":"0f8c1e5ab2d34c6f9e7a1b2c3d4e5f60",)"
      R"("user_agent":"Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",)"
      R"("generation":3,"connection":7,"connection_request":2})"
      "\n");
}

TEST(AccessFormat, json_leaves_out_what_is_not_known) {
  AccessRecord r;
  r.reason = Reason::bad_request_line;
  r.status = 400;
  EXPECT_EQ(format(r),
            R"({"time":"1970-01-01T00:00:00.000000Z","type":"http","status":400,)"
            R"("reason":"bad_request_line","received_bytes":0,"sent_bytes":0,"retries":0})"
            "\n");
}

TEST(AccessFormat, json_names_what_was_cut) {
  AccessRecord r;
  r.cut = 1U << static_cast<unsigned>(AccessText::path) |
          1U << static_cast<unsigned>(AccessText::user_agent);
  EXPECT_THAT(format(r), HasSubstr(R"(,"cut":["path","user_agent"]})"));
}

TEST(AccessFormat, alb_has_the_fields_of_a_load_balancer) {
  AccessRecord r = typical_record();
  r.trace_id = "Root=1-65531a60-0123456789abcdef01234567";
  EXPECT_EQ(
      format(r, AccessFormat::alb),
      "http 2023-11-14T22:13:20.125801Z gatehouse/public 192.0.2.7:51234 127.0.0.1:5001 "
      "0.000 0.002 0.000 200 200 411 1320 "
      "\"GET http://chat.example.com:80/api/items/42?page=2&sort=asc HTTP/1.1\" "
      "\"Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0\" - - backend "
      "\"Root=1-65531a60-0123456789abcdef01234567\" \"chat.example.com\" \"-\" 100 "
      "2023-11-14T22:13:20.123456Z \"forward\" \"-\" \"-\" \"127.0.0.1:5001\" \"200\" \"-\" "
      "\"-\"\n");
}

TEST(AccessFormat, alb_writes_dashes_for_a_request_that_was_refused_before_routing) {
  AccessRecord r;
  r.listener = "public";
  r.client = "192.0.2.7:51234";
  r.reason = Reason::bad_request_line;
  r.status = 400;
  r.total_us = 12;
  EXPECT_EQ(
      format(r, AccessFormat::alb),
      "http 1970-01-01T00:00:00.000012Z gatehouse/public 192.0.2.7:51234 - -1 -1 -1 400 - 0 0 "
      "\"- - -\" \"-\" - - - \"-\" \"-\" \"-\" - 1970-01-01T00:00:00.000000Z \"-\" \"-\" "
      "\"bad_request_line\" \"-\" \"-\" \"-\" \"-\"\n");
}

TEST(AccessFormat, alb_says_which_action_answered) {
  AccessRecord r = typical_record();
  r.group = r.target = {};
  r.reason = Reason::redirected;
  r.redirect_url = "https://chat.example.com:8443/a";
  EXPECT_THAT(format(r, AccessFormat::alb),
              HasSubstr(R"( "redirect" "https://chat.example.com:8443/a" "-" )"));
  r.reason = Reason::responded;
  EXPECT_THAT(format(r, AccessFormat::alb), HasSubstr(R"( "fixed-response" )"));
}

TEST(AccessFormat, alb_adds_the_implied_port_only_where_the_host_has_none) {
  AccessRecord r = typical_record();
  r.type = AccessType::wss;
  for (const auto& [host, url] :
       {std::pair{"a.test", "wss://a.test:443/"}, std::pair{"a.test:8443", "wss://a.test:8443/"},
        std::pair{"[::1]", "wss://[::1]:443/"}, std::pair{"[::1]:8443", "wss://[::1]:8443/"}}) {
    r.host = host;
    EXPECT_THAT(format(r, AccessFormat::alb), HasSubstr(url));
  }
}

// Every text field, every byte: the line stays one line of visible ASCII with its structure intact.
TEST(AccessFormat, no_value_can_break_out) {
  std::string evil = "\"} \\\" - \r\n\x1b[31m\x7f' ,{\"x\":1}";
  for (int c = 0; c < 256; ++c) evil += static_cast<char>(c);
  constexpr std::string_view AccessTexts::*kTexts[] = {
#define ACCESS_TEXT(word, longest, meaning) &AccessTexts::word,
#include "observe/access_field.def"
  };
  for (auto text : kTexts) {
    AccessRecord plain = typical_record();
    plain.*text = "x";
    AccessRecord r = typical_record();
    r.*text = evil;
    const std::string json = format(r);
    const std::string alb = format(r, AccessFormat::alb);
    for (const std::string& line : {json, alb}) {
      EXPECT_EQ(line.find('\n'), line.size() - 1);
      for (char c : line) EXPECT_TRUE(c == '\n' || (c >= 0x20 && c < 0x7f)) << static_cast<int>(c);
    }
    EXPECT_THAT(json, HasSubstr(R"(\"} \\\" - \r\n\u001b[31m\u007f' ,{\"x\":1})"));
    const auto count = [](const std::string& s, char c) {
      return std::count(s.begin(), s.end(), c);
    };
    const std::string harmless = format(plain, AccessFormat::alb);
    EXPECT_EQ(count(alb, '"'), count(harmless, '"'));
    EXPECT_THAT(alb, Not(HasSubstr("\\\"")));
  }
}

TEST(AccessFormat, the_longest_record_fits_the_longest_line) {
  const std::string worst(4096, '\x01');
  AccessRecord r;
#define ACCESS_TEXT(word, longest, meaning) r.word = std::string_view(worst).substr(0, longest);
#define ACCESS_NUMBER(word, type, absent, meaning) r.word = std::numeric_limits<type>::max() / 8;
#define ACCESS_COUNT(word, type, meaning) r.word = std::numeric_limits<type>::max();
#include "observe/access_field.def"
  r.cut = (1U << kAccessTexts) - 1;
  format(r);
  format(r, AccessFormat::alb);
}

TEST(AccessFormat, every_field_is_documented) {
  const std::string page = contents(GATEHOUSE_TESTS_DIR "/../docs/access-log.md");
  for (const char* word : {
#define ACCESS_TIME(word, meaning) #word,
#define ACCESS_TEXT(word, longest, meaning) #word,
#define ACCESS_WORD(word, type, meaning) #word,
#define ACCESS_NUMBER(word, type, absent, meaning) #word,
#define ACCESS_COUNT(word, type, meaning) #word,
#include "observe/access_field.def"
           "cut"}) {
    EXPECT_THAT(page, HasSubstr("\n| `" + std::string(word) + "` | "));
  }
}

}  // namespace
}  // namespace gatehouse::observe
