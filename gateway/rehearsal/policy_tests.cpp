#include "rehearsal/policy_tests.h"

#include <filesystem>
#include <memory>

#include "config/load.h"
#include "policy/library.h"
#include "policy/test_script.h"
#include "rehearsal/outcome.h"
#include "rehearsal/stage.h"
#include "rehearsal/test_source.h"

namespace gatehouse::rehearsal {
namespace {

namespace fs = std::filesystem;

// Where the test's file lies: the folder of a routes.yaml, which has policies/ in it, and the path
// from there.
struct Place {
  fs::path folder;
  std::string name;
};

Place place_of(const std::string& file) {
  const fs::path whole = fs::absolute(file).lexically_normal();
  fs::path folder = whole.parent_path();
  for (fs::path at = folder; at.has_relative_path(); at = at.parent_path()) {
    if (at.filename() != "policies") continue;
    folder = at.parent_path();
    break;
  }
  return {folder, whole.lexically_relative(folder).string()};
}

// "policies/x_test.lua" → "policies/x.lua"
std::string policy_beside(std::string test) {
  constexpr std::string_view kEnd = "_test.lua";
  if (test.ends_with(kEnd)) test.replace(test.size() - kEnd.size(), kEnd.size(), ".lua");
  return test;
}

std::string in_words(const config::Diagnostics& diagnostics) {
  std::string out;
  for (const auto& each : diagnostics) {
    if (each.severity != config::Severity::error) continue;
    out += (out.empty() ? "" : "; ") + each.message;
    if (!each.hint.empty()) out += " (" + each.hint + ')';
  }
  return out;
}

// The configuration that runs one policy: a rule for every request, and a target group `origin`.
class PolicyHost final : public policy::TestHost {
 public:
  PolicyHost(Place place, Coverage* coverage) : place_(std::move(place)), coverage_(coverage) {}

  Said<void> begin(const std::string& policy) override {
    return guarded([&] {
      stage_.reset();
      const config::Spec spec = spec_of(Json::parse(policy));
      if (coverage_ != nullptr) coverage_->add_policies(spec);
      stage_ = std::make_unique<Stage>(spec);
    });
  }
  Said<void> answers(const std::string& group, const std::string& answer) override {
    return guarded([&] { stage_->answers(group, Json::parse(answer)); });
  }
  Said<void> clock(const std::string& time) override {
    return guarded([&] { stage_->set_clock(time); });
  }
  Said<std::string> request(const std::string& request) override {
    return guarded([&] {
      last_ = stage_->request(Json::parse(request));
      return last_.dump(-1, ' ', false, Json::error_handler_t::replace);
    });
  }
  Said<std::vector<std::string>> differences(const std::string& seen,
                                             const std::string& expected) override {
    return guarded([&] {
      std::vector<std::string> out;
      for (auto& each : rehearsal::differences(Json::parse(seen), Json::parse(expected)))
        out.push_back(std::move(each.text));
      return out;
    });
  }
  exchange::Exchange& exchange() override { return stage_->own_calls(); }
  bool until(const std::function<bool()>& holds) override { return stage_->until(holds); }

  // Lines of the gateway's log that came with the last request.
  [[nodiscard]] std::vector<std::string> log() const {
    return last_.contains("log") ? last_["log"].get<std::vector<std::string>>()
                                 : std::vector<std::string>();
  }
  void forget() { last_ = {}; }

 private:
  // What throws, as words.
  template <typename Work>
  auto guarded(Work work) -> Said<decltype(work())> {
    try {
      if constexpr (std::is_void_v<decltype(work())>) {
        work();
        return {};
      } else {
        return work();
      }
    } catch (const std::exception& error) {
      return tl::make_unexpected(std::string(error.what()));
    }
  }

  config::Spec spec_of(Json policy) {
    only_keys(policy, "test.policy", {"script", "with", "budget", "on_error", "groups", "env"});
    std::vector<std::string> groups = {"origin"};
    if (policy.contains("groups")) {
      for (const auto& group : policy["groups"]) groups.push_back(text_of(group, "a group"));
    }
    TestSource source(place_.folder.string());
    if (policy.contains("env")) source.set(policy["env"]);
    Json step = Json::object();
    step["script"] = policy_beside(place_.name);
    for (const auto* key : {"script", "with", "budget", "on_error"}) {
      if (policy.contains(key)) step[key] = policy[key];
    }
    // Lua's empty table is a list.
    if (step.contains("with") && step["with"].empty()) step.erase("with");
    // Groups that it is told of are known once the file has been read; then they are there.
    config::Loaded loaded = load(step, groups, source);
    for (const auto& route : loaded.spec.routes) {
      for (const auto& each : route.plugins) {
        if (each.use == nullptr || each.use->values == nullptr) continue;
        for (const auto& group : each.use->values->groups) groups.push_back(group.value);
      }
    }
    loaded = load(step, groups, source);
    if (!loaded.good()) throw Mistake(in_words(loaded.diagnostics));
    return std::move(loaded.spec);
  }

  config::Loaded load(const Json& step, const std::vector<std::string>& groups,
                      const TestSource& source) {
    Json file = {{"version", 1}};
    file["listeners"]["public"]["address"] = "127.0.0.1:80";
    file["stores"]["redis"]["url"] = "redis://127.0.0.1:6379/0";
    file["policy_env"] = source.names();
    for (const auto& group : groups)
      file["target_groups"][group]["targets"] = Json::array({"127.0.0.1:80"});
    Json route = {{"name", "test"}, {"priority", 1}};
    route["policies"] = Json::array({step});
    route["action"]["forward"] = "origin";
    file["routes"] = Json::array({route});
    return config::load(file.dump(), source, nullptr, &library_);
  }

  const Place place_;
  Coverage* coverage_;
  policy::Library library_;
  std::unique_ptr<Stage> stage_;
  Json last_;
};

}  // namespace

std::vector<TestResult> run_policy_tests(const std::string& file, Coverage* coverage) {
  const Place place = place_of(file);
  const TestSource source(place.folder.string());
  const auto bytes = source.read_file(place.name);
  if (!bytes) return {{.file = file, .failures = {{0, bytes.error().text()}}}};
  PolicyHost host(place, coverage);
  policy::TestScript script(
      {place.name, *bytes},
      [&](const std::string& module) { return policy::read_module(module, source); }, host);
  if (!script.failure().empty()) return {{.file = file, .failures = {{0, script.failure()}}}};
  // Only now, so that lines of policies are told of and not the test's own.
  if (coverage != nullptr) coverage->begin();
  std::vector<TestResult> out;
  const SystemClock clock;
  for (const auto& test : script.tests()) {
    host.forget();
    const Instant began = clock.monotonic();
    TestResult result{.name = test.name, .file = file, .line = test.line};
    for (auto& failure : script.run(test))
      result.failures.push_back({failure.line, std::move(failure.text)});
    result.took = clock.monotonic() - began;
    if (!result.failures.empty()) result.log = host.log();
    out.push_back(std::move(result));
  }
  return out;
}

}  // namespace gatehouse::rehearsal
