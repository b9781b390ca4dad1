#include "reach.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>

#include <cstring>

namespace auth {
namespace {

sockaddr_storage address(const std::string& text) {
  sockaddr_storage out{};
  sockaddr_in four{};
  sockaddr_in6 six{};
  four.sin_family = AF_INET;
  six.sin6_family = AF_INET6;
  if (inet_pton(AF_INET, text.c_str(), &four.sin_addr) == 1) {
    std::memcpy(&out, &four, sizeof four);
  } else if (inet_pton(AF_INET6, text.c_str(), &six.sin6_addr) == 1) {
    std::memcpy(&out, &six, sizeof six);
  }
  return out;
}
const sockaddr& plain(const sockaddr_storage& storage) {
  return reinterpret_cast<const sockaddr&>(storage);
}

TEST(reach_of, knows_the_special_addresses_in_every_form) {
  struct Row {
    const char* text;
    Reach reach;
  };
  const Row kRows[] = {
      {"8.8.8.8", Reach::open},
      {"172.32.0.1", Reach::open},
      {"2606:4700::1111", Reach::open},
      {"10.255.255.255", Reach::inside},
      {"172.31.0.1", Reach::inside},
      {"192.168.0.1", Reach::inside},
      {"100.64.0.1", Reach::inside},
      {"198.19.0.1", Reach::inside},
      {"fd00::1", Reach::inside},
      {"127.0.0.1", Reach::loopback},
      {"127.8.8.8", Reach::loopback},
      {"::1", Reach::loopback},
      {"169.254.169.254", Reach::never},
      {"0.0.0.0", Reach::never},
      {"224.0.0.1", Reach::never},
      {"255.255.255.255", Reach::never},
      {"fe80::1", Reach::never},
      {"ff02::1", Reach::never},
      {"::", Reach::never},
      {"::ffff:10.0.0.1", Reach::inside},
      {"::ffff:169.254.169.254", Reach::never},
      {"64:ff9b::10.0.0.1", Reach::inside},
      {"2002:a9fe:a9fe::1", Reach::never},
      {"::127.0.0.1", Reach::never},
  };
  for (const Row& row : kRows) EXPECT_EQ(reach_of(plain(address(row.text))), row.reach) << row.text;
  sockaddr_storage unix_socket{};
  unix_socket.ss_family = AF_UNIX;
  EXPECT_EQ(reach_of(plain(unix_socket)), Reach::never);
}

TEST(problem_of_url, is_empty_for_https_and_for_http_to_this_machine) {
  for (const auto* url :
       {"https://id.example.com/keys", "https://id.example.com", "https://8.8.8.8/",
        "https://id.example.com:8443/keys?a=b", "http://127.0.0.1:80/keys", "http://[::1]:80/keys",
        "http://localhost/keys", "https://localhost/keys"}) {
    EXPECT_EQ(problem_of_url(url, false), "") << url;
  }
  for (const auto* url :
       {"http://id.example.com/", "http://localhost.example.com/", "http://127.1/",
        "http://2130706433/", "http://[::1", "ftp://id.example.com/", "HTTPS://a/", "https://",
        "https:///keys", "https://a@b/", "https://a\\b/", "https://a/#b", "https://a b/",
        "https://10.0.0.1/", "https://[fd00::1]/", "https://169.254.169.254/",
        "https://[::ffff:10.0.0.1]/"}) {
    EXPECT_NE(problem_of_url(url, false), "") << url;
  }
  EXPECT_EQ(problem_of_url("https://10.0.0.1/", true), "");
  EXPECT_NE(problem_of_url("https://169.254.169.254/", true), "");
  EXPECT_NE(problem_of_url("http://10.0.0.1/", true), "");
}

// What a name has become is looked at: a public name may be that of a private address.
TEST(may_connect, is_asked_of_the_address_and_not_of_the_name) {
  struct Row {
    const char* url;
    const char* address;
    bool inside_allowed;
    bool result;
  };
  const Row kRows[] = {
      {"https://id.example.com/", "8.8.8.8", false, true},
      {"https://id.example.com/", "10.0.0.1", false, false},
      {"https://id.example.com/", "10.0.0.1", true, true},
      {"https://id.example.com/", "127.0.0.1", true, false},
      {"https://id.example.com/", "169.254.169.254", true, false},
      {"http://localhost:80/", "127.0.0.1", false, true},
      {"http://localhost:80/", "8.8.8.8", true, false},
      {"https://[::1]/", "::1", false, true},
  };
  for (const Row& row : kRows) {
    EXPECT_EQ(may_connect(row.url, plain(address(row.address)), row.inside_allowed), row.result)
        << row.url << " " << row.address;
  }
}

TEST(printable, leaves_the_query_out) {
  EXPECT_EQ(printable("https://a.example/keys?secret=s"), "https://a.example/keys");
}

}  // namespace
}  // namespace auth
