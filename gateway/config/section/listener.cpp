#include "config/section/section.h"

namespace gatehouse::config {
namespace {

constexpr std::string_view kForwardedWords[] = {"append", "preserve", "remove"};
constexpr std::string_view kProxyProtocol[] = {"off", "required"};
constexpr std::string_view kProtocols[] = {"http/1.1", "h2"};
constexpr std::string_view kTlsVersions[] = {"1.2", "1.3"};
constexpr std::string_view kClientModes[] = {"none", "optional", "required"};

struct ClientLater {};
constexpr Row kClient[] = {
    checked<Choice>("mode", "whether a client certificate is asked for", {.words = kClientModes}),
    checked<std::string>("ca", "file with the authorities that are believed",
                         {.example = "ca.pem"}),
};
Table table_of(const ClientLater&) { return kClient; }
constexpr std::string_view what_is(const ClientLater&) { return "client"; }

constexpr Row kCertificate[] = {
    field<&CertificateSpec::cert>("cert", "file with the certificate chain",
                                  {.required = true, .example = "infra/certs/localhost.pem"}),
    field<&CertificateSpec::key>("key", "file with the private key",
                                 {.required = true, .example = "infra/certs/localhost.key"}),
};

constexpr Row kTls[] = {
    field<&TlsSpec::certificates>(
        "certificates", "chosen by SNI; the first is the fallback",
        {.required = true, .example = "[{cert: cert.pem, key: key.pem}]"}),
    checked<Choice>("min_version", "oldest version of TLS", {.words = kTlsVersions}),
    checked<ClientLater>("client", "certificates of clients",
                         {.example = "{mode: required, ca: ca.pem}"}),
};

constexpr Row kListener[] = {
    field<&ListenerSpec::address>("address", "HOST:PORT, unix:PATH or systemd:NAME",
                                  {.required = true, .format = &kListenAddress}),
    checked<Choice>("proxy_protocol", "whether connections begin with the PROXY protocol",
                    {.words = kProxyProtocol, .available = 1}),
    field<&ListenerSpec::x_forwarded_for>("x_forwarded_for", "what happens to X-Forwarded-For",
                                          {.words = kForwardedWords}),
    field<&ListenerSpec::tls>(
        "tls", "certificates",
        {.later = "TLS", .example = "{certificates: [{cert: cert.pem, key: key.pem}]}"}),
    checked<std::vector<Choice>>("protocols", "of HTTP", {.words = kProtocols, .available = 1}),
    field<&ListenerSpec::limits>("limits", "in place of the gateway's",
                                 {.example = "{connections: 20000, connections_per_address: 500}"}),
    field<&ListenerSpec::timeouts>("timeouts", "in place of the gateway's",
                                   {.example = "{keep_alive: 60s}"}),
    Row{"default",
        "what happens here when no rule matches",
        {.example = "{action: {respond: {status: 404}}}"},
        [](Reader& r, const Node& n, const Row& row, void* spec) {
          read_default(r, n, row, static_cast<ListenerSpec*>(spec)->fallback);
        },
        shape_of_default},
};

}  // namespace

Shape shape_of(Of<std::vector<ListenerSpec>>) {
  return named_shape(section_shape("a listener", kListener));
}
Table table_of(const CertificateSpec&) { return kCertificate; }
Table table_of(const TlsSpec&) { return kTls; }
Table table_of(const ListenerSpec&) { return kListener; }

void read_value(Reader& reader, const Node& node, const Row&, std::vector<ListenerSpec>& out) {
  read_named(reader, node, "a listener", out);
  for (auto& listener : out) {
    if (listener.address.value.empty()) continue;
    if (parse_endpoint(listener.address.value)->kind == Endpoint::Kind::systemd) {
      reader.error(listener.address.span, "not-available",
                   "'systemd:' is not available yet: a later version brings socket activation",
                   "give an address such as 0.0.0.0:8080");
    }
  }
}

}  // namespace gatehouse::config
