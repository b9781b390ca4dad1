// What the supervisor and the serving process say to each other.  Both are the same executable, so
// the format has no versions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace gatehouse::supervise {

// From the serving process: it wants to listen.  Answered by Sockets or Refused.
struct OpenListener {
  std::string name;
  std::string address;           // as net::Address::parse takes it
  std::uint32_t count = 1;       // sockets that share the address, one a worker; Unix: always one
  std::uint32_t backlog = 4096;  // the system may cap it (net.core.somaxconn)
  std::uint32_t permissions = 0660;  // of a Unix socket's file, as chmod takes them

  template <typename Self, typename F>
  static void each(Self& m, F&& field) {
    field(m.name), field(m.address), field(m.count), field(m.backlog), field(m.permissions);
  }
};

// From the serving process: no worker uses the sockets any more and the file does not name them.
struct CloseListener {
  std::string name;
  std::string address;

  template <typename Self, typename F>
  static void each(Self& m, F&& field) {
    field(m.name), field(m.address);
  }
};

// From the serving process: of the sockets of that address it has only so many, since it had no
// descriptors left for those that were handed over last.
struct Arrived {
  std::string address;
  std::uint32_t count = 0;

  template <typename Self, typename F>
  static void each(Self& m, F&& field) {
    field(m.address), field(m.count);
  }
};

// From the serving process: it serves.  `drain_ms` is how long it needs at most to drain.
struct Ready {
  std::uint32_t drain_ms = 0;

  template <typename Self, typename F>
  static void each(Self& m, F&& field) {
    field(m.drain_ms);
  }
};

// From the serving process: it drains, and ends within this time.
struct Draining {
  std::uint32_t within_ms = 0;

  template <typename Self, typename F>
  static void each(Self& m, F&& field) {
    field(m.within_ms);
  }
};

// From the serving process: it cannot start and another attempt would not help.
struct FailedToStart {
  std::string message;  // empty: it has told the user already
  std::uint32_t exit_code = 1;

  template <typename Self, typename F>
  static void each(Self& m, F&& field) {
    field(m.message), field(m.exit_code);
  }
};

// From the serving process, with one descriptor, a memory file: what its successor would have to
// know.  The supervisor keeps the last one without reading it.  To the serving process: its
// predecessor's.
struct Legacy {
  template <typename Self, typename F>
  static void each(Self&, F&&) {}
};

// To the serving process, with descriptors: those of a listener that it does not have yet.
struct Sockets {
  std::string name;
  std::string address;  // as asked for
  std::string bound;    // as the system says: the port, if 0 was asked for

  template <typename Self, typename F>
  static void each(Self& m, F&& field) {
    field(m.name), field(m.address), field(m.bound);
  }
};

// To the serving process: the listener could not be opened.  An Error in parts.
struct Refused {
  std::string tried;
  std::uint32_t code = 0;
  std::string advice;

  template <typename Self, typename F>
  static void each(Self& m, F&& field) {
    field(m.tried), field(m.code), field(m.advice);
  }
};

// To the serving process: all sockets held were told.  `restarts`: how many processes died before.
struct Begin {
  std::uint32_t restarts = 0;

  template <typename Self, typename F>
  static void each(Self& m, F&& field) {
    field(m.restarts);
  }
};

// To the serving process: what a signal asked for.
struct Command {
  enum Word : std::uint32_t { reload, drain, stop_now, rotate_logs };
  std::uint32_t word = reload;

  template <typename Self, typename F>
  static void each(Self& m, F&& field) {
    field(m.word);
  }
};

using Message = std::variant<OpenListener, CloseListener, Arrived, Ready, Draining, FailedToStart,
                             Legacy, Sockets, Refused, Begin, Command>;

inline constexpr std::size_t kLongestMessage = 16 * 1024;

// At most kLongestMessage bytes: a text that does not fit is cut.
[[nodiscard]] std::string encode(const Message& message);
// Nothing: malformed.
[[nodiscard]] std::optional<Message> decode(std::string_view bytes);

}  // namespace gatehouse::supervise
