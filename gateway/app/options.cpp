#include "app/options.h"

namespace gatehouse::app {
namespace {

// The line of the help text that explains the option: "  --for TIME  how long …"; "" if none does.
std::string_view line_about(const Command& command, std::string_view name) {
  for (std::string_view text = command.help; !text.empty();) {
    const auto end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    if (line.starts_with("  ") && line.substr(2).starts_with(name) &&
        (line.size() == name.size() + 2 || line[name.size() + 2] == ' '))
      return line.substr(name.size() + 2);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return {};
}

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

Option own(const Command& command, std::string_view word) {
  Option out;
  const bool takes_value = word.ends_with('=');
  const std::string_view name = takes_value ? word.substr(0, word.size() - 1) : word;
  (name.starts_with("--") ? out.long_name : out.short_name) = name;
  const std::string_view line = line_about(command, name);
  const auto gap = line.find("  ");
  if (takes_value) out.value = gap == 0 ? "VALUE" : trimmed(line.substr(0, gap));
  if (out.value.empty() && takes_value) out.value = "VALUE";
  if (gap != std::string_view::npos) out.says = trimmed(line.substr(gap));
  return out;
}

}  // namespace

std::vector<Option> options_of(const Command& command) {
  std::vector<Option> out;
  for (const auto word : command.options) out.push_back(own(command, word));
  if (command.takes_file) out.push_back({"-c", "--config", "FILE", "the configuration"});
  if (command.takes_json) out.push_back({"", "--json", "", "answer for a program"});
  out.push_back({"-h", "--help", "", "help"});
  return out;
}

std::vector<std::string> words_of(const Command& command) {
  std::vector<std::string> out;
  std::string word;
  bool behind_option = false;
  for (const char c : std::string(command.arguments) + " ") {
    if (std::string_view(" []|").find(c) == std::string_view::npos) {
      word += c;
      continue;
    }
    const bool plain = word.find_first_not_of("abcdefghijklmnopqrstuvwxyz") == std::string::npos;
    if (!word.empty() && plain && !behind_option) out.push_back(word);
    if (!word.empty()) behind_option = word.starts_with('-');
    word.clear();
  }
  return out;
}

}  // namespace gatehouse::app
