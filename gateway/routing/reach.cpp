#include "routing/reach.h"

#include <algorithm>
#include <string>
#include <unordered_map>

namespace gatehouse::routing {
namespace {

constexpr std::size_t kMostCells = 4096;  // of one rule: ways to hold it that are looked at
constexpr std::size_t kMostProofs = 256;  // of one cell
constexpr std::size_t kMostShown = 16;    // cells of which a request is tried
constexpr std::size_t kMostTried = 100;   // rules with regular expressions, tried side by side

bool has_regex(const Conditions& rule) {
  const auto is_regex = [](const Pattern& pattern) { return pattern.is_regex(); };
  const auto& hosts = rule.host.values;
  const auto& paths = rule.path.values;
  return std::any_of(hosts.begin(), hosts.end(), is_regex) ||
         std::any_of(paths.begin(), paths.end(), is_regex) ||
         std::any_of(rule.residual.begin(), rule.residual.end(), [](const Residual& condition) {
           const auto* header = std::get_if<HeaderCondition>(&condition);
           return header != nullptr &&
                  std::any_of(header->values.begin(), header->values.end(),
                              [](const auto& value) { return value.pattern.is_regex(); });
         });
}

// What tells rules with regular expressions apart, as one text: host, path and headers.
std::string text_of(const Conditions& rule) {
  std::string out;
  for (const auto* values : {&rule.host.values, &rule.path.values}) {
    for (const auto& value : *values) out += value.text() + '\n';
    out += '\0';
  }
  for (const auto& condition : rule.residual) {
    if (const auto* header = std::get_if<HeaderCondition>(&condition)) {
      for (const auto& [name, pattern] : header->values) out += name + ':' + pattern.text() + '\n';
    }
  }
  return out;
}

class Reach {
 public:
  explicit Reach(const RuleTable& table) : table_(table), rules_(table.conditions()) {
    // Where thousands of regular expressions are tried for each request, the rules that have them
    // are left out of the search for those that hide others; their twins are found by their text.
    std::vector<bool> left_out(rules_.size());
    for (const auto& orders : table.tried(kMostTried)) {
      for (const std::uint32_t order : orders) left_out[order] = has_regex(rules_[order]);
    }
    if (std::find(left_out.begin(), left_out.end(), true) == left_out.end()) return;
    std::vector<RuleInput> inputs;
    for (std::uint32_t i = 0; i < rules_.size(); ++i) {
      if (left_out[i]) {
        twins_[text_of(rules_[i])].push_back(i);
      } else {
        inputs.push_back({i, i, rules_[i]});
      }
    }
    searched_ = RuleTable(std::move(inputs));
    whole_ = false;
  }

  // Whether each cell of the rule is taken whole by some earlier rule.
  bool hidden(std::uint32_t rule, Hidden& out) {
    const Cells cells(rules_[rule]);
    if (cells.count() > kMostCells) return false;
    for (std::size_t i = 0; i < cells.count(); ++i) {
      if (!taken(rule, cells.at(i), out.by)) return false;
    }
    const auto alone = std::find_if(out.by.begin(), out.by.end(), [&](std::uint32_t by) {
      return covers(rules_[by], rules_[rule], kMostCells);
    });
    if (alone != out.by.end()) out.by = {*alone};
    std::sort(out.by.begin(), out.by.end());
    out.rule = rule;
    return cells.count() != 0 && show(cells, out);
  }

 private:
  bool taken(std::uint32_t rule, const Cell& cell, std::vector<std::uint32_t>& by) {
    for (const std::uint32_t known : by) {
      if (covers(rules_[known], cell)) return true;
    }
    const Request request = request_of(cell, kOdd);
    const Parsed parsed(request, Form::written);
    if (!parsed.good()) return false;
    found_.clear();
    if (whole_) {
      if (order_of(table_.match(parsed.subject(), scratch_)) == rule) return false;
      table_.every(parsed.subject(), scratch_, found_);
    } else {
      searched_.every(parsed.subject(), scratch_, found_);
      for (std::uint32_t& place : found_) place = searched_.places()[place].rule;
      if (const auto twins = twins_.find(text_of(rules_[rule])); twins != twins_.end())
        found_.insert(found_.end(), twins->second.begin(), twins->second.end());
    }
    std::sort(found_.begin(), found_.end());
    found_.erase(std::unique(found_.begin(), found_.end()), found_.end());
    std::size_t proofs = 0;
    for (const std::uint32_t earlier : found_) {
      if (earlier >= rule || ++proofs > kMostProofs) return false;
      if (!covers(rules_[earlier], cell)) continue;
      by.push_back(earlier);
      return true;
    }
    return false;
  }

  // Finds a request that shows it.  False: one reached the rule after all.
  bool show(const Cells& cells, Hidden& out) {
    for (const Taste& taste : {kPlain, kPlainLeast, kOdd}) {
      for (std::size_t i = 0; i < std::min(cells.count(), kMostShown); ++i) {
        Request request = request_of(cells.at(i), taste);
        const Parsed parsed(request);
        if (!parsed.good() || !rules_[out.rule].hold(parsed.subject())) continue;
        const std::uint32_t by = order_of(table_.match(parsed.subject(), scratch_));
        if (by == out.rule) return false;
        if (request.source != request.client || request.source.empty()) continue;
        out.taken_by = by;
        out.request = std::move(request);
        return true;
      }
    }
    return true;
  }

  [[nodiscard]] std::uint32_t order_of(std::uint32_t rule) const {
    return rule == kNoRule ? kNoRule : order_[rule];
  }
  static std::vector<std::uint32_t> orders(const RuleTable& table) {
    std::vector<std::uint32_t> out;
    for (std::uint32_t i = 0; i < table.places().size(); ++i) {
      const std::uint32_t rule = table.places()[i].rule;
      if (out.size() <= rule) out.resize(rule + 1);
      out[rule] = i;
    }
    return out;
  }

  const RuleTable& table_;
  const std::vector<Conditions> rules_;
  const std::vector<std::uint32_t> order_ = orders(table_);
  bool whole_ = true;   // all rules are searched, by `table_`
  RuleTable searched_;  // else those that are looked up; its rules are places of `table_`
  std::unordered_map<std::string, std::vector<std::uint32_t>> twins_;  // the others, by text_of()
  Scratch scratch_;
  std::vector<std::uint32_t> found_;
};

}  // namespace

std::vector<Hidden> hidden_rules(const RuleTable& table) {
  std::vector<Hidden> out;
  Reach reach(table);
  for (std::uint32_t rule = 1; rule < table.places().size(); ++rule) {
    Hidden hidden{};
    if (reach.hidden(rule, hidden)) out.push_back(std::move(hidden));
  }
  return out;
}

}  // namespace gatehouse::routing
