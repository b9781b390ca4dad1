#include <cstdio>
#include <cstring>
#include <exception>

#include "app/command.h"
#include "config/diagnostic.h"

namespace gatehouse::app {
namespace {

void print_help(std::FILE* to) {
  std::string out =
      "gatehouse: an API gateway. Rules with priorities decide where a request goes; all of it "
      "stands in routes.yaml.\n\n"
      "usage: gatehouse COMMAND [OPTION…]\n\ncommands:\n";
  for (const auto& command : commands()) {
    std::string line = "  " + std::string(command.name);
    line.resize(13, ' ');
    out += line + std::string(command.summary) + "\n";
  }
  out +=
      "\noptions:\n"
      "  -c, --config FILE  the configuration (default: ./routes.yaml)\n"
      "  --json             answers for programs\n"
      "  -h, --help         help; `gatehouse COMMAND --help` for one command\n\n"
      "exit codes: 0 fine, 1 failed, 2 wrong usage\n\n"
      "first steps:\n"
      "  gatehouse check            is the file right?\n"
      "  gatehouse run              serve it\n"
      "  gatehouse reload           after an edit\n";
  std::fputs(out.c_str(), to);
}

int wrong_usage(const std::string& message) {
  std::fprintf(stderr, "gatehouse: %s\ntry `gatehouse --help`\n", message.c_str());
  return kUsage;
}

// Reads the options; "" or what is wrong.
std::string parse(int count, char** words, Arguments& out) {
  for (int i = 0; i < count; ++i) {
    const std::string_view word = words[i];
    if (word == "-h" || word == "--help") {
      out.help = true;
    } else if (word == "--json") {
      out.json = true;
    } else if (word == "-c" || word == "--config") {
      if (++i == count) return std::string(word) + " needs a file";
      out.config = words[i];
    } else if (word.starts_with("--config=")) {
      out.config = word.substr(9);
    } else if (word.starts_with('-') && word != "-") {
      return "unknown option " + std::string(word);
    } else {
      out.rest.emplace_back(word);
    }
  }
  return {};
}

int run(int count, char** words) {
  if (count < 2) {
    print_help(stderr);
    return kUsage;
  }
  const std::string_view name = words[1];
  if (name == "-h" || name == "--help" || name == "help") {
    print_help(stdout);
    return kFine;
  }
  if (name == kServe && count == 3) return serve(words[2]);
  std::vector<std::string_view> names;
  for (const auto& command : commands()) {
    names.push_back(command.name);
    if (command.name != name) continue;
    Arguments arguments;
    if (const std::string wrong = parse(count - 2, words + 2, arguments); !wrong.empty())
      return wrong_usage(wrong);
    if (arguments.help) {
      std::printf("usage: gatehouse %s %s\n\n%s", std::string(command.name).c_str(),
                  std::string(command.usage).c_str(), std::string(command.help).c_str());
      return kFine;
    }
    if (arguments.rest.size() > command.most_arguments)
      return wrong_usage("unexpected argument '" + arguments.rest.back() + "'");
    return command.run(arguments);
  }
  if (name == "--version") return run_version({});
  const std::string_view meant = config::nearest(name, names);
  return wrong_usage("unknown command '" + std::string(name) + "'" +
                     (meant.empty() ? "" : ", did you mean '" + std::string(meant) + "'?"));
}

}  // namespace
}  // namespace gatehouse::app

int main(int argc, char** argv) {
  try {
    return gatehouse::app::run(argc, argv);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "gatehouse: %s\n", error.what());
    return gatehouse::app::kFailed;
  }
}
