// Another service decides whether a request may pass: the smallest plugin that does something.
#include <gatehouse/plugin.hpp>
using namespace gatehouse;

struct AsksFirst {
  struct Config {
    TargetGroup target_group;
    std::string path = "/";
    std::vector<std::string> copy = {"X-User-ID"};
  };
  static constexpr auto schema =
      fields(field("target_group", &Config::target_group, required, "target group that decides"),
             field("path", &Config::path, "path at which it is asked"),
             field("copy", &Config::copy, "headers of its answer that the target receives"));

  const Config& config;  // one object per worker; config outlives it

  Task<Verdict> on_request(Exchange& x) {
    auto answer = co_await x.fetch(config.target_group,
                                   {.path = config.path, .headers = x.request().headers()});
    if (!answer) co_return deny(answer.error());  // dead or late: closed, with the reason
    if (answer->status() / 100 != 2) co_return respond(*answer);
    for (auto& name : config.copy) x.upstream().headers().set(name, answer->header(name));
    co_return pass();
  }
};
GATEHOUSE_PLUGIN(AsksFirst, "asks_first", "1.0.0",
                 "another service decides whether a request may pass")
