// What a policy in shadow would have ended, kept so that a test can be made of it.
#pragma once

#include <cstdint>
#include <deque>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "exchange/exchange.h"
#include "policy/heard.h"

namespace gatehouse::policy {

// A request, and what the policy would have answered.  Credentials are not in it: their values are
// "redacted", by their names (observe/secret_name.h).
struct Disagreement {
  std::int64_t wall_us = 0;
  std::string rule;
  std::string phase;
  std::string method;
  std::string url;  // with host and query
  std::string ip;   // of the connection
  std::vector<std::pair<std::string, std::string>> headers;
  bool has_identity = false;
  std::string id, email, found_by;
  std::vector<std::string> roles;
  std::string claims;  // JSON as it was: whoever shows it looks at its names
  std::string group;   // that answered, in the phase response
  std::uint16_t answered = 0;
  std::vector<Heard> heard;
  std::uint16_t status = 0;  // that the policy wanted
  std::string reason;
  std::vector<std::string> left_out;  // "header Authorization", "query token", "body"
};

// Takes the exchange apart.  Cost: microseconds.
[[nodiscard]] Disagreement disagreement_of(const exchange::Exchange& x, std::string_view phase,
                                           const exchange::Verdict& verdict, std::int64_t wall_us);

// The latest of one policy, those that are alike once; when it is full, the oldest goes.  Bounded:
// 50, of 16 KiB each.
// Thread: any.
class Disagreements {
 public:
  static constexpr std::size_t kMost = 50;
  static constexpr std::size_t kMostBytes = 16384;

  // What another text or configuration of the policy said is forgotten.
  void begin(std::uint64_t content);
  // Of a policy of that content; one that is not the present one's is dropped.
  void add(std::uint64_t content, Disagreement one);
  [[nodiscard]] std::vector<Disagreement> all() const;

 private:
  mutable std::mutex mutex_;
  std::uint64_t content_ = 0;
  std::deque<Disagreement> kept_;
};

}  // namespace gatehouse::policy
