#include "rehearsal/target_doubles.h"

#include <algorithm>

namespace gatehouse::rehearsal {

class TargetConnection final : public FarEnd {
 public:
  TargetConnection(TargetDoubles& targets, std::string group)
      : targets_(targets), group_(std::move(group)) {}
  void on_bytes(std::string& in, bool, std::string& out) override {
    while (auto request = take_request(in)) out += targets_.asked(group_, std::move(*request));
  }

 private:
  TargetDoubles& targets_;
  const std::string group_;
};

void TargetDoubles::answers(const std::string& group, const Json& said) {
  only_keys(said, "an answer", {"method", "path", "status", "headers", "body", "json", "fails"});
  Answer out{group, text_of(said, "method", ""), text_of(said, "path", ""), answer_of(said)};
  const std::string fails = text_of(said, "fails", "");
  if (fails == "refused") out.fails = Fails::refused;
  if (fails == "silent") out.fails = Fails::silent;
  if (!fails.empty() && out.fails == Fails::never)
    throw Mistake("`fails` is refused or silent, not '" + fails + "'");
  answers_.push_front(std::move(out));
}

std::shared_ptr<FarEnd> TargetDoubles::connection(const std::string& group) {
  const bool refused = std::any_of(answers_.begin(), answers_.end(), [&](const Answer& answer) {
    return answer.group == group && answer.fails == Fails::refused;
  });
  return refused ? nullptr : std::make_shared<TargetConnection>(*this, group);
}

std::string TargetDoubles::asked(const std::string& group, Message request) {
  const std::string path = request.target.substr(0, request.target.find('?'));
  const bool head_request = request.method == "HEAD";
  const auto fits = [&](const Answer& answer) {
    return answer.group == group && (answer.method.empty() || answer.method == request.method) &&
           (answer.path.empty() || answer.path == path || answer.path == request.target);
  };
  const auto answer = std::find_if(answers_.begin(), answers_.end(), fits);
  const bool has_some = std::any_of(answers_.begin(), answers_.end(),
                                    [&](const Answer& other) { return other.group == group; });
  Message made;
  made.status = 200;
  if (answer == answers_.end() && has_some) {
    made.status = 404;
    made.body = "the test has no answer of " + group + " to " + request.method + ' ' +
                request.target + '\n';
  }
  asked_.push_back({group, std::move(request)});
  if (answer == answers_.end()) return written(made, head_request);
  return answer->fails == Fails::silent ? std::string() : written(answer->message, head_request);
}

}  // namespace gatehouse::rehearsal
