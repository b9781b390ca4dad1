#include "snapshot/diff.h"

#include <gtest/gtest.h>

#include "lib/spec.h"
#include "snapshot/build.h"
#include "snapshot/registry.h"

namespace gatehouse::snapshot {
namespace {

const std::string kApp = "target_groups: {app: {targets: [\"10.0.0.1:80\"]}}\n";
const std::string kDefault = "default: {action: {forward: app}}\n";
const std::string kA =
    "routes: [{name: a, priority: 1, when: {path: /a}, action: {forward: app}}]\n";

struct Row {
  const char* name;
  std::string before;
  std::string after;
  const char* text;
};

const Row kRows[] = {
    {"nothing", kApp + kDefault, "# hello\n" + kApp + kDefault,
     "no rule, target group or listener changed"},
    {"rule_added", kApp + kDefault, kApp + kA + kDefault, "1 rule added"},
    {"rule_removed", kApp + kA + kDefault, kApp + kDefault, "1 rule removed"},
    {"rule_changed", kApp + kA,
     kApp + "routes: [{name: a, priority: 2, when: {path: /a}, action: {forward: app}}]\n",
     "1 rule changed"},
    {"rule_renamed", kApp + kA,
     kApp + "routes: [{name: b, priority: 1, when: {path: /a}, action: {forward: app}}]\n",
     "1 rule added, 1 rule removed"},
    {"default_changed", kApp + kDefault, kApp + "default: {action: {respond: {status: 204}}}\n",
     "1 rule changed"},
    {"target_added", kApp + kDefault,
     "target_groups: {app: {targets: [\"10.0.0.1:80\", \"10.0.0.2:80\"]}}\n" + kDefault,
     "1 target group changed"},
    {"weight_changed", kApp + kDefault,
     "target_groups: {app: {targets: [{address: \"10.0.0.1:80\", weight: 2}]}}\n" + kDefault,
     "1 target group changed"},
    {"pool_changed", kApp + kDefault,
     "target_groups: {app: {targets: [\"10.0.0.1:80\"], pool: {idle: 3}}}\n" + kDefault,
     "1 target group changed"},
    {"groups_added", kApp + kDefault,
     "target_groups: {app: {targets: [\"10.0.0.1:80\"]}, b: {targets: [\"10.0.0.1:80\"]}, c: "
     "{targets: [\"10.0.0.1:80\"]}}\n" +
         kDefault,
     "2 target groups added"},
};

class ADiff : public ::testing::TestWithParam<Row> {};

TEST_P(ADiff, says_what_changed) {
  observe::Metrics metrics;
  Registry registry(metrics);
  const auto before = build(test::spec_of(test::file_of(GetParam().before)), nullptr, registry);
  const auto after = build(test::spec_of(test::file_of(GetParam().after)), before.get(), registry);
  EXPECT_EQ(describe_change(before.get(), *after), GetParam().text);
}

INSTANTIATE_TEST_SUITE_P(Of, ADiff, ::testing::ValuesIn(kRows),
                         [](const auto& row) { return std::string(row.param.name); });

TEST(ADiffToNothing, counts_everything) {
  observe::Metrics metrics;
  Registry registry(metrics);
  const auto first = build(test::spec_of(test::file_of(kApp + kA + kDefault)), nullptr, registry);
  EXPECT_EQ(describe_change(nullptr, *first),
            "1 listener added, 1 target group added, 2 rules added");
}

}  // namespace
}  // namespace gatehouse::snapshot
