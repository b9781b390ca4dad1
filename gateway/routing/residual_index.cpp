#include "routing/residual_index.h"

#include <algorithm>

#include "routing/division.h"
#include "routing/glob.h"

namespace gatehouse::routing {
namespace {

bool shorter(std::string_view a, std::string_view b) {
  return a.size() != b.size() ? a.size() < b.size() : a < b;
}

std::uint64_t size_bit(std::size_t size) {
  return std::uint64_t{1} << std::min<std::size_t>(size, 63);
}

void append_lower(std::string& out, std::string_view text) {
  for (char c : text) out.push_back(ascii::lower(c));
}

}  // namespace

std::uint32_t ResidualIndex::add(std::vector<Entry> entries, std::span<const Conditions> rules) {
  // What stands behind a rule that always matches never decides.
  const auto last = std::find_if(entries.begin(), entries.end(), [&](const Entry& entry) {
    return entry.path_regex == kNone && unmet(entry, rules[entry.order]) == 0;
  });
  if (last != entries.end()) entries.erase(last + 1, entries.end());

  const auto node = static_cast<std::uint32_t>(nodes_.size());
  nodes_.push_back({.lowest = entries.front().order, .entry_at = 0, .entry_count = 0});
  Division division(entries, rules);
  nodes_[node].entry_at = static_cast<std::uint32_t>(entries_.size());
  nodes_[node].entry_count = static_cast<std::uint32_t>(division.rest.size());
  entries_.insert(entries_.end(), division.rest.begin(), division.rest.end());
  if (division.groups.empty()) return node;

  auto index = std::make_unique<Index>();
  GlobSet::Patterns headers;
  GlobSet::Patterns query;
  std::vector<CidrIndex::Entry> source;
  std::vector<CidrIndex::Entry> client;
  for (auto& [asked, group] : division.groups) {
    const std::uint32_t order = group.front().order;
    index->lowest = std::min(index->lowest, order);
    const std::uint32_t to = add(std::move(group), rules);
    switch (asked.kind) {
      case Asked::Kind::method:
        index->methods.emplace_back(asked.text, to);
        break;
      case Asked::Kind::header:
        index->names.push_back(asked.text.substr(0, asked.text.find(kBetween)));
        headers.push_back({asked.text, order, to});
        break;
      case Asked::Kind::query:
        query.push_back({asked.text, order, to});
        break;
      case Asked::Kind::source_ip:
        source.push_back({asked.block(), to});
        break;
      case Asked::Kind::client_ip:
        client.push_back({asked.block(), to});
        break;
    }
  }
  std::sort(index->methods.begin(), index->methods.end());
  std::sort(index->names.begin(), index->names.end(), shorter);
  index->names.erase(std::unique(index->names.begin(), index->names.end()), index->names.end());
  index->names.shrink_to_fit();
  for (const auto& name : index->names) index->name_sizes |= size_bit(name.size());
  index->headers = GlobSet(std::move(headers));
  index->query = GlobSet(std::move(query));
  index->source = CidrIndex(std::move(source));
  index->client = CidrIndex(std::move(client));
  nodes_[node].index = static_cast<std::uint32_t>(indexes_.size());
  indexes_.push_back(std::move(index));
  return node;
}

void ResidualIndex::finish() {
  nodes_.shrink_to_fit();
  entries_.shrink_to_fit();
  indexes_.shrink_to_fit();
}

bool ResidualIndex::holds(const Entry& entry, const Subject& subject,
                          std::span<const Conditions> rules) const {
  const Conditions& rule = rules[entry.order];
  for (std::size_t i = 0; i < rule.residual.size(); ++i) {
    const bool met = i < kMostTracked && (entry.met >> i & 1) != 0;
    if (!met && !routing::holds(rule.residual[i], subject)) return false;
  }
  return entry.path_regex == kNone ||
         rule.path.values[entry.path_regex].matches(subject.head.match_path);
}

void ResidualIndex::find(std::uint32_t node, const Subject& subject,
                         std::span<const Conditions> rules, Scratch& scratch,
                         std::uint32_t& best) const {
  const Node& here = nodes_[node];
  for (std::uint32_t i = 0; i < here.entry_count; ++i) {
    const Entry& entry = entries_[here.entry_at + i];
    if (entry.order >= best) break;
    if (!holds(entry, subject, rules)) continue;
    best = entry.order;
    break;
  }
  const std::size_t begin = scratch.found.size();
  push_children(here, subject, scratch, best);
  const std::size_t end = scratch.found.size();
  for (std::size_t i = begin; i < end; ++i) {
    if (lowest(scratch.found[i]) < best) find(scratch.found[i], subject, rules, scratch, best);
  }
  scratch.found.resize(begin);
}

void ResidualIndex::every(std::uint32_t node, const Subject& subject,
                          std::span<const Conditions> rules, Scratch& scratch,
                          std::vector<std::uint32_t>& out) const {
  const Node& here = nodes_[node];
  for (std::uint32_t i = 0; i < here.entry_count; ++i) {
    const Entry& entry = entries_[here.entry_at + i];
    if (holds(entry, subject, rules)) out.push_back(entry.order);
  }
  std::uint32_t best = kNone;
  const std::size_t begin = scratch.found.size();
  push_children(here, subject, scratch, best);
  const std::size_t end = scratch.found.size();
  for (std::size_t i = begin; i < end; ++i) every(scratch.found[i], subject, rules, scratch, out);
  scratch.found.resize(begin);
}

void ResidualIndex::push_children(const Node& node, const Subject& subject, Scratch& scratch,
                                  std::uint32_t& best) const {
  if (node.index == kNone || indexes_[node.index]->lowest >= best) return;
  const std::size_t begin = scratch.found.size();
  look_up(*indexes_[node.index], subject, scratch, best);
  // A header line that comes a thousand times leads to its node once.
  const auto first = scratch.found.begin() + static_cast<std::ptrdiff_t>(begin);
  std::sort(first, scratch.found.end());
  scratch.found.erase(std::unique(first, scratch.found.end()), scratch.found.end());
}

void ResidualIndex::look_up(const Index& index, const Subject& subject, Scratch& scratch,
                            std::uint32_t& best) const {
  const auto accept = [&](std::uint32_t node) {
    if (lowest(node) < best) scratch.found.push_back(node);
  };
  if (!index.methods.empty()) {
    const std::string_view method = matched_method(subject.head);
    const auto at = std::lower_bound(
        index.methods.begin(), index.methods.end(), method,
        [](const auto& entry, std::string_view text) { return entry.first < text; });
    if (at != index.methods.end() && at->first == method) accept(at->second);
  }
  if (!index.names.empty()) look_up_headers(index, subject, scratch, best);
  if (!index.query.empty()) {
    each_parameter(subject.head.query, [&](std::string_view key, std::string_view value) {
      scratch.text.clear();
      append_lower(scratch.text, key);
      scratch.text.push_back(kBetween);
      append_lower(scratch.text, value);
      index.query.match(scratch.text, scratch, best, accept);
    });
  }
  index.source.match(subject.source_ip, accept);
  index.client.match(subject.client_ip, accept);
}

void ResidualIndex::look_up_headers(const Index& index, const Subject& subject, Scratch& scratch,
                                    std::uint32_t& best) const {
  for (const auto& field : subject.head.fields()) {
    if ((index.name_sizes & size_bit(field.name_size)) == 0) continue;
    scratch.text.clear();
    append_lower(scratch.text, field.name());
    if (!std::binary_search(index.names.begin(), index.names.end(), scratch.text, shorter) ||
        !can_be_matched(field.value()))
      continue;
    scratch.text.push_back(kBetween);
    append_lower(scratch.text, field.value());
    index.headers.match(scratch.text, scratch, best, [&](std::uint32_t node) {
      if (lowest(node) < best) scratch.found.push_back(node);
    });
  }
}

std::vector<std::vector<std::uint32_t>> ResidualIndex::tried(std::size_t more_than) const {
  std::vector<std::vector<std::uint32_t>> out;
  for (const auto& node : nodes_) {
    if (node.entry_count <= more_than) continue;
    auto& orders = out.emplace_back();
    for (std::uint32_t i = 0; i < node.entry_count; ++i) {
      const std::uint32_t order = entries_[node.entry_at + i].order;
      if (orders.empty() || orders.back() != order) orders.push_back(order);
    }
  }
  return out;
}

std::size_t ResidualIndex::bytes() const {
  std::size_t sum = nodes_.capacity() * sizeof(Node) + entries_.capacity() * sizeof(Entry) +
                    indexes_.capacity() * sizeof(void*);
  for (const auto& index : indexes_) {
    sum += sizeof *index + index->headers.bytes() + index->query.bytes() + index->source.bytes() +
           index->client.bytes() + index->methods.capacity() * sizeof index->methods[0];
    for (const auto& name : index->names) sum += sizeof(std::string) + name.capacity();
  }
  return sum;
}

}  // namespace gatehouse::routing
