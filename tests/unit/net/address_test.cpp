#include "net/address.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>

#include <random>

#include "net/socket.h"

namespace gatehouse::net {
namespace {

TEST(Address, is_read_and_written_as_people_write_it) {
  for (const char* text : {"127.0.0.1:80", "0.0.0.0:0", "255.255.255.255:65535", "[::1]:80",
                           "[::]:8080", "[2001:db8::1]:443", "unix:/run/gatehouse.sock"}) {
    const auto address = Address::parse(text);
    ASSERT_TRUE(address) << text;
    EXPECT_EQ(address->text(), text);
  }
}

TEST(Address, is_refused_when_it_is_a_name_or_malformed) {
  for (const char* text :
       {"", ":80", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:-1", "127.0.0.1:+1",
        "127.0.0.1: 80", "127.1:80", "127.0.0.01:80", "256.0.0.1:80", "localhost:80", "::1:80",
        "[127.0.0.1]:80", "[::1]", "[::1:80", "[]:80", "unix:", "[fe80::1%eth0]:80"}) {
    EXPECT_FALSE(Address::parse(text)) << text;
  }
  EXPECT_FALSE(Address::parse("unix:/" + std::string(108, 'x')));
  EXPECT_FALSE(Address::parse(std::string_view("unix:/a\0b", 9)));
}

TEST(Address, equals_what_names_the_same_place) {
  const auto same = [](const char* a, const char* b) {
    return *Address::parse(a) == *Address::parse(b);
  };
  EXPECT_TRUE(same("192.0.2.1:80", "[::ffff:192.0.2.1]:80"));
  EXPECT_TRUE(same("[2001:db8::1]:80", "[2001:DB8:0::0001]:80"));
  EXPECT_TRUE(same("unix:/a", "unix:/a"));
  EXPECT_FALSE(same("192.0.2.1:80", "192.0.2.1:81"));
  EXPECT_FALSE(same("unix:/a", "unix:/b"));
  EXPECT_FALSE(same("unix:/a", "0.0.0.0:0"));
}

TEST(Address, of_an_ipv4_peer_on_an_ipv6_socket_is_ipv4) {
  EXPECT_EQ(Address::parse("[::ffff:192.0.2.1]:80")->text(), "192.0.2.1:80");
  EXPECT_EQ(IpAddress::parse("::ffff:192.0.2.1"), IpAddress::parse("192.0.2.1"));
}

TEST(Address, of_a_unix_peer_has_no_ip) {
  EXPECT_EQ(Address::parse("unix:/x")->ip().text(), "unix");
  EXPECT_EQ(IpAddress{}.ip_text(), "unix");
}

TEST(Address, of_a_socket_is_where_it_is_bound) {
  const Descriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const auto any = Address::parse("127.0.0.1:0");
  ASSERT_EQ(::bind(socket.get(), any->get(), any->size()), 0);
  const Address bound = Address::of_socket(socket.get());
  EXPECT_EQ(bound.ip().ip_text(), "127.0.0.1");
  EXPECT_NE(bound.ip().port, 0);
  EXPECT_EQ(Address::of_socket(-1).family(), AF_UNSPEC);
}

// The C library is the oracle; runs of zeros are what can go wrong.
TEST(Address, of_ipv6_is_written_as_the_c_library_does) {
  std::mt19937 random(1);
  for (int i = 0; i < 20'000; ++i) {
    IpAddress ip;
    ip.family = IpAddress::Family::v6;
    for (std::size_t group = 0; group < 8; ++group) {
      const auto choice = random() % 4;
      const auto value = static_cast<std::uint16_t>(choice < 2 ? 0 : choice == 2 ? 1 : random());
      ip.bytes[2 * group] = static_cast<std::uint8_t>(value >> 8);
      ip.bytes[2 * group + 1] = static_cast<std::uint8_t>(value);
    }
    char expected[INET6_ADDRSTRLEN];
    inet_ntop(AF_INET6, ip.bytes.data(), expected, sizeof expected);
    if (std::string(expected).find('.') != std::string::npos) continue;  // ::1.2.3.4, deprecated
    EXPECT_EQ(ip.ip_text(), expected);
  }
}

TEST(Address, of_any_kind_fits_the_longest_text) {
  for (const char* text : {"255.255.255.255", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"}) {
    EXPECT_EQ(IpAddress::parse(text)->ip_text(), text);
  }
}

TEST(Address, hashes_without_its_port) {
  IpAddress one = *IpAddress::parse("192.0.2.1");
  IpAddress other = one;
  other.port = 80;
  EXPECT_NE(one, other);
  EXPECT_EQ(one.hash(7), other.hash(7));
  EXPECT_NE(one.hash(7), one.hash(8));
  EXPECT_NE(one.hash(7), IpAddress::parse("192.0.2.2")->hash(7));
  EXPECT_NE(one.hash(7), IpAddress::parse("::c000:201")->hash(7));
}

}  // namespace
}  // namespace gatehouse::net
