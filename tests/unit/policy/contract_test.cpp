// The policies that users were promised run as they stand.
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "lib/policy.h"

namespace gatehouse::policy {
namespace {

using test::Policy;

std::string contract(const std::string& name) {
  std::ifstream in(GATEHOUSE_TESTS_DIR "/contract/policies/" + name + ".lua");
  std::stringstream all;
  all << in.rdbuf();
  return all.str();
}

TEST(ContractPolicies, an_api_key_decides) {
  Policy policy(contract("api_key"));
  EXPECT_EQ(policy.decides(), "401 not_authenticated no API key\n");
  EXPECT_EQ(policy.decides("GET /", "X-Api-Key: bob\r\n"), "403 denied malformed API key\n");
  EXPECT_EQ(policy.decides("GET /admin", "X-Api-Key: bob:user\r\n"), "403 denied admins only\n");
  const auto x = policy.exchange("GET /admin", "X-Api-Key: eve:admin\r\n");
  EXPECT_EQ(Policy::in_words(policy.request(*x)), "pass");
  EXPECT_EQ(x->upstream.get("X-User-ID"), "eve");
  EXPECT_EQ(x->upstream.get("X-User-Role"), "admin");
}

std::string decides_for(Policy& policy, std::string_view first_line,
                        std::vector<std::string_view> roles, std::string_view claims) {
  const auto x = policy.exchange(first_line);
  const exchange::Identity identity{"u1", "u@example.com", "jwt", roles};
  exchange::NamedValue value{"claims", claims, nullptr};
  x->space->identity = &identity;
  x->space->values = &value;
  return Policy::in_words(policy.request(*x));
}

TEST(ContractPolicies, who_may_write_has_a_verified_address) {
  Policy policy(contract("api_access"));
  EXPECT_EQ(policy.decides(), "401 not_authenticated not signed in\n");
  EXPECT_EQ(decides_for(policy, "GET /api/admin/x", {"user"}, "{}"), "403 denied admins only\n");
  EXPECT_EQ(decides_for(policy, "GET /api/admin/x", {"admin"}, "{}"), "pass");
  EXPECT_EQ(decides_for(policy, "POST /api/x", {}, R"({"email_verified":false})"),
            "403 denied verify your e-mail first\n");
  EXPECT_EQ(decides_for(policy, "POST /api/x", {}, R"({"email_verified":true})"), "pass");
}

TEST(ContractPolicies, one_of_the_roles_lets_through) {
  Policy policy(contract("require_role"), "{roles: [user, admin]}");
  EXPECT_EQ(decides_for(policy, "GET /", {"admin"}, "{}"), "pass");
  EXPECT_EQ(decides_for(policy, "GET /", {"guest"}, "{}"),
            "403 denied needs one of the roles user, admin\n");
}

TEST(ContractPolicies, a_service_that_is_away_is_said) {
  Policy policy(contract("enrich"), "{profiles: profiles, flags: flags}");
  exchange::Identity identity{"u1", "", "jwt", {}};
  const auto x = policy.exchange();
  x->space->identity = &identity;
  EXPECT_EQ(Policy::in_words(policy.request(*x)), "wait");
  for (int i = 0; i < 3 && !x->resumed; ++i) policy.services()->loop().run_deferred();
  ASSERT_TRUE(x->resumed);
  EXPECT_EQ(Policy::in_words(*x->resumed), "503 denied profile service is away\n");
}

TEST(ContractPolicies, a_socket_policy_is_checked) {
  const auto loaded =
      Script::load({"policies/ticket.lua", contract("ticket")}, [](const std::string&) {
        return tl::make_unexpected(Refusal{"none", {}});
      });
  ASSERT_TRUE(loaded);
  EXPECT_TRUE((*loaded)->has_socket_phases());
}

}  // namespace
}  // namespace gatehouse::policy
