// The options of a command, as help, completion and the man page tell of them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "app/command.h"

namespace gatehouse::app {

struct Option {
  std::string_view short_name;  // "-c", or ""
  std::string_view long_name;   // "--config", or ""
  std::string_view value;       // what stands behind it, or ""
  std::string says;             // in a few words
};

// Those of its own, as its help text explains them, then those that it shares with others.
[[nodiscard]] std::vector<Option> options_of(const Command& command);
// Words that its first argument may be: "json", "markdown".
[[nodiscard]] std::vector<std::string> words_of(const Command& command);

}  // namespace gatehouse::app
