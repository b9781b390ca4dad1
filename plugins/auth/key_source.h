// A key set that is fetched by URL: by one thread for the gateway, so that no worker ever waits in
// a system call and no two fetches are under way.
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "crypto/jose/key.h"
#include "download.h"
#include "freshness.h"

namespace auth {

class KeySource {
 public:
  struct Rules {
    KeySchedule::Rules times;
    gatehouse::crypto::jose::AlgorithmSet accepted;
    std::string name;  // for the log
  };
  // On the fetching thread.
  struct Calls {
    std::function<Downloaded()> get;  // may block until `stop`
    std::function<void()> stop;       // from any thread
    // The set has changed; empty: it is too old to be believed.
    std::function<void(std::vector<gatehouse::crypto::jose::Key>)> take;
    std::function<void(bool is_error, const std::string&)> say;
  };
  // Begins to fetch.
  KeySource(Rules rules, Calls calls);
  KeySource(const KeySource&) = delete;
  KeySource& operator=(const KeySource&) = delete;
  ~KeySource();

  // ---- from any thread ----
  // No set is known, or it is too old.
  [[nodiscard]] bool is_missing() const { return missing_.load(std::memory_order_acquire); }
  // Where it comes from, without what may be secret.
  [[nodiscard]] const std::string& name() const { return rules_.name; }
  // Fetches that have ended.
  [[nodiscard]] std::uint64_t rounds() const { return rounds_.load(std::memory_order_acquire); }
  // Those of them that failed.
  [[nodiscard]] std::uint64_t failures() const { return failures_.load(std::memory_order_relaxed); }
  // After so many rounds a key was unknown.  True: a fetch has ended since, or one is under way,
  // and `rounds` tells when it has ended.  False: there was one for such a key within the last 30
  // s.
  [[nodiscard]] bool ask(std::uint64_t rounds_seen);

  // What is known, for the source of a new configuration.
  struct Known {
    std::string text;  // "": nothing
    Clock::time_point renewed;
  };
  [[nodiscard]] Known known() const;
  void take_over(const Known& known);

 private:
  void run();
  void fetch(std::unique_lock<std::mutex>& lock);
  // The text's keys become those that count; what is wrong with it, "": nothing.
  std::string adopt(const std::string& text);
  void drop_if_dead(Clock::time_point now);

  const Rules rules_;
  const Calls calls_;
  mutable std::mutex lock_;
  std::condition_variable wake_;
  KeySchedule schedule_;
  Known known_;
  std::string last_problem_;
  bool fetching_ = false;
  bool stopping_ = false;
  std::atomic<bool> missing_{true};
  std::atomic<std::uint64_t> rounds_{0};
  std::atomic<std::uint64_t> failures_{0};
  std::thread thread_;
};

}  // namespace auth
