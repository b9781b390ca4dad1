// What tests have reached: lines of policies, and rules.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "config/spec.h"
#include "policy/line_watch.h"

namespace gatehouse::rehearsal {

class Coverage {
 public:
  // Begins to look at what policies execute, but for states of Lua that are there already.
  void begin() { watch_.begin(); }
  // The policies of a configuration, whose lines then count.
  void add_policies(const config::Spec& spec);
  // The rules of a configuration, and one that a request took.
  void add_rules(const std::string& file, const config::Spec& spec);
  void hit(const std::string& file, const std::string& rule) { rules_[file].hit.insert(rule); }

  struct Lines {
    std::string file;
    std::size_t all = 0;
    std::vector<unsigned> missed;
  };
  [[nodiscard]] std::vector<Lines> lines() const;
  struct Rules {
    std::set<std::string> all;
    std::set<std::string> hit;
  };
  [[nodiscard]] const std::map<std::string, Rules>& rules() const { return rules_; }

 private:
  policy::LineWatch watch_;
  std::map<std::string, std::set<unsigned>> executable_;
  std::map<std::string, Rules> rules_;
};

}  // namespace gatehouse::rehearsal
