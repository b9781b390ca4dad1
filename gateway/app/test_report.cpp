#include "app/test_report.h"

#include <algorithm>
#include <cstdio>

#include "config/json.h"
#include "config/terminal.h"

namespace gatehouse::app {
namespace {

std::string place(const TestResult& result, unsigned line) {
  return result.file + (line == 0 ? "" : ':' + std::to_string(line)) + ": ";
}

// What failed, a line each: "file:line: what".
std::vector<std::string> lines_of(const TestResult& result) {
  std::vector<std::string> out;
  for (const auto& failure : result.failures) {
    std::string before = failure.line == 0 ? "" : place(result, failure.line);
    for (std::string_view left = failure.text; !left.empty(); before.clear()) {
      const std::string_view line = left.substr(0, left.find('\n'));
      out.push_back(before + config::shown(line));
      left.remove_prefix(std::min(line.size() + 1, left.size()));
    }
  }
  for (const auto& line : result.log) out.push_back("log: " + config::shown(line));
  return out;
}

std::string name_of(const TestResult& result) {
  return config::shown(result.name.empty() ? "the file itself" : result.name);
}

std::string milliseconds(Micros time) {
  char out[32];
  std::snprintf(out, sizeof out, "%.1f ms", static_cast<double>(time.count()) / 1000);
  return out;
}

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::string seconds(Micros time) {
  char out[32];
  std::snprintf(out, sizeof out, "%.6f", static_cast<double>(time.count()) / 1e6);
  return out;
}

// "3, 7-9"
std::string ranges(const std::vector<unsigned>& lines) {
  std::string out;
  for (std::size_t i = 0; i < lines.size();) {
    std::size_t last = i;
    while (last + 1 < lines.size() && lines[last + 1] == lines[last] + 1) ++last;
    out += (out.empty() ? "" : ", ") + std::to_string(lines[i]);
    if (last != i) out += '-' + std::to_string(lines[last]);
    i = last + 1;
  }
  return out;
}

std::string share(std::size_t some, std::size_t all) {
  const std::size_t percent = all == 0 ? 100 : some * 100 / all;
  return std::to_string(some) + " of " + std::to_string(all) + " (" + std::to_string(percent) +
         " %)";
}

}  // namespace

std::size_t failed(const std::vector<TestResult>& results) {
  return static_cast<std::size_t>(std::count_if(
      results.begin(), results.end(), [](const auto& each) { return !each.failures.empty(); }));
}

std::string readable(const std::vector<TestResult>& results) {
  std::string out, file;
  Micros took{};
  for (const auto& result : results) {
    if (result.file != file) out += (file.empty() ? "" : "\n") + result.file + '\n';
    file = result.file;
    took += result.took;
    const bool good = result.failures.empty();
    out += (good ? "  ok    " : "  FAIL  ") + name_of(result) + '\n';
    for (const auto& line : lines_of(result)) out += "        " + line + '\n';
  }
  const std::size_t bad = failed(results);
  return out + (results.empty() ? "" : "\n") + std::to_string(results.size() - bad) + " passed, " +
         std::to_string(bad) + " failed, " + milliseconds(took) + '\n';
}

std::string as_tap(const std::vector<TestResult>& results) {
  std::string out = "TAP version 13\n1.." + std::to_string(results.size()) + '\n';
  for (std::size_t i = 0; i < results.size(); ++i) {
    const auto& result = results[i];
    std::string name = place(result, result.line) + name_of(result);
    std::replace(name.begin(), name.end(), '#', '_');  // it begins a directive
    out +=
        (result.failures.empty() ? "ok " : "not ok ") + std::to_string(i + 1) + " - " + name + '\n';
    if (result.failures.empty()) continue;
    out += "  ---\n  failures:\n";
    for (const auto& line : lines_of(result)) out += "    - " + config::json_text(line) + '\n';
    out += "  ...\n";
  }
  return out;
}

std::string as_junit(const std::vector<TestResult>& results) {
  Micros took{};
  for (const auto& result : results) took += result.took;
  std::string out =
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuite name=\"gatehouse\" tests=\"" +
      std::to_string(results.size()) + "\" failures=\"" + std::to_string(failed(results)) +
      "\" time=\"" + seconds(took) + "\">\n";
  for (const auto& result : results) {
    out += "  <testcase classname=\"" + escaped(result.file) + "\" name=\"" +
           escaped(name_of(result)) + "\" file=\"" + escaped(result.file) + "\" line=\"" +
           std::to_string(result.line) + "\" time=\"" + seconds(result.took) + '"';
    if (result.failures.empty()) {
      out += "/>\n";
      continue;
    }
    out += ">\n    <failure message=\"" + escaped(result.failures.front().text) + "\">";
    for (const auto& line : lines_of(result)) out += escaped(line) + '\n';
    out += "</failure>\n  </testcase>\n";
  }
  return out + "</testsuite>\n";
}

std::string readable(const rehearsal::Coverage& coverage) {
  std::string out;
  for (const auto& [file, rules] : coverage.rules()) {
    out += file + ": rules " + share(rules.hit.size(), rules.all.size());
    std::string missed;
    for (const auto& rule : rules.all) {
      if (!rules.hit.contains(rule)) missed += (missed.empty() ? ", not " : ", ") + rule;
    }
    out += missed + '\n';
  }
  for (const auto& lines : coverage.lines()) {
    out += lines.file + ": lines " + share(lines.all - lines.missed.size(), lines.all);
    if (!lines.missed.empty()) out += ", not " + ranges(lines.missed);
    out += '\n';
  }
  return out;
}

}  // namespace gatehouse::app
