// What a redirect's URL may be made of.
#pragma once

#include "http/head.h"
#include "routing/template.h"
#include "snapshot/snapshot.h"

namespace gatehouse::proxy {

// The port is the one that the client believes to talk to: the one in Host, or the scheme's own.
[[nodiscard]] routing::UrlParts url_parts(const http::RequestHead& request,
                                          const snapshot::ListenerView& listener,
                                          std::string_view path);

}  // namespace gatehouse::proxy
