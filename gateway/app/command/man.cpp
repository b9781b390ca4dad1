#include <cstdio>

#include "app/command.h"
#include "app/options.h"

namespace gatehouse::app {
namespace {

// Text as roff prints it: backslashes and hyphens as they are, no line taken for a request.
std::string roff(std::string_view text) {
  std::string out;
  bool line_begins = true;
  for (const char c : text) {
    if (line_begins && (c == '.' || c == '\'')) out += "\\&";
    line_begins = c == '\n';
    if (c == '\\') {
      out += "\\e";
    } else if (c == '-') {
      out += "\\-";
    } else {
      out += c;
    }
  }
  return out;
}

// Lines that stay as they are.
std::string as_it_is(std::string_view text) {
  return ".nf\n" + roff(text) + (text.ends_with('\n') ? "" : "\n") + ".fi\n";
}

std::string option_entry(const Option& option) {
  std::string out = ".TP\n.B ";
  if (!option.short_name.empty()) out += roff(option.short_name);
  if (!option.short_name.empty() && !option.long_name.empty()) out += ", ";
  out += roff(option.long_name);
  if (!option.value.empty()) out += " " + roff(option.value);
  return out + "\n" + roff(option.says) + "\n";
}

std::string section(const Command& command) {
  std::string out = ".SS gatehouse " + std::string(command.name);
  if (!command.arguments.empty()) out += " " + roff(command.arguments);
  out += "\n" + as_it_is(command.help);
  for (const auto& option : options_of(command)) {
    if (option.long_name == "--json" || option.long_name == "--config") out += option_entry(option);
  }
  return out + ".PP\nExamples:\n" + as_it_is(command.examples);
}

}  // namespace

int run_man(const Arguments&) {
  std::string out =
      ".\\\" Made by `gatehouse man`.\n"
      ".TH GATEHOUSE 1 \"\" \"Gatehouse " GATEHOUSE_VERSION
      "\" \"User Commands\"\n"
      ".SH NAME\n"
      "gatehouse \\- an API gateway whose rules stand in one file\n"
      ".SH SYNOPSIS\n"
      ".B gatehouse\n"
      ".I COMMAND\n"
      "[OPTION ...]\n"
      ".SH DESCRIPTION\n"
      "Rules with priorities say where each request goes; they are in routes.yaml, and nowhere\n"
      "else.\n"
      ".SH COMMANDS\n";
  for (const auto& command : commands()) out += section(command);
  out +=
      ".SH EXIT STATUS\n"
      "0 fine, 1 failed, 2 wrong usage.\n"
      ".SH FILES\n"
      ".TP\n"
      ".I ./routes.yaml\n"
      "The configuration, unless \\-\\-config names another.\n";
  std::fputs(out.c_str(), stdout);
  return kFine;
}

}  // namespace gatehouse::app
