// The skin by itself: what a plugin's phases come to in a gateway that is made of this test.
#include <gtest/gtest.h>

#include <gatehouse/testing.hpp>

namespace gatehouse::testing {
namespace {

// The places of the words of `does`.
enum Does {
  passes,
  denies,
  names,
  throws,
  in_a_task,
  after_a_wait,
  never = 9,
  sleeps,
  twice,
  shouts = 16,
  reads_the_body
};

struct Row {
  const char* what;
  int does;
  gh_phase phase;
  const char* expected;
};

class Trial : public ::testing::TestWithParam<Row> {};

TEST_P(Trial, comes_to_its_verdict) {
  Gateway gateway;
  gateway.with("does", GetParam().what, GetParam().does);
  gateway.request("POST", "/x", {}, "hello");
  EXPECT_EQ(gateway.run(GetParam().phase), GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(
    Each, Trial,
    ::testing::Values(Row{"passes", passes, GH_REQUEST, "pass"},
                      Row{"denies", denies, GH_REQUEST, "answer 200"},
                      Row{"names", names, GH_REQUEST, "pass"},
                      Row{"throws", throws, GH_REQUEST, "fail"},
                      Row{"throws_in_a_task", in_a_task, GH_REQUEST, "fail"},
                      Row{"throws_after_a_wait", after_a_wait, GH_REQUEST, "fail"},
                      Row{"never_resumes", never, GH_PREFLIGHT, "waits for ever"},
                      Row{"sleeps", sleeps, GH_REQUEST, "pass"},
                      Row{"answers_twice", twice, GH_REQUEST, "answer 200"},
                      Row{"reads_the_body", reads_the_body, GH_REQUEST, "pass"},
                      Row{"serves", passes, GH_SERVE, "answer 200"}),
    [](const auto& row) { return row.param.what; });

TEST(TrialWaits, end_with_their_exchange) {
  Gateway gateway;
  gateway.with("does", "never_resumes", never);
  EXPECT_EQ(gateway.run(GH_PREFLIGHT), "waits for ever");
  gateway.request("GET", "/next");
  EXPECT_EQ(gateway.run(GH_REQUEST), "pass");
}

TEST(TrialServes, what_another_service_answers) {
  Gateway gateway;
  gateway.with("group", "shop");
  gateway.fetch_gets({201, "made", {{"X-More", "1"}}, ""});
  EXPECT_EQ(gateway.run(GH_SERVE), "answer 201");
  EXPECT_EQ(gateway.answer().body, "made");
  gateway.request("GET", "/again");
  EXPECT_EQ(gateway.run(GH_SERVE), "answer 0");  // the reason's own status
  EXPECT_EQ(gateway.answer().reason, "no_target");
}

TEST(TrialBodies, change_as_they_go_by) {
  Gateway gateway;
  gateway.with("does", "shouts", shouts);
  gateway.with("text", "!");
  EXPECT_EQ(gateway.run_body(GH_REQUEST_BODY, "hel", false), "HEL");
  EXPECT_EQ(gateway.run_body(GH_REQUEST_BODY, "lo", true), "LO!");
}

}  // namespace
}  // namespace gatehouse::testing
