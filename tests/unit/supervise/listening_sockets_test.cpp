#include "supervise/listening_sockets.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <fstream>

namespace gatehouse::supervise {
namespace {

constexpr char kAnyPort[] = "127.0.0.1:0";

bool is_file(const std::string& path) { return std::filesystem::exists(path); }

// A Unix address in a folder of its own.
class UnixSocket : public ::testing::Test {
 protected:
  UnixSocket() {
    char folder[] = "/tmp/gatehouse_test_XXXXXX";
    folder_ = ::mkdtemp(folder);
    path_ = folder_ + "/socket";
    request_ = {"local", "unix:" + path_, 4, 16, 0620};
  }
  ~UnixSocket() override { std::filesystem::remove_all(folder_); }

  std::string folder_;
  std::string path_;
  OpenListener request_;
};

TEST(ListeningSockets, share_one_port_that_the_system_chose) {
  ListeningSockets sockets;
  const auto held = sockets.open({"a", kAnyPort, 3});
  ASSERT_TRUE(held);
  ASSERT_EQ((*held)->sockets.size(), 3u);
  for (const auto& socket : (*held)->sockets) {
    EXPECT_EQ(net::Address::of_socket(socket.get()).text(), (*held)->bound.text());
  }
}

TEST(ListeningSockets, grow_and_never_shrink) {
  ListeningSockets sockets;
  const auto size = [&](std::uint32_t count) {
    return (*sockets.open({"a", kAnyPort, count}))->sockets.size();
  };
  EXPECT_EQ(size(1), 1u);
  EXPECT_EQ(size(4), 4u);
  EXPECT_EQ(size(1), 4u);
  EXPECT_EQ(size(0), 4u);
}

TEST(ListeningSockets, that_did_not_arrive_are_closed) {
  ListeningSockets sockets;
  auto held = sockets.open({"a", kAnyPort, 3});
  ASSERT_TRUE(held);
  sockets.keep_only({kAnyPort, 1});
  EXPECT_EQ((*held)->sockets.size(), 1u);
  EXPECT_EQ((*held)->handed, 1u);
  sockets.keep_only({kAnyPort, 2});
  EXPECT_EQ((*held)->sockets.size(), 1u);
  sockets.keep_only({kAnyPort, 0});
  EXPECT_TRUE(sockets.all().empty());
}

TEST(ListeningSockets, are_not_shared_with_another_gateway) {
  ListeningSockets one;
  ListeningSockets other;
  const std::string taken = (*one.open({"a", kAnyPort}))->bound.text();
  const auto refused = other.open({"a", taken});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, EADDRINUSE);
  EXPECT_NE(refused.error().advice, "");
  EXPECT_TRUE(other.all().empty());
}

TEST(ListeningSockets, may_change_between_one_interface_and_all) {
  ListeningSockets sockets;
  const auto port = (*sockets.open({"a", kAnyPort}))->bound.ip().port;
  const std::string all = "0.0.0.0:" + std::to_string(port);
  EXPECT_TRUE(sockets.open({"a", all}));
  sockets.close({"a", kAnyPort});
  EXPECT_EQ(sockets.all().size(), 1u);
  EXPECT_EQ(sockets.all().front().address, all);
}

TEST(ListeningSockets, keep_to_their_address_when_the_name_changes) {
  ListeningSockets sockets;
  const auto* before = *sockets.open({"a", kAnyPort});
  EXPECT_EQ(*sockets.open({"b", kAnyPort}), before);
  sockets.close({"a", kAnyPort});
  EXPECT_EQ(sockets.all().size(), 1u);
  sockets.close({"b", kAnyPort});
  EXPECT_TRUE(sockets.all().empty());
}

TEST_F(UnixSocket, is_one_whose_file_has_the_permissions_asked_for) {
  ListeningSockets sockets;
  const auto held = sockets.open(request_);
  ASSERT_TRUE(held);
  EXPECT_EQ((*held)->sockets.size(), 1u);
  struct stat file {};
  ASSERT_EQ(::stat(path_.c_str(), &file), 0);
  EXPECT_EQ(file.st_mode & 0777, 0620u);
}

TEST_F(UnixSocket, takes_its_file_along_when_it_closes) {
  ListeningSockets sockets;
  ASSERT_TRUE(sockets.open(request_));
  sockets.close({"local", request_.address});
  EXPECT_FALSE(is_file(path_));
}

TEST_F(UnixSocket, leaves_the_file_of_another_alone) {
  ListeningSockets sockets;
  ASSERT_TRUE(sockets.open(request_));
  ::unlink(path_.c_str());
  std::ofstream(path_) << "not ours";
  sockets.close({"local", request_.address});
  EXPECT_TRUE(is_file(path_));
}

TEST_F(UnixSocket, replaces_one_that_nobody_listens_on) {
  {
    const net::Descriptor dead(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const auto address = net::Address::parse(request_.address);
    ASSERT_EQ(::bind(dead.get(), address->get(), address->size()), 0);
  }
  ASSERT_TRUE(is_file(path_));
  ListeningSockets sockets;
  EXPECT_TRUE(sockets.open(request_));
}

TEST_F(UnixSocket, does_not_replace_one_that_lives) {
  ListeningSockets one;
  ListeningSockets other;
  ASSERT_TRUE(one.open(request_));
  const auto refused = other.open(request_);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, EADDRINUSE);
  EXPECT_EQ((*one.open(request_))->sockets.size(), 1u);
}

TEST_F(UnixSocket, does_not_replace_what_is_no_socket) {
  std::ofstream(path_) << "precious";
  ListeningSockets sockets;
  EXPECT_FALSE(sockets.open(request_));
  EXPECT_TRUE(is_file(path_));
}

struct RefusedAddress {
  const char* address;
  int code;
};
class Refusal : public ::testing::TestWithParam<RefusedAddress> {};

TEST_P(Refusal, names_the_cause_and_the_cure) {
  ListeningSockets sockets;
  const auto refused = sockets.open({"a", GetParam().address});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, GetParam().code);
  EXPECT_NE(refused.error().advice, "");
  EXPECT_TRUE(sockets.all().empty());
}

INSTANTIATE_TEST_SUITE_P(Addresses, Refusal,
                         ::testing::Values(RefusedAddress{"192.0.2.1:80", EADDRNOTAVAIL},
                                           RefusedAddress{"example.com:80", EINVAL},
                                           RefusedAddress{"", EINVAL},
                                           RefusedAddress{"unix:/nowhere/at/all", ENOENT}));

}  // namespace
}  // namespace gatehouse::supervise
