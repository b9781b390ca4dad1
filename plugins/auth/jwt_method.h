// The chain's method jwt: a token, looked at by one worker.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "config.h"
#include "crypto/jose/token_cache.h"
#include "crypto/jose/verifier.h"
#include "minter.h"
#include "session.h"

namespace auth {

// The keys that all workers verify with: those of the file, and those that are fetched.  Any
// thread; a worker that has seen the generation takes no lock.
class KeyRing {
 public:
  explicit KeyRing(std::vector<gatehouse::crypto::jose::Key> fixed) : fixed_(std::move(fixed)) {}
  [[nodiscard]] std::uint64_t generation() const {
    return generation_.load(std::memory_order_acquire);
  }
  [[nodiscard]] std::vector<gatehouse::crypto::jose::Key> keys() const;
  void replace_fetched(std::vector<gatehouse::crypto::jose::Key> keys);

 private:
  mutable std::mutex lock_;
  const std::vector<gatehouse::crypto::jose::Key> fixed_;
  std::vector<gatehouse::crypto::jose::Key> fetched_;
  std::atomic<std::uint64_t> generation_{1};
};

// Thread: its worker's.
class JwtMethod {
 public:
  JwtMethod(const Config& config, const KeyRing& ring);

  struct Outcome {
    std::optional<Session> session;  // looks at this object's memory until its next call
    std::string_view reason;         // why there is none: a word of docs/reasons.md
    bool from_cache = false;
    std::optional<gatehouse::crypto::jose::TokenFault> fault;  // of the token itself
  };
  // `now`: seconds since 1970.  Whatever fails, there is no session.
  [[nodiscard]] Outcome decide(std::string_view token, std::int64_t now) noexcept;

 private:
  Outcome verify(std::string_view token, std::int64_t now);
  Outcome renewed(Session session, std::int64_t now);
  void take_keys();

  const Config& config_;
  const KeyRing& ring_;
  std::uint64_t generation_ = 0;
  std::optional<gatehouse::crypto::jose::Verifier> verifier_;
  gatehouse::crypto::jose::TokenCache cache_;
  std::optional<Minter> minter_;
  std::string value_;  // what the session that was made last looks at
  std::string minted_;
  std::string roles_;
};

}  // namespace auth
