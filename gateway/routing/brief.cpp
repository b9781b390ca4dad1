#include "routing/brief.h"

#include <algorithm>
#include <numeric>
#include <unordered_map>

#include "base/hash.h"
#include "routing/cell.h"
#include "routing/glob.h"

namespace gatehouse::routing {
namespace {

constexpr char kWild[] = {kAny, kOne, '\0'};

// The plain text with which all values begin, or end, backwards; "" without values.
std::string common(const std::vector<Pattern>& values, bool backwards) {
  std::string out;
  for (std::size_t i = 0; i < values.size(); ++i) {
    std::string text = values[i].wider_glob();
    if (backwards) std::reverse(text.begin(), text.end());
    text.resize(std::min(text.find_first_of(kWild), text.size()));
    if (i != 0) {
      const auto end = std::mismatch(out.begin(), out.end(), text.begin(), text.end());
      text.resize(static_cast<std::size_t>(end.second - text.begin()));
    }
    out = std::move(text);
  }
  return out;
}

void take_residual(const Conditions& rule, Brief& out) {
  for (const auto& condition : rule.residual) {
    if (const auto* method = std::get_if<MethodCondition>(&condition)) {
      out.methods = 0;
      for (const auto& text : method->values)
        out.methods |= std::uint64_t{1} << (hash64(text) & 63);
    }
    const auto* asked = std::get_if<SourceIpCondition>(&condition);
    if (asked == nullptr || asked->values.size() != 1 || asked->values[0].v6) continue;
    const auto& block = asked->values[0];
    for (std::size_t i = 0; i < 4; ++i) out.source = out.source << 8 | block.first[i];
    out.source_mask = block.bits == 0 ? 0 : ~std::uint32_t{0} << (32 - block.bits);
  }
}

}  // namespace

std::vector<Beginning> beginnings(const std::vector<std::string>& texts) {
  std::vector<std::uint32_t> order(texts.size());
  std::iota(order.begin(), order.end(), 0U);
  std::sort(order.begin(), order.end(),
            [&](std::uint32_t a, std::uint32_t b) { return texts[a] < texts[b]; });
  std::vector<Beginning> out(texts.size());
  std::vector<std::uint32_t> open;  // each begins with the one below it
  for (std::uint32_t i = 0; i <= order.size(); ++i) {
    while (!open.empty() &&
           (i == order.size() || !texts[order[i]].starts_with(texts[open.back()]))) {
      out[open.back()].end = i;
      open.pop_back();
    }
    if (i == order.size()) break;
    const bool again = !open.empty() && texts[open.back()] == texts[order[i]];
    out[order[i]].first = again ? out[open.back()].first : i;
    open.push_back(order[i]);
  }
  return out;
}

std::vector<Brief> briefs(const std::vector<Conditions>& rules,
                          const std::vector<std::uint32_t>& outcomes) {
  std::vector<std::string> path_begins;
  std::vector<std::string> path_ends;
  std::vector<std::string> host_ends;
  std::unordered_map<std::string, std::uint32_t> places;
  std::vector<Brief> out(rules.size());
  for (std::size_t i = 0; i < rules.size(); ++i) {
    const auto& hosts = rules[i].host.values;
    const auto& paths = rules[i].path.values;
    path_begins.push_back(common(paths, false));
    path_ends.push_back(common(paths, true));
    host_ends.push_back(common(hosts, true));
    Brief& brief = out[i];
    brief.outcome = outcomes[i];
    brief.has_host = !hosts.empty();
    brief.has_path = !paths.empty();
    brief.one_cell = Cells(rules[i]).count() == 1;
    if (hosts.size() < 2 && paths.size() < 2) {
      std::string place = hosts.empty() ? "" : hosts[0].text();
      place += kBetween;
      if (!paths.empty()) place += paths[0].text();
      const auto number = static_cast<std::uint32_t>(places.size() + 1);
      brief.place = places.emplace(std::move(place), number).first->second;
    }
    take_residual(rules[i], brief);
  }
  const auto path_begin = beginnings(path_begins);
  const auto path_end = beginnings(path_ends);
  const auto host_end = beginnings(host_ends);
  for (std::size_t i = 0; i < rules.size(); ++i) {
    out[i].path_begin = path_begin[i];
    out[i].path_end = path_end[i];
    out[i].host_end = host_end[i];
  }
  return out;
}

}  // namespace gatehouse::routing
