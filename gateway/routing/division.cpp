#include "routing/division.h"

#include <bit>
#include <unordered_map>

#include "base/hash.h"
#include "routing/glob.h"

namespace gatehouse::routing {
namespace {

// So few are tried in less time than one of them is looked up.
constexpr std::size_t kTried = 4;
// A rule stands under each value that it asks for.  A condition with more values than this is not
// looked up where others were before it, for there copies multiply.
constexpr std::size_t kMostCopies = 16;

struct AskedHash {
  std::size_t operator()(const Asked& asked) const {
    return hash64(asked.text, static_cast<std::uint64_t>(asked.kind));
  }
};

void put_blocks(Asked::Kind kind, const std::vector<config::AddressBlock>& blocks,
                std::vector<Asked>& out) {
  for (const auto& block : blocks) {
    std::string text(block.first.begin(), block.first.end());
    text.push_back(static_cast<char>(block.bits));
    text.push_back(block.v6 ? '6' : '4');
    out.push_back({kind, std::move(text)});
  }
}

std::string named(std::string_view name, std::string_view value) {
  std::string out(name);
  out += kBetween;
  out += value;
  return out;
}

// What a condition asks for, any of it; nothing: it cannot be looked up.
struct Values {
  std::vector<Asked>& out;
  void operator()(const MethodCondition& condition) const {
    for (const auto& method : condition.values) out.push_back({Asked::Kind::method, method});
  }
  void operator()(const HeaderCondition& condition) const {
    for (const auto& [name, pattern] : condition.values) {
      if (pattern.is_regex()) return out.clear();
      out.push_back({Asked::Kind::header, named(name, pattern.text())});
    }
  }
  void operator()(const QueryCondition& condition) const {
    for (const auto& [key, value] : condition.values)
      out.push_back({Asked::Kind::query, named(key, value)});
  }
  void operator()(const SourceIpCondition& condition) const {
    put_blocks(Asked::Kind::source_ip, condition.values, out);
  }
  void operator()(const ClientIpCondition& condition) const {
    put_blocks(Asked::Kind::client_ip, condition.values, out);
  }
};

template <typename Visit>
void each_unmet(const ResidualIndex::Entry& entry, const Conditions& rule, Visit visit) {
  std::vector<Asked> values;
  for (std::size_t i = 0; i < std::min(rule.residual.size(), kMostTracked); ++i) {
    if ((entry.met >> i & 1) != 0) continue;
    values.clear();
    std::visit(Values{values}, rule.residual[i]);
    if (values.empty() || (entry.met != 0 && values.size() > kMostCopies)) continue;
    visit(i, values);
  }
}

}  // namespace

config::AddressBlock Asked::block() const {
  config::AddressBlock block;
  std::copy(text.begin(), text.begin() + 16, block.first.begin());
  block.bits = static_cast<std::uint8_t>(text[16]);
  block.v6 = text[17] == '6';
  return block;
}

std::size_t unmet(const ResidualIndex::Entry& entry, const Conditions& rule) {
  return rule.residual.size() - static_cast<std::size_t>(std::popcount(entry.met));
}

ResidualIndex::Division::Division(const std::vector<Entry>& entries,
                                  std::span<const Conditions> rules) {
  if (entries.size() <= kTried) {
    rest = entries;
    return;
  }
  std::unordered_map<Asked, std::uint32_t, AskedHash> counts;
  for (const auto& entry : entries) {
    each_unmet(entry, rules[entry.order], [&](std::size_t, const std::vector<Asked>& values) {
      for (const auto& value : values) ++counts[value];
    });
  }
  std::unordered_map<Asked, std::size_t, AskedHash> places;
  for (const auto& entry : entries) {
    std::size_t fewest = entries.size() / 2 + 1;  // shared by more than half: tells nothing apart
    std::size_t chosen = kMostTracked;
    std::vector<Asked> chosen_values;
    each_unmet(entry, rules[entry.order], [&](std::size_t i, const std::vector<Asked>& values) {
      std::size_t shared = 0;
      for (const auto& value : values) shared = std::max<std::size_t>(shared, counts[value]);
      if (shared >= fewest) return;
      fewest = shared;
      chosen = i;
      chosen_values = values;
    });
    if (chosen == kMostTracked) {
      rest.push_back(entry);
      continue;
    }
    Entry further = entry;
    further.met |= std::uint64_t{1} << chosen;
    for (auto& value : chosen_values) {
      const auto [at, fresh] = places.emplace(value, groups.size());
      if (fresh) groups.emplace_back(std::move(value), std::vector<Entry>());
      auto& group = groups[at->second].second;
      if (group.empty() || group.back().order != entry.order ||
          group.back().path_regex != entry.path_regex)
        group.push_back(further);
    }
  }
}

}  // namespace gatehouse::routing
