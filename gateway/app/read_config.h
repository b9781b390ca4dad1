// A configuration file as the commands look at it.
#pragma once

#include <optional>
#include <string>

#include "config/load.h"

namespace gatehouse::app {

struct ReadConfig {
  std::string bytes;
  config::Loaded loaded;
};

// Reads and checks `file`, certificates too.  Nothing, and a message on standard error, if it
// cannot be read.
[[nodiscard]] std::optional<ReadConfig> read_config(const std::string& file, bool json);

}  // namespace gatehouse::app
