#include "observe/log.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <climits>
#include <thread>

#include "unit/observe/access_lines.h"

namespace gatehouse::observe {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;

// A log into a pipe that the test reads.
class LogTest : public ::testing::Test {
 protected:
  LogTest() {
    int fds[2];
    EXPECT_EQ(pipe2(fds, O_CLOEXEC), 0);
    reader_ = fds[0];
    writer_ = fds[1];
    fcntl(reader_, F_SETFL, O_NONBLOCK);
  }
  ~LogTest() override {
    close(reader_);
    close(writer_);
  }
  std::string written() const {
    std::string out;
    char bytes[4096];
    for (ssize_t n; (n = read(reader_, bytes, sizeof bytes)) > 0;) {
      out.append(bytes, static_cast<std::size_t>(n));
    }
    return out;
  }

  FakeClock clock_;
  int reader_ = -1;
  int writer_ = -1;
};

TEST_F(LogTest, json_has_time_level_event_fields_and_a_sentence) {
  Log log(writer_, clock_, LogStyle::json);
  log.write(Event::config_loaded, {{"generation", 3},
                                   {"hash", std::string("00ff")},
                                   {"changed", "1 rule"},
                                   {"milliseconds", 12u}});
  EXPECT_EQ(written(),
            R"({"time":"2023-11-14T22:13:20.000000Z","level":"info","event":"config_loaded",)"
            R"("generation":3,"hash":"00ff","changed":"1 rule","milliseconds":12,)"
            R"("message":"generation 3 is live: 1 rule"})"
            "\n");
}

TEST_F(LogTest, text_is_for_people) {
  Log log(writer_, clock_, LogStyle::text);
  log.write(Event::listening, {{"listener", "public"}, {"address", "0.0.0.0:8080"}});
  EXPECT_EQ(written(),
            "22:13:20.000 info listening: listening on 0.0.0.0:8080  listener=\"public\"  "
            "address=\"0.0.0.0:8080\"\n");
}

TEST_F(LogTest, a_pipe_is_no_terminal) {
  Log log(writer_, clock_);
  log.write(Event::stopped);
  EXPECT_EQ(written().front(), '{');
}

TEST_F(LogTest, no_value_can_break_out) {
  for (LogStyle style : {LogStyle::json, LogStyle::text}) {
    Log log(writer_, clock_, style);
    log.write(Event::failed, {{"error", "a\"}\n{\"event\":\"forged\x1b[31m\xff\x7f"}});
    const std::string line = written();
    EXPECT_THAT(line, HasSubstr(R"(a\"}\n{\"event\":\"forged\u001b[31m\ufffd\u007f)"));
    EXPECT_EQ(line.find('\n'), line.size() - 1);
  }
}

TEST_F(LogTest, a_line_is_short_enough_to_be_written_at_once) {
  const std::string monster(100'000, '\x01');
  for (LogStyle style : {LogStyle::json, LogStyle::text}) {
    Log log(writer_, clock_, style);
    log.write(Event::config_refused,
              {{"file", monster}, {"errors", 1}, {"first", monster}, {"hash", monster}});
    const std::string line = written();
    EXPECT_LE(line.size(), static_cast<std::size_t>(PIPE_BUF));
    EXPECT_THAT(line, HasSubstr("config_refused"));
    EXPECT_THAT(line, EndsWith(style == LogStyle::json ? "}\n" : "\n"));
  }
}

TEST_F(LogTest, an_event_has_one_line_a_second_and_says_how_many_were_suppressed) {
  Log log(writer_, clock_, LogStyle::json);
  for (int worker = 0; worker < 5; ++worker) {
    log.write(Event::mailbox_full, {{"worker", worker}});
  }
  EXPECT_THAT(written(), HasSubstr(R"("worker":0,)"));
  log.write(Event::stopping, {{"signal", "SIGTERM"}});  // another event is not held back
  EXPECT_THAT(written(), HasSubstr("stopping"));
  clock_.advance(Millis(999));
  log.tick();
  EXPECT_EQ(written(), "");
  clock_.advance(Millis(1));
  log.tick();
  EXPECT_THAT(
      written(),
      HasSubstr(
          R"("worker":4,"message":"worker 4 does not keep up with its messages","suppressed":3})"));
  log.tick();
  EXPECT_EQ(written(), "");
}

TEST_F(LogTest, a_line_that_was_held_back_comes_before_the_next) {
  Log log(writer_, clock_, LogStyle::json);
  log.write(Event::mailbox_full, {{"worker", 1}});
  log.write(Event::mailbox_full, {{"worker", 2}});
  clock_.advance(Millis(2000));
  log.write(Event::mailbox_full, {{"worker", 3}});
  EXPECT_EQ(lines(written()).size(), 3u);
}

TEST_F(LogTest, flush_prints_what_was_held_back) {
  Log log(writer_, clock_, LogStyle::json);
  log.write(Event::mailbox_full, {{"worker", 1}});
  log.write(Event::mailbox_full, {{"worker", 2}});
  log.flush(Millis(0));
  EXPECT_EQ(lines(written()).size(), 2u);
}

TEST_F(LogTest, never_waits_for_a_full_pipe_and_tells_later) {
  Log log(writer_, clock_, LogStyle::json);
  ASSERT_GT(fcntl(writer_, F_SETPIPE_SZ, 4096), 0);
  int said = 0;
  for (; log.dropped() == 0; ++said) {
    log.write(Event::stopped);
    clock_.advance(Millis(1000));
  }
  std::string all;
  for (std::string some = written(); !some.empty(); some = written()) {
    all += some;
    log.tick();
  }
  EXPECT_EQ(lines(all).size(), static_cast<std::size_t>(said) - 1);
  for (const std::string& line : lines(all)) EXPECT_THAT(line, EndsWith("}"));
}

TEST_F(LogTest, any_thread_may_write) {
  Log log(writer_, clock_, LogStyle::json);
  std::thread other([&] {
    for (int i = 0; i < 100; ++i) log.write(Event::stopped);
  });
  for (int i = 0; i < 100; ++i) log.write(Event::stopping, {{"signal", "SIGINT"}});
  other.join();
  EXPECT_EQ(lines(written()).size(), 2u);
}

TEST_F(LogTest, counts_what_a_full_disk_did_not_take) {
  const int full = open("/dev/full", O_WRONLY | O_CLOEXEC);
  Log log(full, clock_, LogStyle::json);
  log.write(Event::stopped);
  EXPECT_EQ(log.dropped(), 1u);
  close(full);
}

TEST(Event, every_placeholder_is_a_field_of_its_row) {
  for (const EventRow& row : kEvents) {
    for (std::size_t at = row.sentence.find('{'); at != std::string_view::npos;
         at = row.sentence.find('{', at + 1)) {
      const std::string_view name =
          row.sentence.substr(at + 1, row.sentence.find('}', at) - at - 1);
      EXPECT_THAT(" " + std::string(row.fields) + " ", HasSubstr(" " + std::string(name) + " "))
          << row.word;
    }
  }
}

}  // namespace
}  // namespace gatehouse::observe
