#include "observe/access_log.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <chrono>
#include <thread>

#include "unit/observe/access_lines.h"

namespace gatehouse::observe {
namespace {

using ::testing::HasSubstr;

// Until `condition` holds, or ten seconds are over.
template <typename Condition>
bool eventually(Condition condition) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (!condition()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::yield();
  }
  return true;
}

// An operator's log in a file of the folder.
struct OperatorLog {
  explicit OperatorLog(const Folder& folder)
      : path(folder.file("operator.log")),
        fd(open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600)),
        log(fd, clock, LogStyle::json) {}
  ~OperatorLog() { close(fd); }
  [[nodiscard]] bool told(const std::string& event) const {
    return contents(path).find("\"event\":\"" + event + "\"") != std::string::npos;
  }

  std::string path;
  int fd;
  SystemClock clock;
  Log log;
};

AccessLog started(const std::string& path, OperatorLog& op, Bytes ring = 64_KiB) {
  Result<AccessLog> log = AccessLog::start(path, AccessFormat::json, ring, op.log);
  EXPECT_TRUE(log.has_value()) << log.error().text();
  return std::move(*log);
}

AccessRecord numbered(std::uint64_t n) {
  AccessRecord r = typical_record();
  r.connection = n + 1;  // 0 would be left out
  return r;
}

TEST(AccessLog, writes_what_workers_push) {
  Folder folder;
  OperatorLog op(folder);
  AccessLog log = started(folder.file("access.log"), op);
  ASSERT_TRUE(log.ring(0).push(numbered(0)));
  ASSERT_TRUE(log.ring(3).push(numbered(1)));
  EXPECT_TRUE(log.stop(Millis(2000)));
  const std::string text = contents(folder.file("access.log"));
  EXPECT_EQ(lines(text).size(), 2u);
  EXPECT_THAT(text, HasSubstr(R"("connection":1,)"));
  EXPECT_THAT(text, HasSubstr(R"("connection":2,)"));
  EXPECT_EQ(log.counts().records, 2u);
  EXPECT_EQ(log.counts().bytes, text.size());
}

TEST(AccessLog, a_record_is_in_the_file_soon_even_when_the_writer_slept) {
  Folder folder;
  OperatorLog op(folder);
  AccessLog log = started(folder.file("access.log"), op);
  AccessRing& ring = log.ring(0);
  for (std::uint64_t i = 0; i < 2; ++i) {
    ASSERT_TRUE(eventually([&] { return log.counts().asleep; }));
    const auto pushed = std::chrono::steady_clock::now();
    ASSERT_TRUE(ring.push(numbered(i)));
    ASSERT_TRUE(eventually([&] { return log.counts().records == i + 1; }));
    EXPECT_LT(std::chrono::steady_clock::now() - pushed, std::chrono::seconds(1));
    EXPECT_GE(log.counts().wakes, i);
  }
}

TEST(AccessLog, makes_no_system_call_per_record_under_load) {
  Folder folder;
  OperatorLog op(folder);
  AccessLog log = started(folder.file("access.log"), op, 1_MiB);
  AccessRing& ring = log.ring(0);
  for (std::uint64_t i = 0; i < 20'000; ++i) {
    while (!ring.push(numbered(i))) std::this_thread::yield();
  }
  EXPECT_LE(log.counts().wakes, 1u);
}

TEST(AccessLog, loses_nothing_while_the_file_is_rotated) {
  Folder folder;
  OperatorLog op(folder);
  AccessLog log = started(folder.file("access.log"), op);
  AccessRing& ring = log.ring(0);
  constexpr std::uint64_t kRecords = 5000;
  std::thread worker([&] {
    for (std::uint64_t i = 0; i < kRecords;) {
      if (ring.push(numbered(i))) ++i;
    }
  });
  for (int i = 0; i < 5; ++i) {
    std::filesystem::rename(folder.file("access.log"), folder.file("old." + std::to_string(i)));
    ASSERT_TRUE(log.reopen());
    ASSERT_TRUE(eventually([&] { return op.told("access_log_reopened"); }));
  }
  worker.join();
  EXPECT_TRUE(log.stop(Millis(5000)));
  std::string all;
  for (int i = 0; i < 5; ++i) all += contents(folder.file("old." + std::to_string(i)));
  all += contents(folder.file("access.log"));
  const std::vector<std::string> written = lines(all);
  ASSERT_EQ(written.size(), kRecords);
  for (std::uint64_t i = 0; i < kRecords; ++i) {
    ASSERT_THAT(written[i], HasSubstr("\"connection\":" + std::to_string(i + 1) + ","));
  }
}

TEST(AccessLog, goes_on_with_the_old_file_when_the_new_one_cannot_be_opened) {
  Folder folder;
  OperatorLog op(folder);
  AccessLog log = started(folder.file("access.log"), op);
  const Status changed = log.change(folder.file("no/such/folder"), AccessFormat::json);
  ASSERT_FALSE(changed);
  EXPECT_THAT(changed.error().text(), HasSubstr("No such file or directory"));
  ASSERT_TRUE(log.ring(0).push(numbered(1)));
  EXPECT_TRUE(log.stop(Millis(2000)));
  EXPECT_EQ(lines(contents(folder.file("access.log"))).size(), 1u);
}

TEST(AccessLog, changes_its_format) {
  Folder folder;
  OperatorLog op(folder);
  AccessLog log = started(folder.file("a.json"), op);
  ASSERT_TRUE(log.change(folder.file("a.alb"), AccessFormat::alb));
  ASSERT_TRUE(eventually([&] { return op.told("access_log_reopened"); }));
  ASSERT_TRUE(log.ring(0).push(numbered(1)));
  EXPECT_TRUE(log.stop(Millis(2000)));
  EXPECT_EQ(contents(folder.file("a.json")), "");
  EXPECT_THAT(contents(folder.file("a.alb")), HasSubstr("http 2023-11-14T22:13:20"));
}

TEST(AccessLog, counts_what_a_full_disk_did_not_take) {
  Folder folder;
  OperatorLog op(folder);
  AccessLog log = started("/dev/full", op);
  for (std::uint64_t i = 0; i < 10; ++i) ASSERT_TRUE(log.ring(0).push(numbered(i)));
  EXPECT_TRUE(log.stop(Millis(2000)));
  EXPECT_EQ(log.counts().failed, 10u);
  EXPECT_EQ(log.counts().records, 0u);
  EXPECT_THAT(contents(op.path), HasSubstr("\"event\":\"access_log_failed\""));
  EXPECT_THAT(contents(op.path), HasSubstr("No space left on device"));
}

TEST(AccessLog, recovers_when_there_is_room_again) {
  Folder folder;
  OperatorLog op(folder);
  AccessLog log = started("/dev/full", op);
  ASSERT_TRUE(log.ring(0).push(numbered(1)));
  ASSERT_TRUE(eventually([&] { return log.counts().failed == 1; }));
  ASSERT_TRUE(log.change(folder.file("access.log"), AccessFormat::json));
  ASSERT_TRUE(eventually([&] { return op.told("access_log_reopened"); }));
  ASSERT_TRUE(log.ring(0).push(numbered(2)));
  EXPECT_TRUE(log.stop(Millis(2000)));
  EXPECT_EQ(lines(contents(folder.file("access.log"))).size(), 1u);
}

// A named pipe whose reader is there but reads only when the test says so.
struct Pipe {
  explicit Pipe(const Folder& folder) : path(folder.file("pipe")) {
    EXPECT_EQ(mkfifo(path.c_str(), 0600), 0);
    reader = open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  }
  ~Pipe() { close(reader); }
  void fill() const {
    const int writer = open(path.c_str(), O_WRONLY | O_NONBLOCK | O_CLOEXEC);
    const std::string page(4096, 'x');
    while (write(writer, page.data(), page.size()) > 0) {
    }
    close(writer);
  }
  std::string read_some() const {
    std::string out(65536, '\0');
    const ssize_t n = read(reader, out.data(), out.size());
    out.resize(n > 0 ? static_cast<std::size_t>(n) : 0);
    return out;
  }

  std::string path;
  int reader;
};

TEST(AccessLog, a_pipe_that_nobody_reads_makes_no_worker_wait_and_is_left_behind_in_time) {
  Folder folder;
  OperatorLog op(folder);
  Pipe pipe(folder);
  AccessLog log = started(pipe.path, op);
  std::uint64_t pushed = 0;
  ASSERT_TRUE(eventually([&] {
    if (log.ring(0).push(numbered(pushed))) ++pushed;
    return log.counts().dropped > 0;
  }));
  ASSERT_TRUE(eventually([&] { return op.told("access_log_dropped"); }));
  const auto before = std::chrono::steady_clock::now();
  EXPECT_FALSE(log.stop(Millis(100)));
  EXPECT_LT(std::chrono::steady_clock::now() - before, std::chrono::seconds(2));
  const AccessLogCounts counts = log.counts();
  EXPECT_EQ(counts.records + counts.failed, pushed);
}

// Standard output is a blocking pipe, shared with whoever started us.
TEST(AccessLog, standard_output_that_nobody_reads_does_not_hold_up_the_end) {
  Folder folder;
  OperatorLog op(folder);
  int fds[2];
  ASSERT_EQ(pipe2(fds, O_CLOEXEC), 0);
  const int terminal = dup(STDOUT_FILENO);
  dup2(fds[1], STDOUT_FILENO);
  AccessLog log = started("-", op);
  dup2(terminal, STDOUT_FILENO);
  close(terminal);
  ASSERT_TRUE(eventually([&] {
    static_cast<void>(log.ring(0).push(numbered(0)));
    return op.told("access_log_dropped");
  }));
  EXPECT_TRUE(log.reopen());
  const auto before = std::chrono::steady_clock::now();
  static_cast<void>(log.stop(Millis(100)));
  EXPECT_LT(std::chrono::steady_clock::now() - before, std::chrono::seconds(2));
  std::string first(100, '\0');
  ASSERT_EQ(read(fds[0], first.data(), first.size()), 100);
  EXPECT_THAT(first, HasSubstr("{\"time\":\"2023-11-14T22:13:20"));
  close(fds[0]);
  close(fds[1]);
}

TEST(AccessLog, a_slow_reader_gets_whole_records) {
  Folder folder;
  OperatorLog op(folder);
  Pipe pipe(folder);
  AccessLog log = started(pipe.path, op);
  std::string got;
  std::uint64_t pushed = 0;
  while (got.size() < 300'000) {
    if (log.ring(0).push(numbered(pushed))) ++pushed;
    if (log.counts().dropped > 0 || pushed % 100 == 0) got += pipe.read_some();
  }
  std::thread stopper([&] { EXPECT_TRUE(log.stop(Millis(10'000))); });
  ASSERT_TRUE(eventually([&] {
    got += pipe.read_some();
    return log.counts().records == pushed;
  }));
  stopper.join();
  for (std::string more = pipe.read_some(); !more.empty(); more = pipe.read_some()) got += more;
  const std::vector<std::string> written = lines(got);
  ASSERT_EQ(written.size(), pushed);
  for (std::uint64_t i = 0; i < pushed; ++i) {
    ASSERT_THAT(written[i], HasSubstr("\"connection\":" + std::to_string(i + 1) + ","));
  }
}

TEST(AccessLog, survives_a_reader_that_went_away) {
  Folder folder;
  OperatorLog op(folder);
  auto pipe = std::make_unique<Pipe>(folder);
  AccessLog log = started(pipe->path, op);
  pipe.reset();
  ASSERT_TRUE(log.ring(0).push(numbered(1)));
  EXPECT_TRUE(log.stop(Millis(2000)));
  EXPECT_EQ(log.counts().failed, 1u);
  EXPECT_THAT(contents(op.path), HasSubstr("Broken pipe"));
}

TEST(AccessLog, refuses_a_pipe_without_a_reader_instead_of_waiting) {
  Folder folder;
  OperatorLog op(folder);
  ASSERT_EQ(mkfifo(folder.file("pipe").c_str(), 0600), 0);
  const Result<AccessLog> log =
      AccessLog::start(folder.file("pipe"), AccessFormat::json, 64_KiB, op.log);
  ASSERT_FALSE(log);
  EXPECT_THAT(log.error().text(), HasSubstr("nobody reads this pipe"));
}

// A file that may not grow past a size is a disk that gets full in the middle of a line.
TEST(AccessLog, starts_a_new_line_after_one_that_was_torn) {
  Folder folder;
  OperatorLog op(folder);
  AccessLog log = started(folder.file("access.log"), op);
  rlimit unlimited{};
  ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &unlimited), 0);
  const rlimit small{1000, unlimited.rlim_max};
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &small), 0);
  for (std::uint64_t i = 0; i < 2; ++i) EXPECT_TRUE(log.ring(0).push(numbered(i)));
  EXPECT_TRUE(eventually([&] { return log.counts().failed == 1; }));
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &unlimited), 0);
  ASSERT_TRUE(log.ring(0).push(numbered(2)));
  EXPECT_TRUE(log.stop(Millis(2000)));
  EXPECT_EQ(log.counts().records, 2u);
  const std::vector<std::string> written = lines(contents(folder.file("access.log")));
  ASSERT_EQ(written.size(), 3u);
  EXPECT_THAT(written[0], HasSubstr("\"connection\":1,"));
  EXPECT_NE(written[1].back(), '}');
  EXPECT_THAT(written[2], HasSubstr("\"connection\":3,"));
}

TEST(AccessLog, a_full_pipe_can_be_replaced_by_another_output) {
  Folder folder;
  OperatorLog op(folder);
  Pipe pipe(folder);
  AccessLog log = started(pipe.path, op);
  pipe.fill();
  // While the pipe is full, only a writer that waits for it tells what was dropped.
  std::uint64_t pushed = 0;
  ASSERT_TRUE(eventually([&] {
    if (log.ring(0).push(numbered(pushed))) ++pushed;
    return op.told("access_log_dropped");
  }));
  ASSERT_TRUE(log.change(folder.file("access.log"), AccessFormat::json));
  ASSERT_TRUE(eventually([&] { return op.told("access_log_reopened"); }));
  EXPECT_TRUE(log.stop(Millis(5000)));
  const AccessLogCounts counts = log.counts();
  EXPECT_GT(counts.failed, 0u);
  EXPECT_EQ(counts.records + counts.failed, pushed);
  for (const std::string& line : lines(contents(folder.file("access.log")))) {
    EXPECT_EQ(line.front(), '{');
    EXPECT_EQ(line.back(), '}');
  }
}

TEST(AccessLog, several_workers_and_a_scrape_at_once) {
  Folder folder;
  OperatorLog op(folder);
  AccessLog log = started(folder.file("access.log"), op);
  constexpr std::uint64_t kRecords = 3000;
  std::vector<std::thread> workers;
  for (std::size_t w = 0; w < 3; ++w) {
    workers.emplace_back([&ring = log.ring(w)] {
      for (std::uint64_t i = 0; i < kRecords;) {
        if (ring.push(numbered(i))) ++i;
      }
    });
  }
  ASSERT_TRUE(eventually([&] { return log.counts().records >= kRecords; }));
  for (std::thread& worker : workers) worker.join();
  EXPECT_TRUE(log.stop(Millis(5000)));
  EXPECT_EQ(log.counts().records, 3 * kRecords);
  EXPECT_EQ(lines(contents(folder.file("access.log"))).size(), 3 * kRecords);
}

}  // namespace
}  // namespace gatehouse::observe
