#include "config/scalar.h"

#include <gtest/gtest.h>

#include "config/describe.h"
#include "config/format.h"

namespace gatehouse::config {
namespace {

TEST(Scalar, sizes_by_the_table) {
  struct Row {
    std::string_view text;
    std::optional<std::uint64_t> bytes;
  };
  const Row kRows[] = {
      {"0", 0},
      {"00", 0},
      {"0B", 0},
      {"512B", 512},
      {"8KiB", 8192},
      {"010MiB", 10'485'760},
      {"1GiB", 1'073'741'824},
      {"8589934591GiB", 8589934591ULL << 30},
      {"8589934592GiB", {}},          // 2^63
      {"18446744073709551616B", {}},  // 2^64
      {"9223372036854775808B", {}},   // 2^63
      {"", {}},
      {"8", {}},
      {"KiB", {}},
      {"8KB", {}},
      {"8kib", {}},
      {"8 KiB", {}},
      {"-8KiB", {}},
      {"+8KiB", {}},
      {"8.5KiB", {}},
      {"8KiB ", {}},
      {"0x8KiB", {}},
  };
  for (const auto& row : kRows) {
    const auto value = parse_size(row.text);
    EXPECT_EQ(value ? std::optional(value->value) : std::nullopt, row.bytes) << row.text;
  }
}

TEST(Scalar, times_by_the_table) {
  struct Row {
    std::string_view text;
    std::optional<std::int64_t> millis;
  };
  const Row kRows[] = {
      {"0", 0},
      {"0s", 0},
      {"100ms", 100},
      {"10s", 10'000},
      {"5min", 300'000},
      {"1h", 3'600'000},
      {"1d", 86'400'000},
      {"90min", 5'400'000},
      {"", {}},
      {"10", {}},
      {"10m", {}},
      {"10sec", {}},
      {"1.5s", {}},
      {"-1s", {}},
      {"1h30min", {}},
      {"1S", {}},
      {"106751991168d", {}},  // 2^63 milliseconds
  };
  for (const auto& row : kRows) {
    const auto value = parse_duration(row.text);
    EXPECT_EQ(value ? std::optional(value->count()) : std::nullopt, row.millis) << row.text;
  }
}

TEST(Scalar, what_is_written_is_read_again_as_the_same) {
  for (std::uint64_t n : {0ULL, 1ULL, 1023ULL, 1024ULL, 1536ULL, 10ULL << 20, 3ULL << 30}) {
    EXPECT_EQ(parse_size(format_size(Bytes{n}))->value, n);
  }
  for (std::int64_t n : {0, 1, 999, 1000, 1500, 60'000, 90'000, 3'600'000, 86'400'000}) {
    EXPECT_EQ(parse_duration(format_duration(Millis(n)))->count(), n);
  }
  EXPECT_EQ(format_size(10_MiB), "10MiB");
  EXPECT_EQ(format_size(Bytes{1536}), "1536B");
  EXPECT_EQ(format_duration(Millis(0)), "0s");
  EXPECT_EQ(format_duration(Millis(90'000)), "90s");
  EXPECT_EQ(format_duration(Millis(172'800'000)), "2d");
}

TEST(Scalar, whole_numbers_are_digits_only) {
  EXPECT_EQ(parse_integer("0"), 0U);
  EXPECT_EQ(parse_integer("007"), 7U);
  EXPECT_EQ(parse_integer("18446744073709551615"), UINT64_MAX);
  for (std::string_view text :
       {"", "18446744073709551616", "-1", "+1", "1e3", "0x10", "1_000", " 1"})
    EXPECT_EQ(parse_integer(text), std::nullopt) << text;
}

TEST(Scalar, truth_has_six_words) {
  for (std::string_view text : {"true", "on", "yes"}) EXPECT_EQ(parse_bool(text), true) << text;
  for (std::string_view text : {"false", "off", "no"}) EXPECT_EQ(parse_bool(text), false) << text;
  for (std::string_view text : {"", "True", "1", "y", "maybe"})
    EXPECT_EQ(parse_bool(text), std::nullopt) << text;
}

TEST(Scalar, blocks_by_the_table) {
  for (std::string_view text : {"127.0.0.1", "10.0.0.0/8", "0.0.0.0/0", "1.2.3.4/32", "::1", "::/0",
                                "2001:db8::/32", "::ffff:1.2.3.4/128"})
    EXPECT_TRUE(is_cidr(text)) << text;
  for (std::string_view text :
       {"", "/8", "10.0.0.0/", "10.0.0.0/33", "::1/129", "10.0.0/8", "10.0.0.256", "[::1]/64",
        "localhost", "10.0.0.0/8/8", "10.0.0.0/-1", "::1%eth0", "01.2.3.4"})
    EXPECT_FALSE(is_cidr(text)) << text;
  EXPECT_FALSE(is_cidr(std::string_view("10.0.0.1\0x", 10)));
}

TEST(Scalar, a_block_has_no_bit_behind_its_prefix_but_the_one_around_it_is_known) {
  struct Row {
    std::string_view text, around;
  };
  for (const auto& [text, around] :
       {Row{"10.1.2.3/8", "10.0.0.0/8"}, Row{"10.0.0.1/31", "10.0.0.0/31"},
        Row{"1.2.3.4/0", "0.0.0.0/0"}, Row{"::1/64", "::/64"},
        Row{"2001:db8::1/127", "2001:db8::/127"}, Row{"::ffff:10.1.2.3/104", "10.0.0.0/8"}}) {
    EXPECT_FALSE(parse_block(text)) << text;
    EXPECT_EQ(describe(enclosing_block(text).value()), around) << text;
  }
  EXPECT_FALSE(enclosing_block("10.0.0/8"));
  EXPECT_EQ(describe(enclosing_block("10.0.0.0/8").value()), "10.0.0.0/8");
}

TEST(Scalar, endpoints_by_the_table) {
  using Kind = Endpoint::Kind;
  struct Row {
    std::string_view text;
    Kind kind;
    std::string_view host;
    std::uint16_t port;
  };
  const Row kRows[] = {
      {"0.0.0.0:8080", Kind::ip, "0.0.0.0", 8080},
      {"127.0.0.1:0", Kind::ip, "127.0.0.1", 0},
      {"[::]:65535", Kind::ip, "::", 65535},
      {"localhost:5002", Kind::name, "localhost", 5002},
      {"back_end-1.svc.local:80", Kind::name, "back_end-1.svc.local", 80},
      {"unix:/run/gatehouse.sock", Kind::unix_path, "/run/gatehouse.sock", 0},
      {"unix:relative.sock", Kind::unix_path, "relative.sock", 0},
      {"systemd:public", Kind::systemd, "public", 0},
  };
  for (const auto& row : kRows) {
    const auto endpoint = parse_endpoint(row.text);
    ASSERT_TRUE(endpoint) << row.text;
    EXPECT_EQ(endpoint->kind, row.kind) << row.text;
    EXPECT_EQ(endpoint->host, row.host) << row.text;
    EXPECT_EQ(endpoint->port, row.port) << row.text;
  }
  const std::string long_path = "unix:/" + std::string(107, 'x');
  EXPECT_FALSE(parse_endpoint(long_path)) << "sun_path has 108 bytes";
  EXPECT_TRUE(parse_endpoint(std::string_view(long_path).substr(0, 5 + 107)));
  for (std::string_view text :
       {"", ":80", "80", "localhost", "localhost:", "localhost:65536", "localhost:-1",
        "127.0.0.256:80", "1.2.3:80", "::1:80", "[::1]", "[127.0.0.1]:80", "[::1:80",
        "unix:", "systemd:", "systemd:a b", "http://a:80", "a b:80", "a/b:80"})
    EXPECT_FALSE(parse_endpoint(text)) << text;
}

TEST(Scalar, names_are_letters_digits_dots_underscores_and_hyphens) {
  EXPECT_TRUE(is_name("to-https_2.b"));
  EXPECT_TRUE(is_name(std::string(128, 'x')));
  for (const std::string& text : {std::string(), std::string(129, 'x'), std::string("a b"),
                                  std::string("a/b"), std::string("ä"), std::string("a\n")})
    EXPECT_FALSE(is_name(text)) << text;
}

TEST(Format, forms_by_the_table) {
  struct Row {
    const Format& format;
    std::vector<std::string_view> good, bad;
  };
  const Row kRows[] = {
      {kRate,
       {"1/s", "10/min", "1000/hour", "5/day"},
       {"", "10", "0/s", "10/m", "/s", "10 /s", "-1/s"}},
      {kPercent, {"0%", "50%", "100%"}, {"", "50", "101%", "-1%", "0.5%", "%"}},
      {kMethod, {"GET", "M-SEARCH"}, {"", "get", "GE T", "GET\r\n"}},
      {kFieldName, {"X-User-ID", "x!#$%&'*+-.^_`|~9"}, {"", "X User", "X:", "X\r\n", "Ä"}},
      {kVariable, {"A", "_a1", "TICKET_SECRET"}, {"", "1A", "A-B", "A B", "$A"}},
      {kPath, {"/", "/a b"}, {"", "a/"}},
      {kStatuses,
       {"200", "200-399", "200,204,300-302"},
       {"", "20", "600", "200-", "399-200", "200,", "2xx"}},
      {kRetryOn, {"connect_failure", "503"}, {"", "5xx", "timeout", "99"}},
      {kRateKey,
       {"client_ip", "user", "route", "header:X", "claim:sub", "value:v"},
       {"", "ip", "header:", "Header:X"}},
      {kOrigin,
       {"*", "null", "https://a.example", "http://localhost:3000", "https://*.example.com"},
       {"", "a.example", "https://", "https://a/", "://a", "https://u@a"}},
      {kRedisUrl, {"redis://h", "unix:///r.sock"}, {"", "h:6379", "http://h"}},
      {kHistoryUrl,
       {"sqlite:chat.db", "postgresql://h/d", "postgres://h/d"},
       {"", "chat.db", "sqlite:"}},
      {kRedirectProtocol, {"http", "https", "#{protocol}"}, {"", "ftp", "HTTPS", "#{host}"}},
      {kRedirectPort, {"1", "65535", "#{port}"}, {"", "0", "65536", "http"}},
  };
  for (const auto& row : kRows) {
    for (auto text : row.good)
      EXPECT_TRUE(row.format.good(text)) << text << ": " << row.format.wanted;
    for (auto text : row.bad)
      EXPECT_FALSE(row.format.good(text)) << text << ": " << row.format.wanted;
    EXPECT_TRUE(row.format.good(row.format.example)) << row.format.example;
  }
}

}  // namespace
}  // namespace gatehouse::config
