#include "supervise/supervisor.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <fstream>

#include "unit/supervise/gateway_process.h"

namespace gatehouse::supervise {
namespace {

constexpr char kAnyPort[] = "127.0.0.1:0";

pid_t serving_pid(GatewayProcess& gateway) { return std::stoi(gateway.answers("pid")); }

TEST(Supervisor, what_waits_in_the_queues_survives_a_crash) {
  GatewayProcess gateway(kAnyPort);
  EXPECT_EQ(gateway.answers("grow 4"), "4");
  const pid_t before = serving_pid(gateway);
  EXPECT_EQ(gateway.answers("pause"), "paused");
  std::vector<std::unique_ptr<Client>> queued;
  for (int i = 0; i < 40; ++i) {
    queued.push_back(std::make_unique<Client>(gateway.address()));
    ASSERT_EQ(queued.back()->error(), 0);
    queued.back()->sends("pid");
  }
  ::kill(before, SIGKILL);
  for (const auto& client : queued) {
    const std::string now = client->receives();
    EXPECT_FALSE(now.empty());
    EXPECT_NE(now, std::to_string(before));
  }
  EXPECT_NE(gateway.prints("serving_restarted"), "");
  EXPECT_EQ(gateway.answers("restarts"), "1");
}

TEST(Supervisor, connects_in_a_loop_see_no_reset_while_processes_die) {
  GatewayProcess gateway(kAnyPort);
  ASSERT_EQ(gateway.answers("grow 2"), "2");
  int unanswered = 0;
  pid_t killed = 0;
  for (int restarts = 0; restarts < 3;) {
    Client client(gateway.address());
    ASSERT_EQ(client.error(), 0);
    const std::string pid = client.sends("pid").receives();
    if (pid.empty()) {
      ++unanswered;  // it was being served by the one that was killed
      continue;
    }
    if (std::stoi(pid) == killed) continue;
    if (killed != 0) ++restarts;
    killed = std::stoi(pid);
    ::kill(killed, SIGKILL);
  }
  EXPECT_LE(unanswered, 4);
}

TEST(Supervisor, a_smaller_count_closes_no_socket) {
  GatewayProcess gateway(kAnyPort);
  EXPECT_EQ(gateway.answers("count"), "1");
  EXPECT_EQ(gateway.answers("grow 4"), "4");
  EXPECT_EQ(gateway.answers("grow 1"), "4");
  ::kill(serving_pid(gateway), SIGKILL);
  EXPECT_NE(gateway.prints("serving_restarted"), "");
  EXPECT_EQ(gateway.answers("count"), "4");
}

TEST(Supervisor, restarts_well_under_a_second) {
  GatewayProcess gateway(kAnyPort);
  gateway.address();
  ::kill(serving_pid(gateway), SIGKILL);
  const std::string line = gateway.prints("serving_restarted");
  const auto at = line.find("\"milliseconds\":");
  ASSERT_NE(at, std::string::npos) << line;
  EXPECT_LT(std::stoi(line.substr(at + 15)), 1000) << line;  // about 3, 100 under sanitizers
}

TEST(Supervisor, sigterm_drains_and_ends_with_0) {
  GatewayProcess gateway(kAnyPort);
  const pid_t serving = serving_pid(gateway);
  gateway.signal(SIGTERM);
  EXPECT_EQ(gateway.ends(), 0);
  EXPECT_TRUE(is_gone(serving));
}

TEST(Supervisor, a_second_sigterm_stops_at_once) {
  GatewayProcess gateway(kAnyPort, {"holds_drain"});
  const pid_t serving = serving_pid(gateway);
  gateway.signal(SIGTERM);
  EXPECT_NE(gateway.prints("fake drains"), "");
  gateway.signal(SIGINT);
  EXPECT_EQ(gateway.ends(), 0);
  EXPECT_TRUE(is_gone(serving));
}

TEST(Supervisor, kills_who_does_not_stop) {
  GatewayProcess gateway(kAnyPort, {"holds_drain", "ignores_stop"});
  const pid_t serving = serving_pid(gateway);
  gateway.signal(SIGTERM);
  EXPECT_NE(gateway.prints("fake drains"), "");
  gateway.signal(SIGTERM);
  EXPECT_EQ(gateway.ends(), 0);
  EXPECT_TRUE(is_gone(serving));
}

TEST(Supervisor, kills_who_overstays_the_drain_deadline) {
  GatewayProcess gateway(kAnyPort, {"overstays_drain"});
  gateway.address();
  gateway.signal(SIGTERM);
  EXPECT_NE(gateway.prints("overstayed"), "");
  EXPECT_EQ(gateway.ends(), 1);
}

TEST(Supervisor, sigterm_before_it_has_said_that_it_serves_drains) {
  GatewayProcess gateway(kAnyPort, {"never_ready"});
  gateway.address();
  gateway.signal(SIGTERM);
  EXPECT_NE(gateway.prints("fake drains"), "");
  EXPECT_EQ(gateway.ends(), 0);
}

TEST(Supervisor, sigterm_ends_one_that_does_not_come_to_serve) {
  GatewayProcess gateway(kAnyPort, {"never_ready", "holds_drain"});
  gateway.address();
  gateway.signal(SIGTERM);
  EXPECT_EQ(gateway.ends(), 0);
}

TEST(Supervisor, passes_reload_and_rotate_on) {
  GatewayProcess gateway(kAnyPort);
  gateway.address();
  gateway.signal(SIGHUP);
  EXPECT_NE(gateway.prints("fake reloads"), "");
  gateway.signal(SIGUSR1);
  EXPECT_NE(gateway.prints("fake rotates"), "");
}

TEST(Supervisor, a_signal_to_the_whole_group_reaches_only_it) {
  GatewayProcess gateway(kAnyPort);
  const pid_t serving = serving_pid(gateway);
  for (const int s : {SIGTERM, SIGINT, SIGHUP, SIGUSR1}) ::kill(serving, s);
  EXPECT_EQ(serving_pid(gateway), serving);
}

TEST(Supervisor, gives_up_when_it_dies_again_and_again_at_start) {
  GatewayProcess gateway(kAnyPort, {"dies_at_start"});
  const std::string line = gateway.prints("gave_up");
  EXPECT_NE(line.find("\"deaths\":5"), std::string::npos) << line;
  EXPECT_NE(line.find("signal 6 (Aborted)"), std::string::npos) << line;
  EXPECT_EQ(gateway.ends(), 1);
}

TEST(Supervisor, does_not_trust_who_talks_nonsense) {
  GatewayProcess gateway(kAnyPort, {"talks_nonsense"});
  EXPECT_NE(gateway.prints("malformed message"), "");
  EXPECT_EQ(gateway.ends(), 1);
}

TEST(Supervisor, a_configuration_error_at_start_ends_it_with_that_code) {
  GatewayProcess gateway(kAnyPort, {"refuses_to_start"});
  EXPECT_EQ(gateway.ends(), 7);
}

TEST(Supervisor, an_address_in_use_ends_it_with_advice) {
  GatewayProcess first(kAnyPort);
  GatewayProcess second(first.address());
  EXPECT_NE(second.prints("Address already in use").find("another process"), std::string::npos);
  EXPECT_EQ(second.ends(), 1);
}

TEST(Supervisor, the_serving_process_dies_with_it) {
  GatewayProcess gateway(kAnyPort);
  const pid_t serving = serving_pid(gateway);
  gateway.signal(SIGKILL);
  EXPECT_TRUE(is_gone(serving));
}

TEST(Supervisor, holds_a_changed_address_beside_the_old_one_until_that_is_closed) {
  GatewayProcess gateway(kAnyPort);
  const std::string moved = gateway.answers("open public 127.0.0.2:0");
  EXPECT_EQ(Client(moved).error(), 0);
  EXPECT_EQ(Client(gateway.address()).error(), 0);
  EXPECT_EQ(gateway.answers("close public 127.0.0.2:0"), "closed");
  EXPECT_EQ(gateway.answers("grow 1"), "1");  // asks the supervisor, which has closed by then
  EXPECT_EQ(Client(moved).error(), ECONNREFUSED);
}

TEST(Supervisor, a_listener_that_changes_its_name_keeps_its_sockets) {
  GatewayProcess gateway(kAnyPort);
  EXPECT_EQ(gateway.answers("open renamed 127.0.0.1:0"), gateway.address());
  EXPECT_EQ(gateway.answers("close public 127.0.0.1:0"), "closed");
  EXPECT_NE(gateway.answers("pid"), "");
}

TEST(Supervisor, a_refused_address_changes_nothing) {
  GatewayProcess gateway(kAnyPort);
  EXPECT_EQ(gateway.answers("open extra 192.0.2.1:80"),
            "listen on 192.0.2.1:80: Cannot assign requested address (99); no interface of this "
            "machine has that address");
  EXPECT_EQ(gateway.answers("open extra example.com:80"),
            "listen on example.com:80: Invalid argument (22); IP:PORT, [IPv6]:PORT or unix:/PATH");
  EXPECT_EQ(gateway.answers("count"), "1");
}

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
TEST(Supervisor, is_small_while_it_sleeps) {
  GatewayProcess gateway(kAnyPort);
  ::kill(serving_pid(gateway), SIGKILL);
  EXPECT_NE(gateway.prints("serving_restarted"), "");
  const auto resident = [&] {
    std::ifstream status("/proc/" + std::to_string(gateway.pid()) + "/status");
    for (std::string line; std::getline(status, line);) {
      if (line.starts_with("VmRSS:")) return std::stoi(line.substr(6));
    }
    return 0;
  };
  EXPECT_LE(resident(), 3 * 1024) << "KiB";
}
#endif

}  // namespace
}  // namespace gatehouse::supervise
