#include "keys.h"

#include <gatehouse/plugin.hpp>

#include "download.h"
#include "reach.h"

namespace auth {
namespace {

namespace jose = gatehouse::crypto::jose;

void add_key_set(std::vector<jose::Key>& to, const JwtConfig& config, const Complain& complain) {
  auto set = jose::read_key_set(config.jwks.bytes, algorithms_of(config), true);
  if (!set) return complain("jwt.jwks", set.error());
  for (const auto& left_out : set->left_out) complain("jwt.jwks", left_out);
  if (set->keys.empty() && set->left_out.empty()) complain("jwt.jwks", "a key set without keys");
  to.insert(to.end(), set->keys.begin(), set->keys.end());
}

}  // namespace

jose::AlgorithmSet algorithms_of(const JwtConfig& config) {
  jose::AlgorithmSet out;
  for (const auto algorithm : config.algorithms) out.add(algorithm);
  return out;
}

std::vector<jose::Key> keys_of(const JwtConfig& config, const Complain& complain) {
  const jose::AlgorithmSet accepted = algorithms_of(config);
  std::vector<jose::Key> out;
  const auto add = [&](jose::Made<jose::Key> key, const std::string& path) {
    if (!key) return complain(path, key.error());
    out.push_back(std::move(*key));
  };
  for (std::size_t i = 0; i < config.secret.size(); ++i) {
    add(jose::Key::from_secret(config.secret[i].value, accepted),
        "jwt.secret[" + std::to_string(i) + "]");
  }
  for (std::size_t i = 0; i < config.public_key.size(); ++i) {
    add(jose::Key::from_pem(config.public_key[i].bytes, accepted),
        "jwt.public_key[" + std::to_string(i) + "]");
  }
  if (!config.jwks.place.empty() && !config.jwks.is_url()) add_key_set(out, config, complain);
  return out;
}

std::unique_ptr<KeySource> source_of(const JwtConfig& config, KeyRing& ring) {
  if (!config.jwks.is_url()) return nullptr;
  const auto& how = config.jwks_fetch;
  const auto download = std::make_shared<Download>(
      Download::What{config.jwks.place, how.ca.bytes, how.private_addresses});
  return std::make_unique<KeySource>(
      KeySource::Rules{{how.min_age, how.max_age, how.stale},
                       algorithms_of(config),
                       std::string(printable(config.jwks.place))},
      KeySource::Calls{
          [download] { return download->get(); }, [download] { download->stop(); },
          [&ring](std::vector<jose::Key> keys) { ring.replace_fetched(std::move(keys)); },
          [](bool is_error, const std::string& text) {
            is_error ? gatehouse::log_error(text) : gatehouse::log(text);
          }});
}

}  // namespace auth
