#include "http/protected_names.h"

#include <gtest/gtest.h>

namespace gatehouse::http {
namespace {

const std::vector<std::string> kOurs = {"X-User-ID", "X-User-Email", "Tenant"};

TEST(ProtectedNames, each_spelling_that_a_server_folds_is_found) {
  const ProtectedNames names(kOurs);
  for (const std::string_view name : {"X-User-ID",
                                      "x-user-id",
                                      "X-USER-ID",
                                      "X_User_ID",
                                      "X-User_ID",
                                      "x.user.id",
                                      "X~User!Id",
                                      "X-User-ID-Encoding",
                                      "x-user-email",
                                      "TENANT",
                                      "Tenant-Encoding",
                                      "X-Amzn-Oidc-Data",
                                      "x_amzn_oidc_",
                                      "X-Gatehouse-Identity",
                                      "X-Auth-Request-User",
                                      "X-Forwarded-User",
                                      "x-forwarded_groups",
                                      "Remote-User",
                                      "REMOTE_USER",
                                      "X-Remote-User",
                                      "X-WebAuth-User",
                                      "X-Authenticated-Userid",
                                      "X-Middleware-Subrequest",
                                      "x-middleware-rewrite",
                                      "Proxy",
                                      "PROXY",
                                      "X-HTTP-Method-Override",
                                      "X-HTTP-Method",
                                      "x-method-override"}) {
    EXPECT_TRUE(names.has(name)) << name;
  }
  for (const std::string_view name :
       {"X-User", "X-User-IDs", "X-User-ID-", "XUserID", "User-ID", "X-Forwarded-For", "Tenant2",
        "Proxy-Authorization", "Remote-Users", "Authorization", "Host", "X-Request-ID", "",
        "X-Amzn-Trace-Id", "X"}) {
    EXPECT_FALSE(names.has(name)) << name;
  }
}

}  // namespace
}  // namespace gatehouse::http
