#include "routing/residual_index.h"

#include "base/ascii.h"
#include "routing/division.h"
#include "routing/glob.h"

namespace gatehouse::routing {
namespace {

std::uint64_t size_bit(std::size_t size) {
  return std::uint64_t{1} << std::min<std::size_t>(size, 63);
}

void append_lower(std::string& out, std::string_view text) {
  out += text;
  ascii::make_lower(std::span(out).last(text.size()));
}

std::string_view name_in(std::string_view header) {
  return header.substr(0, header.find(kBetween));
}

// A header line that comes a thousand times leads to its node once.
void each_once(std::vector<std::uint32_t>& found, std::size_t begin) {
  if (found.size() - begin < 2) return;
  const auto first = found.begin() + static_cast<std::ptrdiff_t>(begin);
  std::sort(first, found.end());
  found.erase(std::unique(first, found.end()), found.end());
}

}  // namespace

struct ResidualIndex::Lists {
  GlobSet::Patterns methods;
  GlobSet::Patterns headers;
  GlobSet::Patterns query;
  std::vector<CidrIndex::Entry> source;
  std::vector<CidrIndex::Entry> client;

  void add(const Asked& asked, std::uint32_t order, std::uint32_t to) {
    switch (asked.kind) {
      case Asked::Kind::method:
        return methods.push_back({asked.text, order, to});
      case Asked::Kind::header:
        return headers.push_back({asked.text, order, to});
      case Asked::Kind::query:
        return query.push_back({asked.text, order, to});
      case Asked::Kind::source_ip:
        return source.push_back({asked.block(), to});
      case Asked::Kind::client_ip:
        return client.push_back({asked.block(), to});
    }
  }
};

std::uint32_t ResidualIndex::add(std::vector<Entry> entries, std::span<const Conditions> rules) {
  const std::uint32_t lowest = entries.front().order;
  const auto firm = std::find_if(entries.begin(), entries.end(), [&](const Entry& entry) {
    return entry.path_regex == kNone && unmet(entry, rules[entry.order]) == 0;
  });
  if (firm == entries.begin()) return kFirm | firm->order;
  Node made{.lowest = lowest};
  if (firm != entries.end()) made.firm = firm->order;
  entries.erase(firm, entries.end());  // what stands behind it never decides

  const auto node = static_cast<std::uint32_t>(nodes_.size());
  nodes_.push_back(made);
  Division division(entries, rules);
  made.trials_at = trials_.end();
  for (const auto& entry : division.rest) trials_.add(entry, rules[entry.order]);
  made.trials_end = trials_.end();
  if (!division.groups.empty()) {
    Lists lists;
    std::uint32_t lowest_looked_up = kNone;
    for (auto& [asked, group] : division.groups) {
      const std::uint32_t order = group.front().order;
      lowest_looked_up = std::min(lowest_looked_up, order);
      lists.add(asked, order, add(std::move(group), rules));
    }
    made.index = add_index(lists);
    indexes_[made.index].lowest = lowest_looked_up;
  }
  nodes_[node] = made;
  return node;
}

std::uint32_t ResidualIndex::add_index(const Lists& lists) {
  Index index;
  for (const auto& header : lists.headers) {
    const std::string_view name = name_in(header.text);
    index.name_sizes |= size_bit(name.size());
    if (!draft_names_.contains(name)) draft_names_.emplace(name);
  }
  index.methods = texts_.add(lists.methods);
  index.headers = texts_.add(lists.headers);
  index.query = texts_.add(lists.query);
  index.source = add_blocks(lists.source);
  index.client = add_blocks(lists.client);
  indexes_.push_back(index);
  return static_cast<std::uint32_t>(indexes_.size() - 1);
}

std::uint32_t ResidualIndex::add_blocks(std::vector<CidrIndex::Entry> entries) {
  if (entries.empty()) return kNone;
  blocks_.emplace_back(std::move(entries));
  return static_cast<std::uint32_t>(blocks_.size() - 1);
}

void ResidualIndex::finish() {
  nodes_.shrink_to_fit();
  trials_.finish();
  indexes_.shrink_to_fit();
  texts_.finish();
  blocks_.shrink_to_fit();
  std::vector<ExactTexts::Entry> names;
  for (const auto& name : draft_names_) names.push_back({name, 0});
  names_ = ExactTexts(names);
  draft_names_ = {};
}

void ResidualIndex::find(std::uint32_t node, const Subject& subject, Scratch& scratch,
                         std::uint32_t& best) const {
  const Node& here = nodes_[node];
  for (std::uint32_t at = here.trials_at; at != here.trials_end; at = trials_.next(at)) {
    if (trials_.order(at) >= best) break;
    if (!trials_.hold(at, subject)) continue;
    best = trials_.order(at);
    break;
  }
  if (here.index == kNone || indexes_[here.index].lowest >= best) return;
  const std::size_t begin = scratch.found.size();
  look_up(indexes_[here.index], subject, scratch, best, [&](std::uint32_t value) {
    if (lower(value, best)) scratch.found.push_back(value);
  });
  each_once(scratch.found, begin);
  const std::size_t end = scratch.found.size();
  for (std::size_t i = begin; i < end; ++i) {
    if (lower(scratch.found[i], best)) find(scratch.found[i], subject, scratch, best);
  }
  scratch.found.resize(begin);
}

void ResidualIndex::every(std::uint32_t value, const Subject& subject, Scratch& scratch,
                          std::vector<std::uint32_t>& out) const {
  if (is_firm(value)) return out.push_back(order_of(value));
  const Node& here = nodes_[value];
  if (here.firm != kNone) out.push_back(here.firm);
  for (std::uint32_t at = here.trials_at; at != here.trials_end; at = trials_.next(at)) {
    if (trials_.hold(at, subject)) out.push_back(trials_.order(at));
  }
  if (here.index == kNone) return;
  std::uint32_t best = kNone;  // never lowered
  const std::size_t begin = scratch.found.size();
  look_up(indexes_[here.index], subject, scratch, best,
          [&](std::uint32_t behind) { scratch.found.push_back(behind); });
  each_once(scratch.found, begin);
  const std::size_t end = scratch.found.size();
  for (std::size_t i = begin; i < end; ++i) every(scratch.found[i], subject, scratch, out);
  scratch.found.resize(begin);
}

template <typename Accept>
void ResidualIndex::look_up(const Index& index, const Subject& subject, Scratch& scratch,
                            std::uint32_t& best, Accept accept) const {
  if (index.methods != GlobSet::kNone)
    texts_.match(index.methods, matched_method(subject.head), scratch, best, accept);
  if (index.headers != GlobSet::kNone) look_up_headers(index, subject, scratch, best, accept);
  if (index.query != GlobSet::kNone) {
    each_parameter(subject.head.query, [&](std::string_view key, std::string_view value) {
      scratch.text.clear();
      append_lower(scratch.text, key);
      scratch.text.push_back(kBetween);
      append_lower(scratch.text, value);
      texts_.match(index.query, scratch.text, scratch, best, accept);
    });
  }
  if (index.source != kNone) blocks_[index.source].match(subject.source_ip, accept);
  if (index.client != kNone) blocks_[index.client].match(subject.client_ip, accept);
}

template <typename Accept>
void ResidualIndex::look_up_headers(const Index& index, const Subject& subject, Scratch& scratch,
                                    std::uint32_t& best, Accept accept) const {
  for (const auto& field : subject.head.fields()) {
    if ((index.name_sizes & size_bit(field.name_size)) == 0) continue;
    scratch.text.clear();
    append_lower(scratch.text, field.name());
    if (names_.find(scratch.text) == ExactTexts::kNone || !can_be_matched(field.value())) continue;
    scratch.text.push_back(kBetween);
    append_lower(scratch.text, field.value());
    texts_.match(index.headers, scratch.text, scratch, best, accept);
  }
}

std::vector<std::vector<std::uint32_t>> ResidualIndex::tried(std::size_t more_than) const {
  std::vector<std::vector<std::uint32_t>> out;
  for (const auto& node : nodes_) {
    std::size_t count = 0;
    std::vector<std::uint32_t> orders;
    for (std::uint32_t at = node.trials_at; at != node.trials_end; at = trials_.next(at)) {
      ++count;
      const std::uint32_t order = trials_.order(at);
      if (orders.empty() || orders.back() != order) orders.push_back(order);
    }
    if (count > more_than) out.push_back(std::move(orders));
  }
  return out;
}

}  // namespace gatehouse::routing
