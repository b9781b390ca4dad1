#include "routing/analyse.h"

#include <gtest/gtest.h>

#include "lib/routes.h"

namespace gatehouse::routing {
namespace {

// What is said about `count` rules with this `when`, in which N is the number of the rule.
config::Diagnostics said(int count, const std::string& when) {
  std::string text =
      "version: 1\nlisteners: {a: {address: '127.0.0.1:1'}, b: {address: "
      "'127.0.0.1:2'}}\nroutes:\n";
  for (int i = 0; i < count; ++i) {
    std::string with = when;
    const auto at = with.find('N');
    if (at != std::string::npos) with.replace(at, 1, std::to_string(i));
    text += "  - {name: r" + std::to_string(i) + ", priority: " + std::to_string(i + 1) +
            ", when: " + with + ", action: {respond: {status: 200}}}\n";
  }
  const auto loaded = config::load(text, test::NoSource());
  EXPECT_TRUE(loaded.good()) << config::render(loaded.diagnostics, "routes.yaml", text);
  config::Diagnostics out;
  analyse(loaded.spec, Notes::wanted, out);
  return out;
}

TEST(Analyse, rules_that_only_a_trial_tells_apart_are_named_once_with_their_cost) {
  for (const char* when : {"{path: {regex: 'xN$'}}", "{host: {regex: 'xN'}}",
                           "{path: /a, header: {A: {regex: 'xN'}}}"}) {
    const auto found = said(200, when);
    ASSERT_EQ(found.size(), 1U) << when;
    EXPECT_EQ(found[0].code, "tried-one-by-one");
    EXPECT_EQ(found[0].severity, config::Severity::warning);
    EXPECT_EQ(found[0].message,
              "200 rules are tried one after another: r0, r1, r2, r3, r4, … (up to 16.0 us for a "
              "request)");
    EXPECT_EQ(found[0].span.line, 4U);
  }
}

TEST(Analyse, a_few_of_them_are_nothing_to_speak_of) {
  EXPECT_TRUE(said(10, "{path: {regex: 'xN$'}}").empty());
}

TEST(Analyse, what_is_looked_up_is_not_named) {
  for (const char* when :
       {"{path: '/a/N/*'}", "{path: {regex: '^/aN/[a-z]+'}}", "{host: '*.aN.test'}",
        "{path: /a, header: {A: 'xN-*'}}", "{query: {any: 'N'}}", "{source_ip: 10.0.0.N}"})
    EXPECT_TRUE(said(200, when).empty()) << when;
}

}  // namespace
}  // namespace gatehouse::routing
