#include "supervise/message.h"

#include <gtest/gtest.h>

namespace gatehouse::supervise {
namespace {

TEST(Message, arrives_as_it_was_sent) {
  const OpenListener sent{"public", "[::1]:80", 4, 511, 0640};
  const auto received = decode(encode(sent));
  ASSERT_TRUE(received);
  const auto* open = std::get_if<OpenListener>(&*received);
  ASSERT_NE(open, nullptr);
  EXPECT_EQ(open->name, "public");
  EXPECT_EQ(open->address, "[::1]:80");
  EXPECT_EQ(open->count, 4u);
  EXPECT_EQ(open->backlog, 511u);
  EXPECT_EQ(open->permissions, 0640u);
}

TEST(Message, of_every_kind_is_read_back_and_refused_when_cut_or_longer) {
  const Message all[] = {OpenListener{"a", "b", 1, 2, 3},
                         CloseListener{"a", "b"},
                         Ready{1},
                         Draining{2},
                         FailedToStart{"why", 2},
                         Legacy{},
                         Sockets{"a", "b", "c"},
                         Refused{"bind", 98, "stop it"},
                         Begin{3},
                         Command{Command::drain}};
  for (const Message& message : all) {
    const std::string bytes = encode(message);
    const auto received = decode(bytes);
    ASSERT_TRUE(received);
    EXPECT_EQ(received->index(), message.index());
    EXPECT_EQ(encode(*received), bytes);
    for (std::size_t size = 0; size < bytes.size(); ++size) {
      EXPECT_FALSE(decode(std::string_view(bytes).substr(0, size)));
    }
    EXPECT_FALSE(decode(bytes + "x"));
  }
}

TEST(Message, of_an_unknown_kind_is_refused) { EXPECT_FALSE(decode("\x7f")); }

TEST(Message, with_a_size_beyond_its_end_is_refused) {
  std::string bytes = encode(CloseListener{"a", "b"});
  bytes[1] = bytes[2] = bytes[3] = bytes[4] = '\xff';
  EXPECT_FALSE(decode(bytes));
}

TEST(Message, cuts_a_text_that_would_not_fit) {
  const auto received = decode(encode(Refused{std::string(100'000, 'x'), 1, "advice"}));
  ASSERT_TRUE(received);
  EXPECT_EQ(std::get<Refused>(*received).tried.size(), 4096u);
  EXPECT_EQ(std::get<Refused>(*received).advice, "advice");
}

}  // namespace
}  // namespace gatehouse::supervise
