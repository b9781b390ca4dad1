#include "config/terminal.h"

#include <algorithm>
#include <array>
#include <vector>

#include "config/utf8.h"

namespace gatehouse::config {
namespace {

constexpr std::size_t kMostColumns = 200;  // of a line that is shown whole
constexpr std::size_t kBefore = 80;        // what is left of the place in one that is cut
constexpr std::size_t kMostCarets = 80;
constexpr std::size_t kMostQuoted = 60;
constexpr std::size_t kLongestLine = 64U << 10;  // a longer one is no line that people look at

struct Range {
  char32_t first, last;
};

// Controls, line separators and what turns the direction of writing: a file could use them to make
// its message look like another one.
constexpr std::array<Range, 7> kHidden = {{{0x00, 0x1f},
                                           {0x7f, 0x9f},
                                           {0x200b, 0x200f},
                                           {0x2028, 0x202e},
                                           {0x2060, 0x206f},
                                           {0xfeff, 0xfeff},
                                           {0xfff9, 0xfffb}}};
// Unicode's East Asian Width W and F, in the blocks that occur.
constexpr std::array<Range, 10> kWide = {{{0x1100, 0x115f},
                                          {0x2e80, 0x303e},
                                          {0x3041, 0xa4cf},
                                          {0xac00, 0xd7a3},
                                          {0xf900, 0xfaff},
                                          {0xfe30, 0xfe6f},
                                          {0xff00, 0xff60},
                                          {0xffe0, 0xffe6},
                                          {0x1f300, 0x1faff},
                                          {0x20000, 0x3fffd}}};
// Marks that are drawn over the character before.
constexpr std::array<Range, 4> kMarks = {
    {{0x300, 0x36f}, {0x1ab0, 0x1aff}, {0x20d0, 0x20ff}, {0xfe00, 0xfe0f}}};

template <std::size_t N>
bool in(const std::array<Range, N>& ranges, char32_t c) {
  return std::any_of(ranges.begin(), ranges.end(),
                     [c](const Range& r) { return c >= r.first && c <= r.last; });
}

struct Cell {
  std::string_view bytes;
  std::size_t width;
};

Cell cell(std::string_view text, std::size_t at) {
  const utf8::Character c = utf8::decode(text, at);
  if (c.code == '\t') return {" ", 1};
  if (!c.good || in(kHidden, c.code)) return {"?", 1};
  return {text.substr(at, c.length), in(kMarks, c.code) ? 0U : in(kWide, c.code) ? 2U : 1U};
}

std::vector<Cell> cells_of(std::string_view text) {
  std::vector<Cell> cells;
  for (std::size_t at = 0; at < text.size(); at += utf8::decode(text, at).length)
    cells.push_back(cell(text, at));
  return cells;
}

std::size_t width(const std::vector<Cell>& cells, std::size_t from, std::size_t to) {
  std::size_t sum = 0;
  for (std::size_t i = from; i < std::min(to, cells.size()); ++i) sum += cells[i].width;
  return sum;
}

}  // namespace

std::string shown(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size(); at += utf8::decode(text, at).length)
    out += cell(text, at).bytes;
  return out;
}

std::string in_quotes(std::string_view text) {
  std::size_t at = 0;
  for (std::size_t n = 0; n < kMostQuoted && at < text.size(); ++n)
    at += utf8::decode(text, at).length;
  return "'" + shown(text.substr(0, at)) + (at < text.size() ? "…'" : "'");
}

std::string excerpt(std::string_view line, const Span& span) {
  const bool blank = line.find_first_not_of(" \t\r") == std::string_view::npos;
  if (blank || line.size() > kLongestLine) return {};
  const std::size_t place = span.column - 1;
  const std::vector<Cell> cells = cells_of(line);
  std::size_t from = 0;
  std::size_t to = cells.size();
  if (width(cells, 0, to) > kMostColumns) {
    from = std::min(place, to) - std::min({place, to, kBefore});
    to = from;
    for (std::size_t sum = 0; to < cells.size() && sum < kMostColumns; ++to) sum += cells[to].width;
  }
  std::string out = "    ";
  if (from > 0) out += "…";
  for (std::size_t i = from; i < to; ++i) out += cells[i].bytes;
  if (to < cells.size()) out += "…";
  // A place behind the end of the line is one column behind it.
  const std::size_t before = width(cells, from, place) + (place > cells.size() ? 1 : 0);
  const std::size_t carets = width(cells, place, std::min<std::size_t>(place + span.length, to));
  out += "\n    " + std::string(before + (from > 0 ? 1 : 0), ' ');
  out += std::string(std::clamp<std::size_t>(carets, 1, kMostCarets), '^') + '\n';
  return out;
}

}  // namespace gatehouse::config
