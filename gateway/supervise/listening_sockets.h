// The supervisor's listening sockets.
#pragma once

#include <sys/types.h>

#include <list>
#include <string>
#include <vector>

#include "base/result.h"
#include "net/socket.h"
#include "supervise/message.h"

namespace gatehouse::supervise {

// Closing a socket resets what waits in its queue, also when others share the address.  So sockets
// are found by address, whatever the listener is called now; a smaller count closes none; and an
// address that changes is held beside the old one until the old one is closed by name.
// Thread: one.  Owns: the sockets, and the files of Unix sockets (removed with them).
class ListeningSockets {
 public:
  struct Held {
    Held() = default;
    Held(const Held&) = delete;
    Held& operator=(const Held&) = delete;
    ~Held();

    std::string name;
    std::string address;  // as asked for
    net::Address bound;
    std::vector<net::Descriptor> sockets;
    std::size_t handed = 0;  // how many of them the present serving process has
    ino_t file = 0;          // of a Unix socket: which file is ours
  };

  // The sockets of that address, now under the name of the request, at least `request.count` of
  // them unless it is a Unix socket. Errors: what bind or listen answered, with advice; what was
  // held stays as it was.
  Result<Held*> open(const OpenListener& request);
  // Does nothing if the address goes by another name meanwhile.
  void close(const CloseListener& request);
  // The serving process has only so many of them.
  void keep_only(const Arrived& arrived);
  [[nodiscard]] std::list<Held>& all() { return held_; }

 private:
  static Status grow(Held& held, const OpenListener& request);
  [[nodiscard]] bool holds_port(const net::Address& address) const;

  std::list<Held> held_;
};

}  // namespace gatehouse::supervise
