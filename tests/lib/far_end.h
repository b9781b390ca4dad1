// The other end of a gateway's connection, held by a test: a client, or a target.
#pragma once

#include <string>
#include <string_view>

namespace gatehouse::test {

// Thread: the test's.
class FarEnd {
 public:
  virtual ~FarEnd() = default;

  // What the gateway will read; all of it, whatever it takes.
  virtual void sends(std::string_view bytes) = 0;
  // Sends no more, but reads on.
  virtual void ends() = 0;
  virtual void closes() = 0;
  virtual void resets() = 0;
  // Moves what the gateway sent into `inbox`, and on what it did not take yet.  False: nothing
  // moved.
  virtual bool pump() = 0;

  // Stops to read: the gateway can send as much as the connection holds, and no more.
  void stops_reading() { reads_ = false; }
  void reads_on() { reads_ = true; }
  // What came so far and was not taken.
  [[nodiscard]] const std::string& inbox() const { return inbox_; }
  [[nodiscard]] std::string takes() { return std::exchange(inbox_, {}); }
  void forgets(std::size_t bytes) { inbox_.erase(0, bytes); }
  // The gateway has ended the connection, cleanly or not.
  [[nodiscard]] bool saw_end() const { return saw_end_; }
  [[nodiscard]] bool saw_reset() const { return saw_reset_; }
  [[nodiscard]] bool over() const { return saw_end_ || saw_reset_; }

 protected:
  std::string inbox_;
  bool reads_ = true;
  bool saw_end_ = false;
  bool saw_reset_ = false;
};

}  // namespace gatehouse::test
