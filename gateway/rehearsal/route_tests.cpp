#include "rehearsal/route_tests.h"

#include <filesystem>

#include "config/scalar.h"
#include "config/source.h"
#include "rehearsal/outcome.h"
#include "rehearsal/stage.h"
#include "rehearsal/test_spec.h"
#include "rehearsal/yaml_tree.h"

namespace gatehouse::rehearsal {
namespace {

namespace fs = std::filesystem;

// What the store has before a test: texts, lists, or hashes by key.
void fill(RedisDouble& redis, const Json& contents) {
  for (const auto& [key, value] : contents.items()) {
    std::vector<std::string> words = {value.is_object()  ? "hset"
                                      : value.is_array() ? "rpush"
                                                         : "set",
                                      key};
    if (value.is_object()) {
      for (const auto& [field, text] : value.items()) {
        words.push_back(field);
        words.push_back(text_of(text, "a field of " + key));
      }
    } else if (value.is_array()) {
      for (const auto& text : value) words.push_back(text_of(text, "an item of " + key));
    } else {
      words.push_back(text_of(value, key));
    }
    static_cast<void>(redis.answer(words));
  }
}

void prepare(Stage& stage, const Json& said) {
  if (said.contains("clock")) stage.set_clock(text_of(said["clock"], "`clock`"));
  if (said.contains("redis")) fill(stage.redis(), said["redis"]);
  if (!said.contains("answers")) return;
  for (const auto& [group, answers] : said["answers"].items()) {
    if (!answers.is_array()) {
      stage.answers(group, answers);
    } else {
      for (const auto& answer : answers) stage.answers(group, answer);
    }
  }
}

class Tests {
 public:
  Tests(std::string file, std::string config, const YamlTree& tree, Coverage* coverage)
      : file_(std::move(file)), config_(std::move(config)), tree_(tree), coverage_(coverage) {}

  std::vector<TestResult> run(const config::Spec& spec) {
    const SystemClock clock;
    std::vector<TestResult> out;
    for (std::size_t i = 0; i < tree_.root["tests"].size(); ++i) {
      at_ = "/tests/" + std::to_string(i);
      const Json& test = tree_.root["tests"][i];
      const Instant began = clock.monotonic();
      result_ = {.file = file_, .line = tree_.line_of(at_)};
      try {
        result_.name = text_of(test, "name", "test " + std::to_string(i + 1));
        one(spec, test);
      } catch (const std::exception& error) {
        result_.failures.push_back({tree_.line_of(at_), error.what()});
      }
      result_.took = clock.monotonic() - began;
      if (result_.failures.empty()) result_.log.clear();
      out.push_back(std::move(result_));
    }
    return out;
  }

 private:
  void one(const config::Spec& spec, const Json& test) {
    only_keys(test, "a test",
              {"name", "enforce", "clock", "redis", "answers", "request", "expect", "steps"});
    Stage stage(test.contains("enforce") ? enforced(spec, test["enforce"]) : spec);
    prepare(stage, test);
    if (!test.contains("steps")) return step(stage, test);
    const std::string above = at_;
    for (std::size_t i = 0; i < test["steps"].size(); ++i) {
      at_ = above + "/steps/" + std::to_string(i);
      const Json& here = test["steps"][i];
      only_keys(here, "a step", {"clock", "redis", "answers", "request", "expect", "wait"});
      prepare(stage, here);
      step(stage, here);
    }
  }

  void step(Stage& stage, const Json& said) {
    if (said.contains("wait")) {
      const auto time = config::parse_duration(text_of(said["wait"], "`wait`"));
      if (!time) throw Mistake("`wait` is a time such as 61s");
      stage.passes(*time);
    }
    if (!said.contains("request")) {
      if (said.contains("expect")) throw Mistake("`expect` has no `request` beside it");
      return;
    }
    const Json seen = stage.request(said["request"]);
    result_.log = seen["log"].get<std::vector<std::string>>();
    if (coverage_ != nullptr && seen["rule"].is_string())
      coverage_->hit(config_, seen["rule"].get<std::string>());
    if (!said.contains("expect")) return;
    for (auto& each : differences(seen, said["expect"]))
      result_.failures.push_back({tree_.line_of(at_ + "/expect" + each.at), std::move(each.text)});
  }

  const std::string file_, config_;
  const YamlTree& tree_;
  Coverage* coverage_;
  std::string at_;  // the test or step under way
  TestResult result_;
};

std::vector<TestResult> refused(const std::string& file, unsigned line, std::string why) {
  return {{.file = file, .failures = {{line, std::move(why)}}}};
}

}  // namespace

std::vector<TestResult> run_route_tests(const std::string& file, const std::string& config,
                                        Coverage* coverage) {
  const auto bytes = config::SystemSource("").read_file(file);
  if (!bytes) return refused(file, 0, bytes.error().text());
  config::Diagnostics diagnostics;
  const YamlTree tree = read_yaml(*bytes, diagnostics);
  if (!diagnostics.empty())
    return refused(file, diagnostics.front().span.line, diagnostics.front().message);
  try {
    only_keys(tree.root, "a file of tests", {"config", "env", "tests"});
    if (!tree.root.contains("tests") || !tree.root["tests"].is_array())
      throw Mistake("`tests` is a list of tests");
    std::string about = config;
    if (tree.root.contains("config")) {
      const fs::path named = text_of(tree.root["config"], "`config`");
      about = (fs::path(file).parent_path() / named).lexically_normal().string();
    }
    const config::Spec spec =
        spec_of(about, tree.root.contains("env") ? tree.root["env"] : Json::object());
    if (coverage != nullptr) {
      coverage->add_rules(about, spec);
      coverage->add_policies(spec);
      coverage->begin();
    }
    return Tests(file, about, tree, coverage).run(spec);
  } catch (const std::exception& error) {
    return refused(file, 0, error.what());
  }
}

}  // namespace gatehouse::rehearsal
