#include "routing/overlap.h"

#include <algorithm>

#include "routing/brief.h"
#include "routing/glob.h"
#include "routing/meeting.h"

namespace gatehouse::routing {
namespace {

constexpr std::size_t kMostGlances = 600'000'000;  // pairs: about a second
constexpr std::size_t kMostLooks = 2'000'000;      // pairs of values
constexpr std::size_t kMostMeetings = 60'000;      // pairs of cells for which a request is made
constexpr std::size_t kMostCells = 16;             // of a rule, one by one

constexpr char kWild[] = {kAny, kOne, '\0'};

std::string_view plain_begin(std::string_view pattern) {
  return pattern.substr(0, pattern.find_first_of(kWild));
}

class Search {
 public:
  Search(const RuleTable& table, const std::vector<std::uint32_t>& outcomes)
      : table_(table), rules_(table.conditions()), briefs_(briefs(rules_, outcomes)) {}

  void run(const std::vector<bool>& skip, std::size_t most, Overlaps& out) {
    std::size_t glances = 0;
    for (std::uint32_t later = 0; later < briefs_.size(); ++later) {
      glances += later;
      if (glances > kMostGlances || looks_ > kMostLooks || meetings_ > kMostMeetings) return;
      out.looked_at = later + 1;
      if (skip[later]) continue;
      std::size_t found = 0;
      for (std::uint32_t earlier = 0; earlier < later && found < most; ++earlier) {
        if (!briefs_[earlier].comes_near(briefs_[later]) || skip[earlier]) continue;
        if (auto request = meeting(earlier, later)) {
          out.found.push_back({earlier, later, std::move(*request)});
          ++found;
        }
      }
    }
  }

 private:
  // Calls `visit(a, b, relation)` for the pairs of values that have something in common; true: it
  // has found what it looks for.
  template <typename Relate, typename Visit>
  bool each_pair(const std::vector<Pattern>& a, const std::vector<Pattern>& b, Relate relate,
                 Visit visit) {
    if (a.empty() || b.empty()) {
      const auto either = [&](const Pattern* one, const Pattern* other) {
        return visit(one, other, relate(one, other));
      };
      for (const auto& value : a) {
        if (either(&value, nullptr)) return true;
      }
      for (const auto& value : b) {
        if (either(nullptr, &value)) return true;
      }
      return a.empty() && b.empty() && either(nullptr, nullptr);
    }
    for (const auto& one : a) {
      for (const auto& other : b) {
        if (++looks_ > kMostLooks || !begin_alike(one, other)) continue;
        const Relation relation = relate(&one, &other);
        if (relation != Relation::unknown && visit(&one, &other, relation)) return true;
      }
    }
    return false;
  }

  static bool begin_alike(const Pattern& a, const Pattern& b) {
    if (a.is_regex() || b.is_regex()) return true;
    const std::string_view x = plain_begin(a.text());
    const std::string_view y = plain_begin(b.text());
    return x.starts_with(y) || y.starts_with(x);
  }

  std::optional<Request> meeting(std::uint32_t earlier, std::uint32_t later) {
    const Conditions& a = rules_[earlier];
    const Conditions& b = rules_[later];
    std::optional<Request> out;
    const auto hosts = [&](const Pattern* host_a, const Pattern* host_b, Relation of_hosts) {
      const auto paths = [&](const Pattern* path_a, const Pattern* path_b, Relation of_paths) {
        if (surprising(of_hosts, of_paths))
          out = try_cells(earlier, later, {.host = host_a, .path = path_a},
                          {.host = host_b, .path = path_b});
        return out.has_value();
      };
      return each_pair(a.path.values, b.path.values, relation_of_paths, paths);
    };
    each_pair(a.host.values, b.host.values, relation_of_hosts, hosts);
    return out ? out : whole_value(earlier, later);
  }

  static bool surprising(Relation hosts, Relation paths) {
    const auto wide = [](Relation relation) {
      return relation == Relation::wider || relation == Relation::crossing;
    };
    return (wide(hosts) || wide(paths)) && hosts != Relation::narrower &&
           paths != Relation::narrower;
  }

  // A request for the cells of both rules that have these hosts and paths.
  std::optional<Request> try_cells(std::uint32_t earlier, std::uint32_t later, const Cell& place_a,
                                   const Cell& place_b) {
    const Cells cells_a(rules_[earlier]);
    const Cells cells_b(rules_[later]);
    for (std::size_t i = 0; i < std::min(cells_a.count(), kMostCells); ++i) {
      const Cell cell_a = cells_a.at(i);
      for (std::size_t j = 0; j < std::min(cells_b.count(), kMostCells); ++j) {
        Cell a = cell_a;
        Cell b = cells_b.at(j);
        a.host = place_a.host;
        a.path = place_a.path;
        b.host = place_b.host;
        b.path = place_b.path;
        if (auto request = shown(earlier, later, a, b)) return request;
      }
    }
    return std::nullopt;
  }

  // A value of the later rule that the earlier one takes whole, though it asks for others, too.
  std::optional<Request> whole_value(std::uint32_t earlier, std::uint32_t later) {
    const Cells cells(rules_[later]);
    if (cells.count() == 1 || cells.count() > kMostCells) return std::nullopt;
    for (std::size_t i = 0; i < cells.count(); ++i) {
      const Cell cell = cells.at(i);
      if (!covers(rules_[earlier], cell)) continue;
      if (covers(rules_[later], rules_[earlier], kMostCells)) return std::nullopt;
      return shown(earlier, later, cell, cell);
    }
    return std::nullopt;
  }

  std::optional<Request> shown(std::uint32_t earlier, std::uint32_t later, const Cell& a,
                               const Cell& b) {
    if (++meetings_ > kMostMeetings) return std::nullopt;
    auto request = request_of_both(a, b);
    if (!request || request->source != request->client) return std::nullopt;
    const Parsed parsed(*request);
    if (!parsed.good() || !rules_[earlier].hold(parsed.subject()) ||
        !rules_[later].hold(parsed.subject()))
      return std::nullopt;
    const std::uint32_t taken_by = table_.match(parsed.subject(), scratch_);
    if (taken_by != table_.places()[earlier].rule) return std::nullopt;
    return request;
  }

  const RuleTable& table_;
  const std::vector<Conditions> rules_;
  const std::vector<Brief> briefs_;
  Scratch scratch_;
  std::size_t looks_ = 0;
  std::size_t meetings_ = 0;
};

}  // namespace

Overlaps overlaps(const RuleTable& table, const std::vector<std::uint32_t>& outcomes,
                  const std::vector<bool>& skip, std::size_t most) {
  Overlaps out;
  Search(table, outcomes).run(skip, most, out);
  return out;
}

}  // namespace gatehouse::routing
