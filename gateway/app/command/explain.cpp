#include "proxy/explain.h"

#include <cstdio>

#include "admin/explain_json.h"
#include "app/admin_client.h"
#include "app/command.h"
#include "app/read_config.h"
#include "base/ascii.h"
#include "base/clock.h"
#include "config/scalar.h"
#include "proxy/explain_pass.h"
#include "snapshot/build.h"

namespace gatehouse::app {
namespace {

using proxy::Explanation;

std::string escape(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (ascii::is_alpha(c) || ascii::is_digit(c)) {
      out.push_back(c);
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out += {'%', "0123456789ABCDEF"[byte >> 4], "0123456789ABCDEF"[byte & 15]};
    }
  }
  return out;
}

void print_action(const Explanation& explanation) {
  if (explanation.refused != Reason::none) {
    const auto& why = row(explanation.refused);
    std::printf("%u %s: %s\n", why.status, std::string(why.word).c_str(),
                std::string(why.sentence).c_str());
  } else if (!explanation.location.empty()) {
    std::printf("redirect %u to %s\n", explanation.status, explanation.location.c_str());
  } else if (explanation.status != 0) {
    std::printf("respond %u\n", explanation.status);
  } else if (!explanation.handler.empty()) {
    std::printf("handler %s\n", explanation.handler.c_str());
  } else {
    std::string groups;
    for (const auto& [name, weight] : explanation.groups) {
      groups += " " + name;
      if (explanation.groups.size() > 1) groups += ":" + std::to_string(weight);
    }
    std::printf("forward to%s: %s with Host: %s\n", groups.c_str(),
                explanation.upstream_target.c_str(), explanation.upstream_host.c_str());
  }
}

void print_text(const std::string& listener, const Explanation& explanation) {
  if (explanation.method.empty()) {
    std::printf("not routed on %s\n", listener.c_str());
    return print_action(explanation);
  }
  std::printf("%s %s on %s, for %s, from %s\n", explanation.method.c_str(),
              explanation.path.c_str(), listener.c_str(), explanation.host.c_str(),
              explanation.client_ip.c_str());
  bool decided = false;
  for (const auto& tried : explanation.rules) {
    std::printf("  %7u  %-20s ", tried.priority, tried.name.c_str());
    if (tried.failure) {
      std::printf("no: %s is %s, wanted %s\n", tried.failure->condition.c_str(),
                  tried.failure->saw.c_str(), tried.failure->wanted.c_str());
    } else {
      std::printf("%s\n", decided ? "would hold, but comes later" : "decides");
      decided = true;
    }
  }
  if (!decided && explanation.rule != nullptr) std::printf("  default  %-20s decides\n", "");
  for (const auto& [phase, names] : explanation.steps) {
    std::printf("  %s:", phase.c_str());
    for (const auto& name : names) std::printf(" %s", name.c_str());
    std::printf("\n");
  }
  std::printf("  -> ");
  print_action(explanation);
}

// What the running gateway says, as JSON.
int ask_live(const config::AdminSpec& admin, const std::string& file,
             const proxy::Question& question, const std::string& listener) {
  std::string path = "/explain?method=" + escape(question.method) + "&url=" + escape(question.url) +
                     "&source_ip=" + escape(question.source_ip);
  for (const auto& field : question.fields) path += "&header=" + escape(field);
  if (!listener.empty()) path += "&listener=" + escape(listener);
  const auto answer = ask_admin(admin, file, path, "GET");
  if (!answer) {
    std::fprintf(stderr, "gatehouse: %s\n", answer.error().text().c_str());
    return kFailed;
  }
  std::fputs(answer->body.c_str(), answer->status == 200 ? stdout : stderr);
  return answer->status == 200 ? kFine : kFailed;
}

// What was asked for, beside the question itself.
struct Wanted {
  proxy::Question question;
  std::string listener;
  Millis valid_for{300'000};
  bool live = false;
  bool sign = false;
};

// Errors: a time that is none.
Result<Wanted> read_arguments(const Arguments& arguments) {
  Wanted out;
  out.question = {.method = arguments.rest[0], .url = arguments.rest[1], .fields = {}};
  for (const auto& [option, value] : arguments.options) {
    if (option == "-H") out.question.fields.push_back(value);
    if (option == "--source-ip") out.question.source_ip = value;
    if (option == "--listener") out.listener = value;
    if (option == "--live") out.live = true;
    if (option == "--sign") out.sign = true;
    if (option != "--for") continue;
    const auto time = config::parse_duration(value);
    constexpr Millis kLongest{proxy::kLongestPass * 1000};
    if (!time || *time < Millis(1000) || *time > kLongest)
      return fail("'" + value + "' is no time for a pass", 0, "from 1s to 1h, such as 5min");
    out.valid_for = *time;
  }
  return out;
}

// Complains where there is no answer.
int print_pass(const Result<std::string>& pass) {
  if (!pass) {
    std::fprintf(stderr, "gatehouse: %s\n", pass.error().text().c_str());
    return kFailed;
  }
  std::printf("%s: %s\n", std::string(proxy::kExplainHeader).c_str(), pass->c_str());
  return kFine;
}

}  // namespace

int run_explain(const Arguments& arguments) {
  if (arguments.rest.size() != 2) {
    std::fputs("gatehouse: explain needs a method and a URL, such as GET http://shop.test/api/x\n",
               stderr);
    return kUsage;
  }
  const auto wanted = read_arguments(arguments);
  if (!wanted) {
    std::fprintf(stderr, "gatehouse: %s\n", wanted.error().text().c_str());
    return kUsage;
  }
  auto read = read_config(arguments.config);
  if (!read) {
    complain(read.error());
    return kFailed;
  }
  if (!read->loaded.good()) {
    print_errors(*read, arguments.config);
    return kFailed;
  }
  const proxy::Question& question = wanted->question;
  if (wanted->live)
    return ask_live(read->loaded.spec.admin, arguments.config, question, wanted->listener);
  observe::Metrics metrics;
  snapshot::Registry registry(metrics);
  const auto snapshot = snapshot::build(std::move(read->loaded.spec), nullptr, registry);
  const snapshot::ListenerView* listener = proxy::listener_named(*snapshot, wanted->listener);
  if (listener == nullptr) {
    std::fprintf(stderr, "gatehouse: there is no listener '%s'\n", wanted->listener.c_str());
    return kFailed;
  }
  if (wanted->sign) {
    const std::int64_t now = SystemClock().wall_us() / 1'000'000;
    return print_pass(
        proxy::pass_for(*snapshot, *listener, question, now + wanted->valid_for.count() / 1000));
  }
  const auto explanation = proxy::explain(*snapshot, *listener, question);
  if (!explanation) {
    std::fprintf(stderr, "gatehouse: %s\n", explanation.error().text().c_str());
    return kUsage;
  }
  if (arguments.json) {
    std::fputs(admin::explain_json(listener->name, *explanation).c_str(), stdout);
  } else {
    print_text(listener->name, *explanation);
  }
  return kFine;
}

}  // namespace gatehouse::app
