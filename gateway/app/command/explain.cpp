#include "proxy/explain.h"

#include <cstdio>

#include "admin/explain_json.h"
#include "admin/explain_text.h"
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

// What was asked for, beside the question itself.
struct Wanted {
  proxy::Question question;
  std::string listener;
  std::string origin;  // of a page; "": no browser
  bool credentials = false;
  Millis valid_for{300'000};
  bool live = false;
  bool sign = false;
};

// What the running gateway says.
int ask_live(const config::AdminSpec& admin, const Arguments& arguments, const Wanted& wanted) {
  const proxy::Question& question = wanted.question;
  std::string path = "/explain?method=" + escape(question.method) + "&url=" + escape(question.url) +
                     "&source_ip=" + escape(question.source_ip);
  for (const auto& field : question.fields) path += "&header=" + escape(field);
  if (!wanted.listener.empty()) path += "&listener=" + escape(wanted.listener);
  if (!wanted.origin.empty()) path += "&cors=" + escape(wanted.origin);
  if (wanted.credentials) path += "&credentials=include";
  if (!arguments.json) path += "&format=text";
  const auto answer = ask_admin(admin, arguments.config, path, "GET");
  if (!answer) return failed(arguments, answer.error());
  std::fputs(answer->body.c_str(), answer->status == 200 ? stdout : stderr);
  return answer->status == 200 ? kFine : kFailed;
}

// Errors: a time that is none.
Result<Wanted> read_arguments(const Arguments& arguments) {
  Wanted out;
  out.question = {.method = arguments.rest[0], .url = arguments.rest[1], .fields = {}};
  for (const auto& [option, value] : arguments.options) {
    if (option == "-H") out.question.fields.push_back(value);
    if (option == "--source-ip") out.question.source_ip = value;
    if (option == "--listener") out.listener = value;
    if (option == "--cors") out.origin = value;
    if (option == "--credentials") out.credentials = true;
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

// Complains where there is no explanation.
template <typename Explanation>
int print(const Result<Explanation>& explanation, const std::string& listener, bool as_json,
          std::string (*text)(const std::string&, const Explanation&),
          std::string (*json)(const std::string&, const Explanation&)) {
  if (!explanation) {
    std::fprintf(stderr, "gatehouse: %s\n", explanation.error().text().c_str());
    return kUsage;
  }
  std::fputs((as_json ? json : text)(listener, *explanation).c_str(), stdout);
  return kFine;
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
  if (!read) return failed(arguments, read.error());
  if (!read->loaded.good()) return refused(arguments, *read, arguments.config);
  const proxy::Question& question = wanted->question;
  if (wanted->live) return ask_live(read->loaded.spec.admin, arguments, *wanted);
  observe::Metrics metrics;
  snapshot::Registry registry(metrics);
  const auto snapshot = snapshot::build(std::move(read->loaded.spec), nullptr, registry);
  const snapshot::ListenerView* listener =
      proxy::listener_of(*snapshot, wanted->listener, question.url);
  if (listener == nullptr) {
    return failed(arguments, "there is no listener '" + wanted->listener + "'");
  }
  if (wanted->sign) {
    const std::int64_t now = SystemClock().wall_us() / 1'000'000;
    return print_pass(
        proxy::pass_for(*snapshot, *listener, question, now + wanted->valid_for.count() / 1000));
  }
  if (!wanted->origin.empty()) {
    return print(
        proxy::explain_cors(*snapshot, *listener, question, wanted->origin, wanted->credentials),
        listener->name, arguments.json, &admin::cors_text, &admin::cors_json);
  }
  return print(proxy::explain(*snapshot, *listener, question), listener->name, arguments.json,
               &admin::explain_text, &admin::explain_json);
}

}  // namespace gatehouse::app
