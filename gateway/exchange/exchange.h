// One request and its response, as every step sees it: what came in, what goes out, and where it
// stands.
#pragma once

#include <array>
#include <cstdint>

#include "base/arena.h"
#include "base/clock.h"
#include "base/reason.h"
#include "exchange/edits.h"
#include "exchange/file_body.h"
#include "exchange/identity.h"
#include "exchange/wait.h"
#include "http/head.h"
#include "net/address.h"

namespace gatehouse::exchange {

// Moments, microseconds on the monotonic clock; 0: did not happen.
struct Moments {
  std::int64_t start = 0;       // first byte of the request that the gateway saw
  std::int64_t head = 0;        // its head was complete
  std::int64_t lend = 0;        // a connection to the target was asked for
  std::int64_t lent = 0;        // and was there
  std::int64_t first_byte = 0;  // the target's answer began
  std::int64_t end = 0;
};

class Services;

// Who wants a body as a whole.
class BodyReader {
 public:
  // Not `whole`: it is longer than was asked for, or some of it is on its way already; `body` is
  // what there is.
  virtual void on_body(bool whole, std::string_view body) = 0;

 protected:
  ~BodyReader() = default;
};

enum class Side : std::uint8_t { upstream, response };

// How long a step took in a phase, for a request that asks; a list in order.
struct StepTime {
  std::string_view step;
  std::string_view phase;
  std::int64_t wall_us = 0;
  std::int64_t cpu_us = 0;
  StepTime* next = nullptr;
};
struct StepTimes {
  StepTime* first = nullptr;
  StepTime* last = nullptr;
  void add(StepTime* one) {
    (last == nullptr ? first : last->next) = one;
    last = one;
  }
};

struct StepRecord;  // the room `plugin` knows what it is

// What steps leave in an exchange for others, and for themselves.
struct StepSpace {
  Services* services = nullptr;
  const Identity* identity = nullptr;
  NamedValue* values = nullptr;
  StepRecord* records = nullptr;
  const void* step = nullptr;        // the one that was called last
  const Verdict* pending = nullptr;  // what it said before it returned
  StepTimes* times = nullptr;        // null: nobody asks
  void* wait = nullptr;              // what the step that waits keeps of its wait
  std::size_t added_bytes = 0;       // of header fields
  FileBody file;                     // that a step answered with; closed with the exchange
  bool rewrites_request = false;     // pieces of that body may change in length
  bool rewrites_response = false;
  bool in_step = false;  // a step's call has not returned
};

// Three views of one exchange: `request` is what the client sent and never changes; `upstream` is
// what the target will get; `response` what the client will get.  Thread: its worker's.
class Exchange {
  // Room for the fields and edits of an ordinary request; larger ones take blocks from the heap.
  alignas(16) std::array<std::byte, 2560> block_;

 public:
  Exchange() : arena(block_.data(), block_.size()), upstream(arena), response(arena) {}
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;

  Arena arena;
  http::RequestHead request;
  Edits upstream;
  std::string_view upstream_path;
  const std::string_view* upstream_query = nullptr;  // null: the client's
  Edits response;
  std::uint16_t response_status = 0;
  Reason reason = Reason::none;
  std::string_view rule;  // its name, for the steps; without any it is not filled in
  Moments moments;
  net::IpAddress peer;        // the connection's
  net::IpAddress client;      // behind trusted proxies
  bool peer_trusted = false;  // the peer is such a proxy
  std::string_view id;        // X-Request-ID
  http::ExtraField id_field;  // and its line
  std::uint64_t generation = 0;

  StepSpace* space = nullptr;  // in the arena; null: no steps

  // A ticket for the wait that a step is about to begin by returning Verdict::suspend().
  [[nodiscard]] virtual Ticket ticket() = 0;
  // Reads the request's body into memory while a step waits; `on_body` follows.  False: no step may
  // wait for it any more.
  virtual bool read_body(std::uint64_t, BodyReader&) { return false; }
  virtual void stop_reading(BodyReader&) {}
  // The like of the answer's body, while its head has not gone; a step in whose call it is asked
  // for waits for it.
  virtual bool read_answer(std::uint64_t, BodyReader&) { return false; }
  virtual void stop_reading_answer(BodyReader&) {}
  // The body that the client gets.  False: its head is on its way, or it has none.
  virtual bool replace_answer(std::string_view) { return false; }
  // Sends it to that target group in the end, whatever its rule says.  False: there is none of that
  // name that the rule may choose.
  virtual bool forward_to(std::string_view) { return false; }
  // The body that the target gets.  False: it is on its way, or the client's is still coming.
  virtual bool replace_body(std::string_view) { return false; }
  // Steps may change the length of that body.
  virtual void rewrite_body(Side) {}
  // The head of that side is still to be written.
  [[nodiscard]] virtual bool may_edit(Side) const { return false; }
  // How long the answer's body says that it is; UINT64_MAX: nobody knows.
  [[nodiscard]] virtual std::uint64_t response_length() const { return UINT64_MAX; }
  virtual void set_status(std::uint16_t status) { response_status = status; }
  [[nodiscard]] virtual std::string_view scheme() const { return {}; }
  // Its rule's; 0: the default.
  [[nodiscard]] virtual std::uint32_t rule_priority() const { return 0; }
  // The target group that it goes to; "": none, or it is not chosen yet.
  [[nodiscard]] virtual std::string_view target_group() const { return {}; }

 protected:
  ~Exchange() = default;
};

}  // namespace gatehouse::exchange
