#include "rehearsal/given_identity.h"

#include "plugin/host.h"

namespace gatehouse::rehearsal {
namespace {

// Through which a file's rules get the step.
class IdentityType final : public config::PluginType, public snapshot::OwnStep {
 public:
  explicit IdentityType(std::shared_ptr<GivenIdentity> step) : step_(std::move(step)) {}
  [[nodiscard]] std::shared_ptr<plugin::Step> step() const override { return step_; }
  [[nodiscard]] std::string_view name() const override { return "identity"; }
  [[nodiscard]] std::shared_ptr<config::PluginValues> make() const override { return nullptr; }
  void read(config::Reader&, const config::Node&, config::PluginValues&) const override {}
  void check(const config::PluginValues&, const Report&) const override {}
  [[nodiscard]] bool is_step() const override { return true; }
  [[nodiscard]] bool serves() const override { return false; }
  [[nodiscard]] bool has_socket_phases() const override { return false; }
  [[nodiscard]] bool gives_identity(const config::PluginValues&) const override { return true; }
  [[nodiscard]] bool needs_identity(const config::PluginValues&) const override { return false; }

 private:
  std::shared_ptr<GivenIdentity> step_;
};

}  // namespace

void GivenIdentity::say(const Json& identity) {
  only_keys(identity, "an identity", {"id", "email", "method", "roles", "claims"});
  id_ = text_of(identity, "id", "");
  email_ = text_of(identity, "email", "");
  method_ = text_of(identity, "method", "test");
  claims_ = identity.contains("claims") ? identity["claims"].dump() : "{}";
  roles_.clear();
  if (!identity.contains("roles")) return;
  for (const auto& [key, value] : identity["roles"].items()) {
    if (identity["roles"].is_array()) {
      roles_.push_back(text_of(value, "a role"));
    } else if (value == true) {
      roles_.push_back(key);
    }
  }
}

exchange::Verdict GivenIdentity::on_request(exchange::Exchange& x) {
  std::vector<gh_text> roles;
  for (const auto& role : roles_) roles.push_back(plugin::c_text(role));
  const gh_identity said{plugin::c_text(id_), plugin::c_text(email_), plugin::c_text(method_),
                         roles.data(), roles.size()};
  plugin::host().set_identity(plugin::c_exchange(x), &said);
  plugin::host().set_value(plugin::c_exchange(x), plugin::c_text("claims"),
                           plugin::c_text(claims_));
  return exchange::Verdict::pass();
}

config::Spec with_identity(config::Spec spec, std::shared_ptr<GivenIdentity> step) {
  auto use = std::make_shared<config::PluginUse>();
  use->key = "identity";
  use->type = std::make_shared<IdentityType>(std::move(step));
  for (auto& route : spec.routes) {
    for (auto& each : route.plugins) {
      const bool finds = each.use != nullptr && each.use->type != nullptr &&
                         each.use->type->gives_identity(*each.use->values);
      if (finds) each.use = nullptr;
    }
    config::StepSpec first;
    first.use = use;
    route.plugins.insert(route.plugins.begin(), first);
  }
  return spec;
}

}  // namespace gatehouse::rehearsal
