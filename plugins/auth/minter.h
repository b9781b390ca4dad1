// Tokens for the target: what Flask's `jwt.decode(token, JWT_SECRET_KEY, algorithms=["HS256"])`
// takes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "config.h"
#include "crypto/jose/signature.h"
#include "session.h"

namespace auth {

// Thread: one at a time (a worker has its own).  Cost: 1 us.
class Minter {
 public:
  // The secret has been checked.
  explicit Minter(const Mint& config);

  // {sub, user_id, email, role, iat, exp, jti} for at most `lifetime`, and no longer than the
  // session itself.  iat lies 5 s back: PyJWT has no patience with a clock that is behind ours.
  // Sets `minted` (into `room`) and `mint_again`.  False: the library failed.
  [[nodiscard]] bool mint(Session& session, std::int64_t now, std::string& room);

 private:
  gatehouse::crypto::jose::SignatureOf key_;
  Algorithm algorithm_;
  std::int64_t lifetime_;
  std::string header_;
  std::string prefix_;  // of jti: of this object alone
  std::uint64_t count_ = 0;
};

}  // namespace auth
