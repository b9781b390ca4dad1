#include <set>

#include "app/import/alb_parts.h"
#include "app/import/yaml_text.h"
#include "config/scalar.h"

namespace gatehouse::app {
namespace {

using nlohmann::json;

// Each address once, though several balancers listen on one port.
class Ports {
 public:
  std::uint64_t take(std::uint64_t wanted) {
    std::uint64_t port = wanted;
    for (std::uint64_t step = 10'000; !taken_.insert(port).second; ++step)
      port = (wanted + step) % 55'000 + 10'000;
    return port;
  }

 private:
  std::set<std::uint64_t> taken_;
};

void write_address(const AlbListener& listener, Ports& ports, Outline& out) {
  const std::string said = text_of(listener.value, "Port");
  const auto wanted = config::parse_integer(said);
  const bool good = wanted && *wanted > 0 && *wanted < 65'536;
  const std::uint64_t port = ports.take(good ? *wanted : 8080);
  if (!good) {
    out.note(4, listener.name, "its port is not known: say where it is to listen");
  } else if (port != *wanted) {
    out.note(4, listener.name,
             "another listener has port " + said + " already: say where this one is to listen");
  }
  out.line("    address: 0.0.0.0:" + std::to_string(port));
}

// The certificates stay with AWS: what is to be filled in stands as a comment.
void write_tls(const AlbListener& listener, Outline& out) {
  const std::string policy = text_of(listener.value, "SslPolicy");
  const bool old = policy.find("-TLS-1-0") != std::string::npos || policy.ends_with("2016-08") ||
                   policy.ends_with("2015-05") || policy.find("-1-1-") != std::string::npos ||
                   policy.find("TLS13-1-0") != std::string::npos;
  if (old)
    out.comment(4, "the ALB's policy " + policy + " has TLS older than 1.2: not offered here");
  out.open(listener.name);
  out.line("    tls:");
  out.line("      certificates:");
  std::size_t count = 0;
  for (const json* certificate : objects_of(listener.value, "Certificates")) {
    out.comment(8, text_of(*certificate, "CertificateArn"));
    const std::string file =
        "certs/" + listener.name + (++count > 1 ? "-" + std::to_string(count) : "");
    out.line(together({"        - {cert: ", file, ".pem, key: ", file, ".key}"}));
  }
  if (count == 0)
    out.line("        - {cert: certs/" + listener.name + ".pem, key: certs/" + listener.name +
             ".key}");
  out.line(std::string("      min_version: ") +
           (policy.find("TLS13-1-3") == std::string::npos ? "\"1.2\"" : "\"1.3\""));
  const std::string mode = text_of(member(listener.value, "MutualAuthentication"), "Mode");
  if (mode == "verify") {
    out.line("      client: {mode: required, ca: certs/" + listener.name + "-clients.pem}");
  } else if (mode == "passthrough") {
    out.comment(6, "the ALB passes client certificates on unverified");
  }
  out.line("    protocols: [h2, http/1.1]");
  out.drop(
      "an ALB's certificates cannot be exported: put yours into the files below and take these "
      "lines in; until then this listener speaks plain HTTP");
  out.close();
}

}  // namespace

json default_actions(const AlbExport& from, const AlbListener& listener) {
  const json& own = member(listener.value, "DefaultActions");
  if (own.is_array() && !own.empty()) return own;
  for (const auto& rule : from.rules) {
    if (text_of(rule, "IsDefault") == "true" && listener_of(rule) == listener.arn)
      return member(rule, "Actions");
  }
  return {};
}

void write_listeners(const AlbExport& from, const std::vector<AlbListener>& listeners,
                     AlbNames& names, Outline& out) {
  Ports ports;
  out.line("listeners:");
  for (const auto& listener : listeners) {
    out.comment(2, listener.arn);
    out.line("  " + listener.name + ":");
    write_address(listener, ports, out);
    if (text_of(listener.value, "Protocol") == "HTTPS") write_tls(listener, out);
    const json actions = default_actions(from, listener);
    if (actions.is_null()) {
      out.note(4, listener.name, "its default action is not known: 404");
      continue;
    }
    if (authenticates(actions)) continue;
    const auto translated = alb_actions(actions, names);
    out.open(listener.name, {"    default:", closed(6)});
    out.line("    default:");
    if (translated.problem.empty()) {
      write_actions(translated, "", 6, listener.name, out);
    } else {
      out.line("      action: " + actions.dump());
      out.drop(translated.problem);
    }
    out.close();
  }
}

}  // namespace gatehouse::app
