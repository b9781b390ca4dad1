#include "admin/traffic_text.h"

#include <algorithm>
#include <cstdio>
#include <span>

#include "config/terminal.h"
#include "config/utf8.h"

namespace gatehouse::admin {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kNarrowestName = 24;
constexpr std::size_t kWidestName = 40;

template <typename... Values>
std::string printed(const char* format, Values... values) {
  char out[64];
  std::snprintf(out, sizeof out, format, values...);
  return out;
}

// Three digits that count: 0.123, 1.23, 12.3, 1234.
std::string figure(double value) {
  if (value == 0) return "0";
  return printed(value >= 99.95 ? "%.0f" : value >= 9.995 ? "%.1f" : "%.2f", value);
}

std::string bytes(double value) {
  constexpr const char* kUnits[] = {"B", "KiB", "MiB", "GiB"};
  std::size_t unit = 0;
  for (; value >= 1024 && unit + 1 < std::size(kUnits); ++unit) value /= 1024;
  return figure(value) + ' ' + kUnits[unit];
}

std::string plain(const Json& row, const char* key) {
  return row[key].is_null() ? "-" : figure(row[key].get<double>());
}
std::string milliseconds(const Json& row, const char* key) {
  return row[key].is_null() ? "-" : figure(row[key].get<double>()) + "ms";
}
std::string below(const Json& row, const char* key) {
  if (!row[key].is_null()) return "<" + printed("%gms", row[key].get<double>());
  return row["mean_ms"].is_null() ? "-" : ">10s";
}
std::string microseconds(const Json& row, const char* key) {
  return row[key].is_null() ? "-" : figure(row[key].get<double>()) + "us";
}
std::string percent(const Json& row, const char* key) {
  return figure(row[key].get<double>() * 100) + "%";
}
std::string word(const Json& row, const char* key) { return row[key].get<std::string>(); }

struct Column {
  std::string_view name;
  const char* key;
  std::string (*shown)(const Json& row, const char* key);
};
constexpr Column kRules[] = {{"requests", "requests", plain},
                             {"2xx", "2xx", plain},
                             {"3xx", "3xx", plain},
                             {"4xx", "4xx", plain},
                             {"5xx", "5xx", plain},
                             {"none", "none", plain},
                             {"mean", "mean_ms", milliseconds},
                             {"p99", "p99_below_ms", below}};
constexpr Column kGroups[] = {{"requests", "requests", plain},
                              {"2xx", "2xx", plain},
                              {"4xx", "4xx", plain},
                              {"5xx", "5xx", plain},
                              {"retries", "retries", plain},
                              {"unavailable", "unavailable", plain},
                              {"in_flight", "in_flight", plain},
                              {"mean", "mean_ms", milliseconds},
                              {"p99", "p99_below_ms", below}};
constexpr Column kPolicies[] = {{"runs", "runs", plain},
                                {"cpu", "cpu_us", microseconds},
                                {"wall", "wall_us", microseconds},
                                {"load", "load", percent},
                                {"errors", "errors", plain},
                                {"kills", "kills", plain},
                                {"skipped", "skipped", plain},
                                {"breaker", "breaker", word},
                                {"disagreements", "disagreements", plain}};
struct Table {
  const char* key;
  std::string_view title;
  std::span<const Column> columns;
};
constexpr Table kTables[] = {{"rules", "rule", kRules},
                             {"groups", "target group", kGroups},
                             {"policies", "policy", kPolicies}};

// As many columns of a terminal as there are characters: names are of the file, and are short.
std::size_t width_of(std::string_view text) { return config::utf8::count(text); }

std::string cut(std::string_view text, std::size_t width) {
  if (width_of(text) <= width) return std::string(text);
  std::size_t at = 0;
  for (std::size_t n = 1; n < width; ++n) at += config::utf8::decode(text, at).length;
  return std::string(text.substr(0, at)) + "…";
}

std::string filled(std::string text, std::size_t width, bool to_the_right) {
  const std::size_t has = width_of(text);
  if (has >= width) return text;
  return to_the_right ? std::string(width - has, ' ') + text : text + std::string(width - has, ' ');
}

// More comes first; what is not known, last.
bool before(const Json& a, const Json& b, const char* key) {
  const Json& mine = a[key];
  const Json& other = b[key];
  if (mine.is_string()) return mine > other;  // "open" before "closed"
  return (mine.is_null() ? -1 : mine.get<double>()) > (other.is_null() ? -1 : other.get<double>());
}

std::vector<const Json*> sorted(const Table& table, const Json& rows, std::string_view by) {
  std::vector<const Json*> out;
  for (const auto& row : rows) out.push_back(&row);
  std::stable_sort(out.begin(), out.end(),
                   [](const Json* a, const Json* b) { return (*a)["name"] < (*b)["name"]; });
  if (by == "name") return out;
  const auto column = std::find_if(table.columns.begin(), table.columns.end(),
                                   [&](const Column& each) { return each.name == by; });
  const char* key = column == table.columns.end() ? table.columns.front().key : column->key;
  std::stable_sort(out.begin(), out.end(),
                   [&](const Json* a, const Json* b) { return before(*a, *b, key); });
  return out;
}

void append_table(std::string& out, const Table& table, const Json& rows,
                  const TrafficLayout& layout) {
  const std::vector<const Json*> in_order = sorted(table, rows, layout.sort);
  const std::size_t shown = std::min(in_order.size(), layout.rows);
  std::vector<std::vector<std::string>> cells = {{std::string(table.title)}};
  for (const auto& column : table.columns) cells[0].emplace_back(column.name);
  for (std::size_t i = 0; i < shown; ++i) {
    const Json& row = *in_order[i];
    cells.push_back({cut(config::shown(row["name"].get<std::string>()), kWidestName)});
    for (const auto& column : table.columns) cells.back().push_back(column.shown(row, column.key));
  }
  std::vector<std::size_t> widths(table.columns.size() + 1, 6);
  widths[0] = kNarrowestName;
  for (const auto& line : cells) {
    for (std::size_t i = 0; i < line.size(); ++i)
      widths[i] = std::max(widths[i], width_of(line[i]));
  }
  for (const auto& line : cells) {
    std::string text = filled(line[0], widths[0], false);
    for (std::size_t i = 1; i < line.size(); ++i) text += "  " + filled(line[i], widths[i], true);
    out += cut(text, layout.width) + '\n';
  }
  if (shown < in_order.size())
    out += "  and " + std::to_string(in_order.size() - shown) + " more\n";
}

}  // namespace

std::string traffic_text(const Json& traffic, const TrafficLayout& layout) {
  const auto number = [](const Json& of, const char* key) {
    return std::to_string(of[key].get<std::int64_t>());
  };
  const Json& whole = traffic["gateway"];
  std::string first = "gatehouse " + traffic["version"].get<std::string>() + ", generation " +
                      number(traffic, "generation") + ", workers " + number(traffic, "workers") +
                      ", cpu " + percent(traffic, "cpu") + ", memory " +
                      bytes(traffic["resident_bytes"].get<double>());
  std::string second = "requests " + plain(whole, "requests") + "/s";
  for (const auto* status : {"2xx", "3xx", "4xx", "5xx", "none"})
    second += std::string(", ") + status + ' ' + plain(whole, status);
  second += "; connections " + number(whole, "connections") + ", exchanges " +
            number(whole, "exchanges") + ", tunnels " + number(whole, "tunnels") + "; in " +
            bytes(whole["received_bytes"].get<double>()) + "/s, out " +
            bytes(whole["sent_bytes"].get<double>()) + "/s";
  std::string out = cut(first, layout.width) + '\n' + cut(second, layout.width) + '\n';
  for (const Table& table : kTables) {
    if (traffic[table.key].empty()) continue;
    out += '\n';
    append_table(out, table, traffic[table.key], layout);
  }
  return out;
}

std::vector<std::string_view> traffic_columns() {
  std::vector<std::string_view> out = {"name"};
  for (const Table& table : kTables) {
    for (const auto& column : table.columns) {
      if (std::find(out.begin(), out.end(), column.name) == out.end()) out.push_back(column.name);
    }
  }
  return out;
}

}  // namespace gatehouse::admin
