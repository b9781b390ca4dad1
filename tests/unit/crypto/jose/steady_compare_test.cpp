// How long a refusal takes tells nothing of the right signature (CVE-2024-25189): what is counted
// are the instructions that it takes, which no other load of the machine changes.
#include <gtest/gtest.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <functional>

#include "crypto/base64.h"
#include "unit/crypto/jose/tokens.h"

namespace gatehouse::crypto::jose {
namespace {

using test::hmac_token;

// Stops the process; the next stop ends what is counted.
void mark() { ::raise(SIGSTOP); }

// The instructions between the next two marks of a traced child, with those of a mark.
std::int64_t instructions_to_next_mark(pid_t child) {
  int status = 0;
  for (std::int64_t count = 0;; ++count) {
    if (::ptrace(PTRACE_SINGLESTEP, child, nullptr, nullptr) != 0 ||
        ::waitpid(child, &status, 0) != child || !WIFSTOPPED(status))
      return -1;
    if (WSTOPSIG(status) == SIGSTOP) return count;
  }
}

// What each call of `run` takes, for 0 … `classes` - 1, each behind one of `prepare`.
std::vector<std::int64_t> counted(int classes, const std::function<void(int)>& prepare,
                                  const std::function<void()>& run) {
  const pid_t child = ::fork();
  if (child == 0) {
    ::ptrace(PTRACE_TRACEME, 0, nullptr, nullptr);
    prepare(0);
    run();  // what is made once is made
    for (int i = 0; i < classes; ++i) {
      prepare(i);
      mark();
      run();
      mark();
    }
    ::_exit(0);
  }
  std::vector<std::int64_t> out;
  int status = 0;
  for (int i = 0; i < classes; ++i) {
    if (::waitpid(child, &status, 0) != child || !WIFSTOPPED(status)) break;
    out.push_back(instructions_to_next_mark(child));
    ::ptrace(PTRACE_CONT, child, nullptr, nullptr);
  }
  ::waitpid(child, &status, 0);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
  return out;
}

// The right signature but for one bit of the byte at `place`: all before it is equal.
std::string wrong_from(std::string_view token, std::size_t place) {
  const std::size_t dot = token.rfind('.');
  std::string signature = *from_base64url(token.substr(dot + 1));
  signature[place] = static_cast<char>(signature[place] ^ 1);
  return std::string(token.substr(0, dot + 1)) + base64url(signature);
}

TEST(auth, J34_a_refusal_takes_as_long_however_much_of_the_signature_is_right) {
  const std::vector<std::size_t> places = {0, 8, 16, 31};
  const std::string token = hmac_token(kSecret, kHeader, kPayload);
  Verifier verifier = of_secret();
  std::vector<std::string> forged;
  for (const std::size_t place : places) {
    forged.push_back(wrong_from(token, place));
    ASSERT_EQ(verdict(verifier, forged.back()), "bad_signature");
  }
  // In one place: how long a copy takes depends on where it lies.
  std::string asked = token;
  const auto took = counted(
      static_cast<int>(forged.size()), [&](int i) { asked = forged[static_cast<std::size_t>(i)]; },
      [&] { static_cast<void>(verifier.verify(asked, kNow).has_value()); });
  ASSERT_EQ(took.size(), forged.size());
  for (std::size_t i = 0; i < took.size(); ++i) {
    EXPECT_GT(took[i], 1000);
    EXPECT_EQ(took[i], took[0]) << places[i] << " bytes are right";
  }
}

TEST(auth, J34_the_count_tells_a_comparison_that_stops_early) {
  const std::string right(32, 'a');
  std::string wrong;
  const auto took = counted(
      2,
      [&](int i) {
        wrong = right;
        wrong[i == 0 ? 0 : 31] = 'b';
      },
      [&] {
        std::size_t same = 0;
        while (*static_cast<volatile const char*>(&wrong[same]) == right[same]) ++same;
      });
  ASSERT_EQ(took.size(), 2U);
  EXPECT_GT(took[1], took[0] + 31);
}

}  // namespace
}  // namespace gatehouse::crypto::jose
