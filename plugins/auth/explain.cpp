#include "explain.h"

#include <ctime>

#include "challenge.h"
#include "credential.h"
#include "jwt_method.h"
#include "keys.h"
#include "own_page.h"
#include "reasons.h"

namespace auth {
namespace {

using gatehouse::Explained;
using gatehouse::Request;

class Telling {
 public:
  Telling(const Config& config, Explained& would)
      : config_(config), would_(would), request_(would.request()) {
    request_.headers().each([this](std::string_view name, std::string_view value) {
      lines_.push_back({name, value});
    });
  }

  void run() {
    const Credential credential =
        find_credential(lines_, request_.query(), request_.is_upgrade(), *config_.jwt);
    switch (credential.kind) {
      case Credential::Kind::absent:
        if (config_.optional)
          would_.says("there is no token, and nobody signed in may pass too");
        else
          refuse({401, {}}, "there is no token");
        return;
      case Credential::Kind::malformed:
        return refuse({400, "invalid_request"}, kMalformed);
      case Credential::Kind::several:
        return refuse({400, "invalid_request"}, kSeveral);
      case Credential::Kind::found:
        break;
    }
    judge(credential);
  }

 private:
  void judge(const Credential& credential) {
    const KeyRing ring(keys_of(*config_.jwt, [](const auto&, const auto&) {}));
    JwtMethod jwt(config_, ring);
    const auto outcome = jwt.decide(credential.token, std::time(nullptr));
    const bool by_cookie = credential.from == From::cookie;
    if (!outcome.session) {
      if (config_.jwt->jwks.is_url()) {
        would_.says("a key set decides over the token, which is not fetched here: else 401");
        return;
      }
      return refuse({401, "invalid_token"}, outcome.reason, credential.from == From::bearer);
    }
    const std::string who = "the token is that of " + std::string(outcome.session->id);
    if (!outcome.session->may_pass)
      return refuse({403, "insufficient_scope"}, who + ", whom `require` does not let pass");
    if (by_cookie && may_be_forged(request_, lines_, config_.origins))
      return refuse({403, {}}, who + ", and nothing shows that a page of ours asked");
    would_.says(who);
  }

  void refuse(const Refusal& refusal, std::string_view words, bool by_program = false) {
    const Answer answer = answer_for(
        refusal, {request_.method(), request_.target(), request_.is_upgrade(), lines_, by_program},
        config_.login);
    would_.says(words);
    for (const auto& [name, value] : answer.headers) would_.sets(name, value);
    would_.answers(answer.status);
  }

  const Config& config_;
  Explained& would_;
  const Request request_;
  std::vector<Line> lines_;
};

}  // namespace

void explain(const Config& config, Explained& would) { Telling(config, would).run(); }

}  // namespace auth
