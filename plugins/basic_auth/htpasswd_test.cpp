#include "htpasswd.h"

#include <gtest/gtest.h>

namespace basic_auth {
namespace {

// Made by crypt(3) from "correct horse".
const std::string kBcrypt = "$2b$04$abcdefghijklmnopqrstuujydOTSfIH/d5oUHpsygqV5X9xJLQc6e";
const std::string kSha256 = "$5$rounds=1000$saltsalt$R6e4P8ccT9iMqkYg7Z8YtpId/lfsIfnuPkp8WXposU8";
const std::string kSha512 =
    "$6$rounds=1000$saltsalt$4GMtaIz3E1AdDi2SmCokEW0ehi."
    "HdxNDcL3fGE1XXuzvo6kbx7UOloZKONqEk5H3JrQA4NOfU8BmqFPrpGqwA1";

TEST(Htpasswd, knows_users_by_each_kind_of_hash) {
  const Htpasswd users("# people\nann:" + kBcrypt + "\n\nbob:" + kSha256 + "\r\ncarl:" + kSha512);
  ASSERT_FALSE(users.flaw()) << users.flaw()->what;
  for (const auto* name : {"ann", "bob", "carl"}) {
    EXPECT_TRUE(users.knows(name, "correct horse")) << name;
    EXPECT_FALSE(users.knows(name, "correct hors")) << name;
    EXPECT_FALSE(users.knows(name, "")) << name;
  }
  EXPECT_FALSE(users.knows("dora", "correct horse"));
  EXPECT_FALSE(users.knows("", ""));
  EXPECT_TRUE(users.costs_differ());
}

TEST(Htpasswd, tells_apart_what_costs_the_same) {
  EXPECT_FALSE(Htpasswd("ann:" + kBcrypt + "\nbob:" + kBcrypt).costs_differ());
  std::string dearer = kBcrypt;
  dearer[5] = '9';
  EXPECT_TRUE(Htpasswd("ann:" + kBcrypt + "\nbob:" + dearer).costs_differ());
}

TEST(Htpasswd, tells_what_takes_seconds) {
  EXPECT_FALSE(Htpasswd("ann:$2b$14" + kBcrypt.substr(6)).takes_long());
  EXPECT_TRUE(Htpasswd("ann:$2b$15" + kBcrypt.substr(6)).takes_long());
  EXPECT_TRUE(Htpasswd("ann:$5$rounds=900000000$" + kSha256.substr(15)).takes_long());
}

TEST(Htpasswd, reads_each_name_of_bcrypt) {
  const Htpasswd users("ann:$2a$" + kBcrypt.substr(4) + "\nbob:$2y$" + kBcrypt.substr(4));
  ASSERT_FALSE(users.flaw()) << users.flaw()->what;
  EXPECT_TRUE(users.knows("ann", "correct horse"));
  EXPECT_TRUE(users.knows("bob", "correct horse"));
  EXPECT_FALSE(users.costs_differ());
}

TEST(Htpasswd, takes_nothing_that_is_quickly_guessed_and_says_where_it_stands) {
  const std::pair<std::string, std::size_t> cases[] = {
      {"ann:secret", 1},
      {"ann:$apr1$abc$def", 1},
      {"ann:{SHA}qUqP5cyxm6YcTAhz05Hph5gvu9M=", 1},
      {"ann:rqXexS6ZhobKA", 1},
      {"ann:" + kBcrypt.substr(0, 59), 1},
      {"ann:$2x$04" + kBcrypt.substr(6), 1},
      {"ann:$2b$03" + kBcrypt.substr(6), 1},  // crypt(3) takes 4 to 31
      {"ann:$2b$99" + kBcrypt.substr(6), 1},
      {"ann:$2b$xy" + kBcrypt.substr(6), 1},
      {"ann:" + kBcrypt.substr(0, 58) + "=e", 1},
      {"ann:$5$rounds=999$" + kSha256.substr(15), 1},
      {"ann:$5$rounds=x$" + kSha256.substr(15), 1},
      {"# a\nann:" + kBcrypt + "\nann:" + kBcrypt, 3},
      {"ann", 1},
      {":" + kBcrypt, 1},
  };
  for (const auto& [text, line] : cases) {
    const Htpasswd users(text);
    ASSERT_TRUE(users.flaw()) << text;
    EXPECT_EQ(users.flaw()->line, line) << text;
  }
}

}  // namespace
}  // namespace basic_auth
