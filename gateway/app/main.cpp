#include <fcntl.h>
#include <unistd.h>

#include <cstdio>
#include <exception>

#include "app/command.h"
#include "base/result.h"
#include "config/diagnostic.h"

namespace gatehouse::app {
namespace {

int wrong_usage(const std::string& message, const Command* command = nullptr) {
  std::fprintf(stderr, "gatehouse: %s\ntry `gatehouse %s--help`\n", message.c_str(),
               command == nullptr ? "" : (std::string(command->name) + " ").c_str());
  return kUsage;
}

int print(const std::string& text) {
  std::fputs(text.c_str(), stdout);
  return kFine;
}

std::string did_you_mean(std::string_view word, const std::vector<std::string_view>& words) {
  const std::string_view meant = config::nearest(word, words);
  return meant.empty() ? "" : ", did you mean '" + std::string(meant) + "'?";
}

// The option of the command that `word` is, as its row says it; "" if it is none.
std::string_view find_option(const Arguments& arguments, std::string_view word) {
  const Command* command = arguments.rest.empty() ? nullptr : find_command(arguments.rest[0]);
  if (command == nullptr) return {};
  for (const auto option : command->options) {
    if (option == word || (option.ends_with('=') && option.substr(0, option.size() - 1) == word))
      return option;
  }
  return {};
}

// Sorts the words into options and the rest; "" or what is wrong.
std::string parse(int count, char** words, Arguments& out) {
  for (int i = 0; i < count; ++i) {
    const std::string_view word = words[i];
    if (word == "-h" || word == "--help") {
      out.help = true;
    } else if (word == "--json") {
      out.json = true;
    } else if (word == "-c" || word == "--config") {
      if (++i == count) return std::string(word) + " needs a file behind it";
      out.config = words[i];
    } else if (word.starts_with("--config=")) {
      out.config = word.substr(9);
    } else if (const auto known = find_option(out, word); !known.empty()) {
      if (known.ends_with('=') && ++i == count)
        return std::string(word) + " needs a value behind it";
      out.options.emplace_back(word, known.ends_with('=') ? words[i] : "");
    } else if (word.starts_with('-') && word != "-") {
      return "unknown option '" + std::string(word) + "'" +
             did_you_mean(word, {"--config", "--json", "--help"});
    } else {
      out.rest.emplace_back(word);
    }
  }
  return {};
}

int unknown_command(const std::string& name) {
  std::vector<std::string_view> names;
  for (const auto& command : commands()) names.push_back(command.name);
  return wrong_usage("unknown command '" + name + "'" + did_you_mean(name, names));
}

int dispatch(const std::string& name, const Arguments& arguments) {
  const Command* command = find_command(name);
  if (command == nullptr) return unknown_command(name);
  if (arguments.help) return print(help(*command));
  if (arguments.rest.size() > command->most_arguments) {
    const std::string& word = arguments.rest.back();
    const bool a_file = command->takes_file && word.ends_with(".yaml");
    return wrong_usage(
        "unexpected argument '" + word + "'" + (a_file ? ": did you mean `-c " + word + "`?" : ""),
        command);
  }
  if (arguments.json && !command->takes_json)
    return wrong_usage("'" + name + "' has no --json", command);
  return command->run(arguments);
}

int run(int count, char** words) {
  if ((count == 3 || count == 4) && words[1] == kServe)
    return serve(words[2], count == 4 && words[3] == kStrict);
  if (count == 2 && std::string_view(words[1]) == "--version") return run_version({});
  Arguments arguments;
  const std::string wrong = parse(count - 1, words + 1, arguments);
  auto& rest = arguments.rest;
  if (!wrong.empty()) return wrong_usage(wrong, rest.empty() ? nullptr : find_command(rest[0]));
  if (!rest.empty() && rest[0] == "help") {
    rest.erase(rest.begin());
    arguments.help = true;
  }
  if (rest.empty()) {
    if (arguments.help) return print(help());
    std::fputs(help().c_str(), stderr);
    return kUsage;
  }
  const std::string name = rest[0];
  rest.erase(rest.begin());
  return dispatch(name, arguments);
}

// Where one is closed, a socket would take its number, and be sent what is logged.
void open_standard_descriptors() {
  int fd = 0;
  while ((fd = ::open("/dev/null", O_RDWR)) >= 0 && fd <= STDERR_FILENO) {
  }
  if (fd >= 0) ::close(fd);
}

// The exit code: what could not be written was for nothing.
int when_written(int code) {
  if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return code;
  std::fprintf(stderr, "gatehouse: %s\n", system_error("write standard output").text().c_str());
  return code == kFine ? kFailed : code;
}

}  // namespace

int guarded(int count, char** words) {
  open_standard_descriptors();
  return when_written(run(count, words));
}

}  // namespace gatehouse::app

int main(int argc, char** argv) {
  try {
    return gatehouse::app::guarded(argc, argv);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "gatehouse: %s\n", error.what());
    return gatehouse::app::kFailed;
  }
}
