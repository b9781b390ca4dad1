// One target of a group on one worker: its addresses and its connections.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/list.h"
#include "base/slab.h"
#include "observe/metrics.h"
#include "upstream/connection.h"
#include "upstream/target_state.h"

namespace gatehouse::upstream {

class Group;

// Somebody who wants a connection.  Destroying it or unlinking it withdraws the wish.
class Lessee : public ListLink<Lessee> {
 public:
  virtual void on_lent(Connection& connection) = 0;
  // `tried`: the target that could not be reached, if it came to that.
  virtual void on_not_lent(Reason reason, Target* tried) = 0;

 protected:
  Lessee() = default;
  virtual ~Lessee() { withdraw(); }
  // Ends whatever the group does for this lessee; nothing is called afterwards.
  void withdraw();

 private:
  friend class Group;
  friend class Target;
  Target* opening_ = nullptr;  // a connection is being opened for it there
  Group* queue_ = nullptr;     // it waits there
  Millis connect_{};           // how long a connect may take
  Instant open_after_{};  // before that it rather waits for a kept connection than opening one more
};

// Thread: its worker's.  Owns: its connections.
class Target {
 public:
  // `text` is what logs and metrics call it ("127.0.0.1:5001"); `slot` its number in the metrics.
  Target(Group& group, std::string text, std::uint32_t slot, std::uint32_t weight,
         std::shared_ptr<TargetState> state);
  ~Target();

  void set_addresses(std::vector<net::Address> addresses) { addresses_ = std::move(addresses); }
  [[nodiscard]] bool resolved() const { return !addresses_.empty(); }
  [[nodiscard]] std::size_t address_count() const { return addresses_.size(); }
  [[nodiscard]] const std::string& text() const { return text_; }
  [[nodiscard]] std::uint32_t slot() const { return slot_; }
  [[nodiscard]] std::uint32_t weight() const { return weight_; }
  void set_weight(std::uint32_t weight) { weight_ = weight; }
  [[nodiscard]] std::size_t idle_count() const { return idle_count_; }
  [[nodiscard]] std::size_t busy_count() const { return busy_count_; }
  // Connections in use or being opened.
  [[nodiscard]] std::size_t taken() const { return busy_count_ + opening_.size(); }

  // The idle connection used last, if one is fit.
  Connection* take_idle();
  // Opens one for `lessee`.  An error says that the connect failed at once.
  Reason open_for(Lessee& lessee);
  void close_idle(std::size_t down_to);
  // Takes no new exchange; it goes when its last connection is back.
  void retire();
  [[nodiscard]] bool retired() const { return metrics_ == nullptr; }

  // Called by its connections.
  void on_connected(Connection& connection);
  void on_connect_failed(Connection& connection, Reason reason);
  void put_back(Connection& connection);
  void on_closed(Connection& connection);
  void destroy(Connection* connection);
  // What an exchange moved.
  void count_bytes(std::uint64_t sent, std::uint64_t received);

 private:
  friend class Group;
  friend class Lessee;
  Lessee* take_lessee(Connection& connection);
  void count_out();
  void count_in();
  [[nodiscard]] observe::TargetMetrics* metrics() { return metrics_; }

  Group& group_;
  const std::string text_;
  const std::uint32_t slot_;
  observe::TargetMetrics* metrics_;  // null once retired: its slot may be another's
  std::uint32_t weight_;
  std::int64_t current_weight_ = 0;  // of the smooth round robin
  std::shared_ptr<TargetState> state_;
  std::vector<net::Address> addresses_;
  std::size_t next_address_ = 0;
  Slab<Connection> connections_;
  List<Connection, Connection> idle_;
  List<Connection, Connection> closed_;  // until the end of the turn
  std::size_t idle_count_ = 0;
  std::size_t busy_count_ = 0;
  Micros last_took_ = Micros::max();  // the answer that came last
  struct Opening {
    Connection* connection;
    Lessee* lessee;  // null: withdrawn
  };
  std::vector<Opening> opening_;
};

}  // namespace gatehouse::upstream
