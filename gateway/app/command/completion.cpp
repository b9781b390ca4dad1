#include <cstdio>

#include "app/command.h"
#include "app/options.h"

namespace gatehouse::app {
namespace {

std::string joined(const std::vector<std::string>& words) {
  std::string out;
  for (const auto& word : words) out += (out.empty() ? "" : " ") + word;
  return out;
}

std::vector<std::string> names_of(const Option& option) {
  std::vector<std::string> out;
  for (const auto name : {option.short_name, option.long_name}) {
    if (!name.empty()) out.emplace_back(name);
  }
  return out;
}

std::string command_names() {
  std::string out;
  for (const auto& command : commands()) out += std::string(command.name) + " ";
  return out + "help";
}

// Every option of any command behind which a value stands, as a pattern of `case`.
std::string options_with_values() {
  std::string out;
  for (const auto& command : commands()) {
    for (const auto& option : options_of(command)) {
      if (option.value.empty()) continue;
      for (const auto& name : names_of(option)) {
        if (("|" + out + "|").find("|" + name + "|") == std::string::npos)
          out += (out.empty() ? "" : "|") + name;
      }
    }
  }
  return out;
}

std::string bash() {
  std::string out =
      "# bash completion of gatehouse, made by `gatehouse completion bash`\n"
      "_gatehouse() {\n"
      "  local word=${COMP_WORDS[COMP_CWORD]} command='' words='' i\n"
      "  COMPREPLY=()\n"
      "  for ((i = 1; i < COMP_CWORD; i++)); do\n"
      "    case ${COMP_WORDS[i]} in\n"
      "      " +
      options_with_values() +
      ") ((i++)) ;;\n"
      "      -*) ;;\n"
      "      *) command=${COMP_WORDS[i]}; break ;;\n"
      "    esac\n"
      "  done\n"
      "  case ${COMP_WORDS[COMP_CWORD - 1]} in\n"
      "    " +
      options_with_values() +
      ") return ;;  # a value, or a file\n"
      "  esac\n"
      "  case $command in\n"
      "    '') words='" +
      command_names() +
      " --help --version' ;;\n"
      "    help) words='" +
      command_names() + "' ;;\n";
  for (const auto& command : commands()) {
    std::vector<std::string> words = words_of(command);
    for (const auto& option : options_of(command)) {
      for (auto& name : names_of(option)) words.push_back(std::move(name));
    }
    out += "    " + std::string(command.name) + ") words='" + joined(words) + "' ;;\n";
  }
  return out +
         "  esac\n"
         "  mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$word\")\n"
         "}\n"
         "complete -o default -F _gatehouse gatehouse\n";
}

// Inside single quotes; zsh's `_arguments` also takes brackets and colons to be its own.
std::string in_single_quotes(std::string_view text, std::string_view escaped = "") {
  std::string out;
  for (const char c : text) {
    if (c == '\'') {
      out += "'\\''";
      continue;
    }
    if (escaped.find(c) != std::string_view::npos) out += '\\';
    out += c;
  }
  return out;
}

std::string zsh_option(const Option& option) {
  const auto names = names_of(option);
  const std::string says =
      "[" + in_single_quotes(option.says, "[]:") + "]" +
      (option.value.empty()     ? ""
       : option.value == "FILE" ? ":file:_files"
                                : ":" + in_single_quotes(option.value, "[]:") + ":");
  const std::string many = option.short_name == "-H" ? "*" : "";  // may be repeated
  if (names.size() == 1) return "'" + many + names[0] + says + "'";
  return "'(" + joined(names) + ")'{" + names[0] + "," + names[1] + "}'" + says + "'";
}

std::string zsh() {
  std::string out =
      "#compdef gatehouse\n"
      "# zsh completion of gatehouse, made by `gatehouse completion zsh`\n"
      "_gatehouse() {\n"
      "  local -a commands\n"
      "  commands=(\n";
  for (const auto& command : commands())
    out += "    '" + std::string(command.name) + ":" + in_single_quotes(command.summary) + "'\n";
  out +=
      "  )\n"
      "  if ((CURRENT == 2)); then\n"
      "    _describe command commands\n"
      "    return\n"
      "  fi\n"
      "  local command=$words[2]\n"
      "  shift words\n"
      "  ((CURRENT--))\n"
      "  case $command in\n"
      "    help) _describe command commands ;;\n";
  for (const auto& command : commands()) {
    out += "    " + std::string(command.name) + ") _arguments";
    for (const auto& option : options_of(command)) out += " " + zsh_option(option);
    const auto words = words_of(command);
    if (!words.empty()) out += " '1:word:(" + joined(words) + ")'";
    if (command.most_arguments > 0) out += " '*:file:_files'";
    out += " ;;\n";
  }
  return out + "  esac\n}\n_gatehouse \"$@\"\n";
}

std::string fish() {
  std::string out = "# fish completion of gatehouse, made by `gatehouse completion fish`\n";
  const auto add = [&](std::initializer_list<std::string_view> pieces) {
    out += "complete -c gatehouse -n ";
    for (const auto piece : pieces) out += piece;
    out += '\n';
  };
  for (const auto& command : commands()) {
    const std::string says = in_single_quotes(command.summary);
    add({"__fish_use_subcommand -f -a ", command.name, " -d '", says, "'"});
    std::string here = "'__fish_seen_subcommand_from ";
    here.append(command.name).append("'");
    const std::string words = joined(words_of(command));
    if (!words.empty()) add({here, " -a '", words, "'"});
    for (const auto& option : options_of(command)) {
      const bool brief = !option.short_name.empty();
      const bool full = !option.long_name.empty();
      const std::string explained = in_single_quotes(option.says);
      add({here, brief ? " -s " : "", brief ? option.short_name.substr(1) : "", full ? " -l " : "",
           full ? option.long_name.substr(2) : "", option.value.empty() ? "" : " -r", " -d '",
           explained, "'"});
    }
  }
  add({"'__fish_seen_subcommand_from help' -f -a '", command_names(), "'"});
  return out;
}

}  // namespace

int run_completion(const Arguments& arguments) {
  const std::string shell = arguments.rest.empty() ? "" : arguments.rest[0];
  if (shell != "bash" && shell != "zsh" && shell != "fish") {
    std::fprintf(stderr, "gatehouse: for which shell? `gatehouse completion bash`, zsh or fish\n");
    return kUsage;
  }
  std::fputs((shell == "bash" ? bash() : shell == "zsh" ? zsh() : fish()).c_str(), stdout);
  return kFine;
}

}  // namespace gatehouse::app
