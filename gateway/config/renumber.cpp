#include "config/renumber.h"

#include <algorithm>
#include <vector>

namespace gatehouse::config {
namespace {

constexpr std::uint32_t kMost = 1'000'000;

// Where each line begins.
std::vector<std::size_t> lines_of(std::string_view text) {
  std::vector<std::size_t> out{0};
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool alone = text[i] == '\r' && text.substr(i + 1, 1) != "\n";
    if (text[i] == '\n' || alone) out.push_back(i + 1);
  }
  return out;
}

// The byte of a place, whose column is in characters.
std::size_t byte_of(std::string_view text, const std::vector<std::size_t>& lines, Span span) {
  std::size_t at = span.line <= lines.size() ? lines[span.line - 1] : text.size();
  const auto inside = [&] { return at < text.size() && (text[at] & 0xc0) == 0x80; };
  for (std::uint32_t column = 1; column < span.column && at < text.size(); ++column) {
    ++at;
    while (inside()) ++at;
  }
  return at;
}

std::size_t digits_at(std::string_view text, std::size_t at) {
  std::size_t end = at;
  while (end < text.size() && text[end] >= '0' && text[end] <= '9') ++end;
  return end - at;
}

}  // namespace

Result<std::string> renumber(std::string_view text, const Spec& spec) {
  std::vector<const RouteSpec*> order;
  for (const auto& route : spec.routes) order.push_back(&route);
  std::stable_sort(order.begin(), order.end(), [](const auto* a, const auto* b) {
    return a->priority.value < b->priority.value;
  });
  struct Edit {
    std::size_t at, length;
    std::string number;
  };
  std::vector<Edit> edits;
  const auto lines = lines_of(text);
  const std::size_t step =
      std::clamp<std::size_t>(kMost / std::max<std::size_t>(order.size(), 1), 1, 10);
  for (const RouteSpec* route : order) {
    std::size_t at = byte_of(text, lines, route->priority.span);
    if (at < text.size() && (text[at] == '"' || text[at] == '\'')) ++at;
    const std::size_t length = digits_at(text, at);
    if (length == 0)
      return fail("renumber route '" + route->name.value + "': its priority is no number there", 0,
                  "write the number in place of a variable");
    edits.push_back({at, length, std::to_string((edits.size() + 1) * step)});
  }
  std::sort(edits.begin(), edits.end(), [](const Edit& a, const Edit& b) { return a.at < b.at; });
  std::string out;
  std::size_t done = 0;
  for (const Edit& edit : edits) {
    out += text.substr(done, edit.at - done);
    out += edit.number;
    done = edit.at + edit.length;
  }
  out += text.substr(done);
  return out;
}

}  // namespace gatehouse::config
