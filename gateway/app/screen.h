// The terminal as a screen whose picture is renewed in its place.
#pragma once

#include <termios.h>

#include <cstddef>
#include <string>

#include "base/clock.h"

namespace gatehouse::app {

// Standard output, if it is a terminal; keys come from standard input, if that is one too.  What it
// changes is put back when it ends, by a signal too; there is one at a time.
class Screen {
 public:
  // Not `renewed`: pictures are to stay, as if there were no terminal.
  explicit Screen(bool renewed);
  Screen(const Screen&) = delete;
  Screen& operator=(const Screen&) = delete;
  ~Screen();

  [[nodiscard]] bool is_terminal() const { return is_terminal_; }
  // SIZE_MAX where there is no terminal.
  [[nodiscard]] std::size_t rows() const;
  [[nodiscard]] std::size_t columns() const;
  // In place of the last picture on a terminal, else behind it.  False: nobody reads it.
  bool shows(const std::string& picture);
  // Waits for a key at most so long: 'q' when a signal asks for the end, 0: none came.
  char waits(Millis time);

 private:
  const bool is_terminal_;
  bool has_keys_ = false;
  termios before_{};
};

}  // namespace gatehouse::app
