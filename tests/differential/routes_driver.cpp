// Answers for the table what a naive matcher is compared with.  A line of JSON each: a list is the
// `when` of the rules of a new table; an object asks it, and the place of the rule that decides
// (-1: none) is a line of the output.
#include <iostream>
#include <nlohmann/json.hpp>

#include "lib/routes.h"

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
    const test::Asked asked({.target = in["target"],
                             .fields = in["fields"],
                             .method = in["method"],
                             .host = in["host"],
                             .source = in["source"],
                             .client = in["client"]});
    std::cout << routes->hit(asked.subject()) << '\n';
  }
}
