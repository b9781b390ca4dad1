#include "net/resolver.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <optional>

#include "event/watch.h"
#include "net/socket.h"

namespace gatehouse::net {
namespace {

struct Record {
  std::string address;
  int ttl;
};

// A name server that knows some names and keeps silent about others.
class NameServer final : public event::Watcher {
 public:
  NameServer(event::Loop& loop, const std::string& where)
      : socket_(::socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)) {
    const auto address = Address::parse(where);
    EXPECT_EQ(::bind(socket_.get(), address->get(), address->size()), 0);
    watch_.open(loop, socket_.get(), *this);
  }
  [[nodiscard]] IpAddress ip() const { return Address::of_socket(socket_.get()).ip(); }

  // An empty list: the name does not exist.  Not in here: no answer.
  std::map<std::string, std::vector<Record>> names;
  int asked = 0;

 private:
  void on_ready(bool, bool) override {
    char packet[512];
    sockaddr_storage from{};
    socklen_t size = sizeof from;
    const ssize_t n = ::recvfrom(socket_.get(), packet, sizeof packet, 0,
                                 reinterpret_cast<sockaddr*>(&from), &size);
    if (n < 17) return;
    ++asked;
    const std::string answer = answer_to({packet, static_cast<std::size_t>(n)});
    if (answer.empty()) return;
    ::sendto(socket_.get(), answer.data(), answer.size(), 0, reinterpret_cast<sockaddr*>(&from),
             size);
  }
  void on_exception() noexcept override {}

  // RFC 1035 4.1
  std::string answer_to(const std::string& question) {
    std::string name;
    std::size_t at = 12;
    while (question[at] != 0) {
      if (!name.empty()) name += '.';
      name += question.substr(at + 1, static_cast<std::size_t>(question[at]));
      at += static_cast<std::size_t>(question[at]) + 1;
    }
    const int type = question[at + 2];
    const std::string asked_again = question.substr(12, at + 5 - 12);
    const auto known = names.find(name);
    if (known == names.end()) return "";
    std::string records;
    char count = 0;
    for (const Record& record : known->second) {
      const IpAddress ip = *IpAddress::parse(record.address);
      const bool v4 = ip.family == IpAddress::Family::v4;
      if (type != (v4 ? 1 : 28)) continue;
      const auto size = static_cast<char>(v4 ? 4 : 16);
      records += {'\xc0', '\x0c', 0, static_cast<char>(type), 0, 1};
      records += {0, 0, static_cast<char>(record.ttl >> 8), static_cast<char>(record.ttl), 0, size};
      records.append(reinterpret_cast<const char*>(ip.bytes.data()),
                     static_cast<std::size_t>(size));
      ++count;
    }
    const char code = known->second.empty() ? '\x83' : '\x80';  // 3: no such name
    return question.substr(0, 2) + std::string{'\x81', code, 0, 1, 0, count, 0, 0, 0, 0} +
           asked_again + records;
  }

  Descriptor socket_;
  event::Watch watch_;
};

class DnsResolves : public ::testing::Test {
 protected:
  ~DnsResolves() override { ::unlink(resolv_conf_.c_str()); }

  // The path of a resolv.conf that names `server`.
  const std::string& asks(const NameServer& server) {
    std::ofstream(resolv_conf_) << "nameserver " << server.ip().ip_text() << "\n";
    return resolv_conf_;
  }
  Result<Resolved> resolved(Resolver& resolver, const std::string& host) {
    std::optional<Result<Resolved>> result;
    resolver.resolve(host, 80, [&](Result<Resolved> r) { result = std::move(r); });
    EXPECT_FALSE(result) << "called back from inside";
    while (!result) loop_.turn(true);
    return std::move(*result);
  }
  Result<Resolved> resolved(const std::string& host) { return resolved(resolver_, host); }
  static std::vector<std::string> texts(const Result<Resolved>& result) {
    std::vector<std::string> texts;
    for (const Address& address : result->addresses) texts.push_back(address.text());
    std::sort(texts.begin(), texts.end());
    return texts;
  }
  using Texts = std::vector<std::string>;

  SystemClock clock_;
  event::Loop loop_{clock_};
  NameServer server_{loop_, "127.0.0.1:0"};
  std::string resolv_conf_ = "/tmp/gatehouse_resolv_conf_" + std::to_string(::getpid());
  DnsResolver resolver_{loop_,
                        {.resolv_conf = asks(server_),
                         .port = server_.ip().port,
                         .timeout = Millis{200},
                         .tries = 1}};
};

TEST_F(DnsResolves, a_name_to_its_addresses_with_the_shortest_ttl) {
  server_.names["shop.test"] = {{"192.0.2.1", 300}, {"192.0.2.2", 30}, {"2001:db8::1", 60}};
  const auto result = resolved("shop.test");
  ASSERT_TRUE(result) << result.error().text();
  EXPECT_EQ(texts(result), (Texts{"192.0.2.1:80", "192.0.2.2:80", "[2001:db8::1]:80"}));
  EXPECT_EQ(result->ttl, std::chrono::seconds{30});
}

TEST_F(DnsResolves, an_address_to_itself) {
  EXPECT_EQ(texts(resolved("192.0.2.7")), Texts{"192.0.2.7:80"});
  EXPECT_EQ(texts(resolved("::1")), Texts{"[::1]:80"});
  EXPECT_EQ(server_.asked, 0);
}

TEST_F(DnsResolves, localhost_without_asking_anyone) {
  const auto result = resolved("localhost");
  ASSERT_TRUE(result) << result.error().text();
  const Texts found = texts(result);
  EXPECT_TRUE(std::find(found.begin(), found.end(), "127.0.0.1:80") != found.end());
  EXPECT_EQ(server_.asked, 0);
}

TEST_F(DnsResolves, no_name_that_does_not_exist) {
  server_.names["gone.test"] = {};
  EXPECT_EQ(resolved("gone.test").error().text(), "resolve gone.test: Domain name not found");
}

TEST_F(DnsResolves, nothing_that_is_no_name) {
  EXPECT_FALSE(resolved(""));
  EXPECT_FALSE(resolved("a..b"));
  EXPECT_FALSE(resolved(std::string(300, 'x') + ".test"));
}

TEST_F(DnsResolves, no_name_whose_server_is_silent) {
  EXPECT_FALSE(resolved("silent.test"));
  EXPECT_GT(server_.asked, 0);
}

TEST_F(DnsResolves, within_the_deadline_however_long_c_ares_would_try) {
  DnsResolver patient(loop_, {.resolv_conf = asks(server_),
                              .port = server_.ip().port,
                              .timeout = Millis{60'000},
                              .tries = 4,
                              .deadline = Millis{20}});
  const auto result = resolved(patient, "silent.test");
  EXPECT_EQ(result.error().text(), "resolve silent.test: no answer in time");
}

TEST_F(DnsResolves, many_names_at_once) {
  int answered = 0;
  for (int i = 0; i < 50; ++i) {
    const std::string name = "n" + std::to_string(i) + ".test";
    server_.names[name] = {{"192.0.2." + std::to_string(i + 1), 60}};
    resolver_.resolve(name, 80, [&answered, i](Result<Resolved> r) {
      ++answered;
      ASSERT_TRUE(r) << r.error().text();
      EXPECT_EQ(r->addresses.front().text(), "192.0.2." + std::to_string(i + 1) + ":80");
    });
  }
  while (answered < 50) loop_.turn(true);
  EXPECT_EQ(resolver_.waiting(), 0u);
}

TEST_F(DnsResolves, with_the_server_that_resolv_conf_names_now) {
  server_.names["shop.test"] = {{"192.0.2.1", 60}};
  EXPECT_EQ(texts(resolved("shop.test")), Texts{"192.0.2.1:80"});
  NameServer other(loop_, "127.0.0.2:" + std::to_string(server_.ip().port));
  other.names["shop.test"] = {{"192.0.2.2", 60}};
  asks(other);
  EXPECT_EQ(texts(resolved("shop.test")), Texts{"192.0.2.2:80"});
}

TEST_F(DnsResolves, nothing_any_more_once_it_is_destroyed) {
  bool called = false;
  {
    DnsResolver doomed(loop_, {.resolv_conf = asks(server_), .port = server_.ip().port});
    doomed.resolve("silent.test", 80, [&](Result<Resolved>) { called = true; });
    doomed.resolve("192.0.2.1", 80, [&](Result<Resolved>) { called = true; });
  }
  EXPECT_TRUE(resolved("192.0.2.1"));
  EXPECT_FALSE(called);
}

}  // namespace
}  // namespace gatehouse::net
