#include "proxy/redirect_parts.h"

namespace gatehouse::proxy {

routing::UrlParts url_parts(const http::RequestHead& request,
                            const snapshot::ListenerView& listener, std::string_view path) {
  const auto colon = request.host.rfind(':');
  std::string_view port = listener.scheme == "https" ? "443" : "80";
  if (colon != std::string_view::npos && request.host.find(']', colon) == std::string_view::npos)
    port = request.host.substr(colon + 1);
  return {listener.scheme, request.host_name, port, path, request.query};
}

}  // namespace gatehouse::proxy
