#include "proxy/explain_pass.h"

#include "base/ascii.h"
#include "config/scalar.h"

namespace gatehouse::proxy {
namespace {

// None of the parts can hold a line end.
std::string signed_text(std::string_view expiry, const http::RequestHead& request) {
  std::string out(expiry);
  out.append("\n").append(request.method_text).append("\n");
  for (const char c : request.host_name) out += ascii::lower(c);
  out.append("\n").append(request.path);
  if (request.has_query) out.append("?").append(request.query);
  return out;
}

}  // namespace

std::string explain_pass(const crypto::Signer& signer, const http::RequestHead& request,
                         std::int64_t expiry) {
  const std::string until = std::to_string(expiry);
  return until + "." + signer.sign(signed_text(until, request));
}

bool pass_is_good(std::string_view pass, const crypto::Signer& signer,
                  const http::RequestHead& request, std::int64_t now) {
  const auto dot = pass.find('.');
  if (dot == std::string_view::npos) return false;
  const std::string_view until = pass.substr(0, dot);
  const auto expiry = config::parse_integer(until);
  if (!expiry || *expiry <= static_cast<std::uint64_t>(now) ||
      *expiry > static_cast<std::uint64_t>(now + kLongestPass))
    return false;
  return signer.valid(signed_text(until, request), pass.substr(dot + 1));
}

}  // namespace gatehouse::proxy
