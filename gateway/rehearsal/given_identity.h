// Who the client is, as a test says it, in place of the steps that would find it out.
#pragma once

#include <memory>

#include "plugin/chain.h"
#include "rehearsal/ask.h"
#include "snapshot/registry.h"

namespace gatehouse::rehearsal {

class GivenIdentity final : public plugin::Step {
 public:
  [[nodiscard]] std::uint32_t phases() const override { return bit(plugin::Phase::request); }
  exchange::Verdict on_request(exchange::Exchange& x) override;
  [[nodiscard]] std::string_view name() const override { return "identity"; }

  // Keys id, email, method, roles (a list, or a set), claims.  Throws Mistake.
  void say(const Json& identity);

 private:
  std::string id_, email_, method_, claims_;
  std::vector<std::string> roles_;
};

// The same spec, with the step at the front of each rule and without those that find identities.
[[nodiscard]] config::Spec with_identity(config::Spec spec, std::shared_ptr<GivenIdentity> step);

}  // namespace gatehouse::rehearsal
