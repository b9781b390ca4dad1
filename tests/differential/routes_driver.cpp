// Answers for the table what a naive matcher is compared with.  A line of JSON each: a list is the
// `when` of the rules of a new table; an object asks it, and the place of the rule that decides
// (-1: none) is a line of the output.  The word "findings" asks for a line with the rules that are
// hidden, and the pairs of which the order decides.
#include <iostream>
#include <nlohmann/json.hpp>

#include "lib/routes.h"
#include "routing/explain.h"
#include "routing/overlap.h"
#include "routing/reach.h"

namespace gatehouse {
namespace {

nlohmann::json json_of(const routing::Request& request) {
  return {{"method", request.method},
          {"host", request.host},
          {"target", request.target()},
          {"fields", request.fields},
          {"source", routing::address_text(request.source)},
          {"client", routing::address_text(request.client)}};
}

nlohmann::json findings(const routing::RuleTable& table) {
  nlohmann::json out = {{"hidden", nlohmann::json::array()}, {"overlaps", nlohmann::json::array()}};
  std::vector<bool> skip(table.places().size());
  for (const auto& hidden : routing::hidden_rules(table)) {
    skip[hidden.rule] = true;
    nlohmann::json one = {{"rule", hidden.rule}, {"by", hidden.by}};
    if (hidden.request) {
      one["request"] = json_of(*hidden.request);
      one["taken_by"] = hidden.taken_by;
    }
    out["hidden"].push_back(one);
  }
  std::vector<std::uint32_t> outcomes;
  for (std::uint32_t i = 0; i < skip.size(); ++i) outcomes.push_back(i);
  for (const auto& overlap : routing::overlaps(table, outcomes, skip, 100).found) {
    out["overlaps"].push_back({{"earlier", overlap.earlier},
                               {"later", overlap.later},
                               {"request", json_of(overlap.request)}});
  }
  return out;
}

}  // namespace
}  // namespace gatehouse

int main() {
  using namespace gatehouse;
  std::ios::sync_with_stdio(false);
  std::unique_ptr<test::Routes> routes;
  std::string line;
  while (std::getline(std::cin, line)) {
    const auto in = nlohmann::json::parse(line);
    if (in.is_array()) {
      routes = std::make_unique<test::Routes>(in.get<std::vector<std::string>>());
      continue;
    }
    if (in.is_string()) {
      std::cout << findings(routes->table()).dump() << '\n';
      continue;
    }
    const test::Asked asked({.target = in["target"],
                             .fields = in["fields"],
                             .method = in["method"],
                             .host = in["host"],
                             .source = in["source"],
                             .client = in["client"]});
    std::cout << routes->hit(asked.subject()) << '\n';
  }
}
