// What the running gateway does: its counts, looked at again and again.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <optional>

#include "admin/traffic.h"
#include "admin/traffic_text.h"
#include "app/admin_client.h"
#include "app/command.h"
#include "app/read_config.h"
#include "app/screen.h"
#include "config/scalar.h"

namespace gatehouse::app {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kRowsElsewhere = 20;
constexpr std::size_t kLinesOfWhole = 4;  // with those about keys
constexpr std::size_t kLinesOfTable = 2;  // a blank one and its head

struct Wanted {
  Millis every{1000};
  std::string sort;
  std::size_t rows = 0;  // 0: as many as there is room for
  bool once = false;
};

// Errors: what is wrong with the words.
Result<Wanted> read_arguments(const Arguments& arguments) {
  Wanted out;
  for (const auto& [option, value] : arguments.options) {
    if (option == "--once") out.once = true;
    if (option == "--every") {
      const auto time = config::parse_duration(value);
      if (!time || *time < Millis(100) || *time > Millis(3'600'000))
        return fail("'" + value + "' is no period", 0, "from 100ms to 1h, such as 2s");
      out.every = *time;
    }
    if (option == "--sort") {
      const auto columns = admin::traffic_columns();
      if (std::find(columns.begin(), columns.end(), value) == columns.end()) {
        std::string names;
        for (const auto name : columns) names.append(names.empty() ? "" : " ").append(name);
        return fail("there is no column '" + value + "'", 0, names);
      }
      out.sort = value;
    }
    if (option == "--rows") {
      out.rows = static_cast<std::size_t>(std::strtoul(value.c_str(), nullptr, 10));
      if (out.rows == 0 || out.rows > 100'000 ||
          value.find_first_not_of("0123456789") != value.npos)
        return fail("'" + value + "' is no number of rows", 0, "such as 10");
    }
  }
  return out;
}

// Of each table, at least one; where there are more, a line says how many.
std::size_t rows_that_fit(const Json& traffic, std::size_t room) {
  std::size_t out = 1;
  for (std::size_t rows = 1; rows <= room; ++rows) {
    std::size_t lines = kLinesOfWhole;
    for (const auto* table : {"rules", "groups", "policies"}) {
      const std::size_t all = traffic[table].size();
      if (all != 0) lines += kLinesOfTable + std::min(all, rows) + (all > rows ? 1 : 0);
    }
    if (lines <= room) out = rows;
  }
  return out;
}

class Top {
 public:
  Top(const Arguments& arguments, Wanted wanted, config::AdminSpec admin)
      : arguments_(arguments), wanted_(std::move(wanted)), admin_(std::move(admin)) {}

  int run() {
    auto first = look();
    if (!first) return failed(arguments_, first.error());
    const auto failure = watch(*std::move(first));
    return failure ? failed(arguments_, *failure) : kFine;
  }

 private:
  Result<Json> look() {
    const auto answer = ask_admin(admin_, arguments_.config, "/traffic", "GET");
    if (!answer) return tl::make_unexpected(answer.error());
    Json out = Json::parse(answer->body, nullptr, false);
    if (answer->status == 200 && out.is_object() && out.contains("policies")) return out;
    return fail("ask the gateway: it answered " + std::to_string(answer->status), 0,
                answer->body.substr(0, answer->body.find('\n')));
  }

  // Until it is to end; why, if the gateway is the reason.
  std::optional<Error> watch(Json before) {
    Screen screen(!arguments_.json && !wanted_.once);
    bool failed = false;
    while (waits(screen)) {
      auto now = look();
      if (!now && failed) return now.error();
      failed = !now;  // another serving process may just take its place
      if (failed) continue;
      const bool another = before["pid"] != (*now)["pid"];
      if (!another && (!shows(screen, admin::traffic(before, *now)) || wanted_.once)) break;
      before = *std::move(now);
    }
    return std::nullopt;
  }

  // A period; false: it is to end.  Keys change the picture at once.
  bool waits(Screen& screen) {
    const SystemClock clock;
    const Instant end = clock.monotonic() + Micros(wanted_.every);
    for (Micros left = wanted_.every; left > Micros(0); left = end - clock.monotonic()) {
      const char key = screen.waits(std::chrono::ceil<Millis>(left));
      if (key == 'q') return false;
      if (key != 's') continue;
      const auto columns = admin::traffic_columns();
      const auto at = std::find(columns.begin(), columns.end(), wanted_.sort);
      wanted_.sort = at == columns.end() || at + 1 == columns.end() ? columns.front() : *(at + 1);
      if (!last_.is_null()) shows(screen, last_);
    }
    return true;
  }

  bool shows(Screen& screen, Json traffic) {
    last_ = std::move(traffic);
    if (arguments_.json)
      return screen.shows(last_.dump(-1, ' ', false, Json::error_handler_t::replace) + '\n');
    std::size_t rows = wanted_.rows;
    if (rows == 0)
      rows = screen.is_terminal() ? rows_that_fit(last_, screen.rows()) : kRowsElsewhere;
    std::string picture =
        admin::traffic_text(last_, {.sort = wanted_.sort, .rows = rows, .width = screen.columns()});
    if (screen.is_terminal()) {
      picture += "\nq ends, s sorts" + (wanted_.sort.empty() ? "" : ", now by " + wanted_.sort);
    } else if (!wanted_.once) {
      picture += '\n';
    }
    return screen.shows(picture);
  }

  const Arguments& arguments_;
  Wanted wanted_;
  const config::AdminSpec admin_;
  Json last_;
};

}  // namespace

int run_top(const Arguments& arguments) {
  const auto wanted = read_arguments(arguments);
  if (!wanted) {
    std::fprintf(stderr, "gatehouse: %s\n", wanted.error().text().c_str());
    return kUsage;
  }
  const auto read = read_config(arguments.config);
  if (!read) return failed(arguments, read.error());
  // Whatever is wrong with the file, it says as a rule where the gateway is.
  const int code = Top(arguments, *wanted, read->loaded.spec.admin).run();
  if (code != kFine && !read->loaded.good()) print_errors(*read, arguments.config);
  return code;
}

}  // namespace gatehouse::app
