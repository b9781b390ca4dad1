// Certificates and their keys, before anybody depends on them.
#pragma once

#include "config/diagnostic.h"
#include "config/source.h"
#include "config/spec.h"

namespace gatehouse::tls {

// Adds what is wrong: a file that cannot be read, that is no PEM, a key that belongs to another
// certificate (which OpenSSL accepts silently until the first handshake fails).
void check_certificate(const config::CertificateSpec& pair, const config::Source& source,
                       config::Diagnostics& diagnostics);

}  // namespace gatehouse::tls
