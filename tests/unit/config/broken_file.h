// The rows of tests/contract/broken/*.txt: a damage to one line of tests/contract/routes.yaml, and
// everything that is then said about the file, but for what is not available yet.
//
//   @ LINE FROM → TO
//   routes.yaml:LINE:COLUMN: error[code]: message
//       the line
//       ^^^
//       hint: …
#pragma once

#include <string>
#include <vector>

namespace gatehouse::config {

struct Broken {
  std::string what;  // the first line of the row
  std::size_t line = 0;
  std::string from;
  std::string to;
  std::string expected;
};

// The bytes of tests/contract/NAME.
[[nodiscard]] std::string contract_file(const std::string& name);
[[nodiscard]] std::vector<Broken> broken_files(const std::string& name);
// `whole` with the first `from` of the line replaced; "" if it is not there.
[[nodiscard]] std::string damaged(const std::string& whole, const Broken& row);

}  // namespace gatehouse::config
