#include "net/splice.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <string>

#include "net/socket.h"

namespace gatehouse::net {
namespace {

struct Pair {
  Pair() {
    int ends[2];
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends), 0);
    near = Descriptor(ends[0]);
    far = Descriptor(ends[1]);
  }
  void sends(const std::string& bytes) const {
    ASSERT_EQ(::write(far.get(), bytes.data(), bytes.size()), static_cast<ssize_t>(bytes.size()));
  }
  [[nodiscard]] std::string received() const {
    char bytes[256];
    const ssize_t n = ::read(far.get(), bytes, sizeof bytes);
    return n > 0 ? std::string(bytes, static_cast<std::size_t>(n)) : "";
  }
  Descriptor near;
  Descriptor far;
};

class Splice : public ::testing::Test {
 protected:
  ~Splice() override { pool_.take_back(pipe_); }

  PipePool pool_;
  Pipe* pipe_ = pool_.lend();
  Pair client_;
  Pair target_;
};

TEST_F(Splice, moves_bytes_from_socket_to_socket) {
  client_.sends("hello");
  const IoResult in = splice_in(client_.near.get(), *pipe_, 1000);
  EXPECT_EQ(in.status, Io::ok);
  EXPECT_EQ(in.bytes, 5u);
  EXPECT_EQ(pipe_->filled(), 5u);
  const IoResult out = splice_out(*pipe_, target_.near.get(), 1000);
  EXPECT_EQ(out.status, Io::ok);
  EXPECT_EQ(out.bytes, 5u);
  EXPECT_EQ(pipe_->filled(), 0u);
  EXPECT_EQ(target_.received(), "hello");
}

TEST_F(Splice, takes_no_more_than_it_may) {
  client_.sends("hello");
  EXPECT_EQ(splice_in(client_.near.get(), *pipe_, 2).bytes, 2u);
  EXPECT_EQ(splice_out(*pipe_, target_.near.get(), 1).bytes, 1u);
  EXPECT_EQ(pipe_->filled(), 1u);
  EXPECT_EQ(splice_out(*pipe_, target_.near.get(), 9).bytes, 1u);
  EXPECT_EQ(target_.received(), "he");
}

TEST_F(Splice, would_block_where_nothing_is) {
  EXPECT_EQ(splice_in(client_.near.get(), *pipe_, 10).status, Io::would_block);
  EXPECT_EQ(splice_in(client_.near.get(), *pipe_, 0).status, Io::would_block);
  EXPECT_EQ(splice_out(*pipe_, target_.near.get(), 10).status, Io::would_block);
}

TEST_F(Splice, tells_the_end_once_all_is_read) {
  client_.sends("bye");
  client_.far.close();
  EXPECT_EQ(splice_in(client_.near.get(), *pipe_, 10).bytes, 3u);
  EXPECT_EQ(splice_in(client_.near.get(), *pipe_, 10).status, Io::eof);
}

TEST_F(Splice, would_block_when_the_pipe_is_full_and_goes_on_when_it_is_not) {
  const std::string much(64 * 1024, 'x');
  IoResult in;
  std::size_t total = 0;
  while (true) {
    if (in.status == Io::ok && ::write(client_.far.get(), much.data(), much.size()) < 0) break;
    in = splice_in(client_.near.get(), *pipe_, 1 << 20);
    if (in.status != Io::ok) break;
    total += in.bytes;
  }
  EXPECT_EQ(in.status, Io::would_block);
  EXPECT_EQ(pipe_->filled(), total);
  EXPECT_LE(total, pipe_->capacity());
  EXPECT_EQ(splice_out(*pipe_, target_.near.get(), 1 << 20).status, Io::ok);
  EXPECT_EQ(splice_in(client_.near.get(), *pipe_, 1 << 20).status, Io::ok);
}

TEST_F(Splice, tells_a_target_that_is_gone) {
  ::signal(SIGPIPE, SIG_IGN);
  client_.sends("hello");
  ASSERT_EQ(splice_in(client_.near.get(), *pipe_, 10).status, Io::ok);
  target_.far.close();
  EXPECT_EQ(splice_out(*pipe_, target_.near.get(), 10).status, Io::reset);
}

TEST(PipePool, lends_an_empty_pipe_again_and_destroys_one_with_bytes_in_it) {
  PipePool pool;
  Pipe* clean = pool.lend();
  pool.take_back(clean);
  EXPECT_EQ(pool.lend(), clean);
  const Pair client;
  client.sends("left");
  ASSERT_EQ(splice_in(client.near.get(), *clean, 10).bytes, 4u);
  const int end = clean->read_end();
  pool.take_back(clean);
  EXPECT_LT(::fcntl(end, F_GETFD), 0);
}

TEST(PipePool, a_pipe_that_is_still_emptied_goes_when_that_is_done) {
  PipePool pool;
  Pipe* pipe = pool.lend();
  PipePool::hold(*pipe);
  pool.take_back(pipe);
  Pipe* other = pool.lend();
  EXPECT_NE(other, pipe) << "whoever empties it must find its bytes, not another's";
  pool.let_go(*pipe);
  EXPECT_EQ(pool.lend(), pipe);
  pool.take_back(other);
  pool.take_back(pipe);
}

TEST(PipePool, lends_none_without_descriptors) {
  PipePool pool;
  rlimit before{};
  ::getrlimit(RLIMIT_NOFILE, &before);
  const Descriptor next(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  const rlimit none{static_cast<rlim_t>(next.get()), before.rlim_max};
  ::setrlimit(RLIMIT_NOFILE, &none);
  EXPECT_EQ(pool.lend(), nullptr);
  ::setrlimit(RLIMIT_NOFILE, &before);
}

}  // namespace
}  // namespace gatehouse::net
