// X-Gatehouse-Explain: what lets one request ask for its own explanation.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "crypto/signer.h"
#include "http/head.h"

namespace gatehouse::proxy {

inline constexpr std::string_view kExplainHeader = "X-Gatehouse-Explain";
// A pass that is valid for longer than this from now on is none.
inline constexpr std::int64_t kLongestPass = 3600;

// "EXPIRY.SIGNATURE": good until EXPIRY (seconds since 1970) for requests of this method, host
// (without port), path and query; as often as one likes, since all that it gives away is where they
// go.
[[nodiscard]] std::string explain_pass(const crypto::Signer& signer,
                                       const http::RequestHead& request, std::int64_t expiry);
[[nodiscard]] bool pass_is_good(std::string_view pass, const crypto::Signer& signer,
                                const http::RequestHead& request, std::int64_t now);

}  // namespace gatehouse::proxy
