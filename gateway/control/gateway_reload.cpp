// How a file becomes a generation: checked whole, prepared, swapped, or refused.
#include <malloc.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/hash.h"
#include "config/scalar.h"
#include "control/gateway.h"
#include "control/user.h"
#include "observe/log.h"
#include "routing/analyse.h"
#include "snapshot/diff.h"

namespace gatehouse::control {

using observe::Event;
using observe::log;

namespace {

observe::AccessFormat format_of(config::AccessFormat format) {
  return format == config::AccessFormat::alb ? observe::AccessFormat::alb
                                             : observe::AccessFormat::json;
}

}  // namespace

void Gateway::reload(Done done, OnWarning on_warning) {
  if (busy_) {
    waiting_.push_back([this, on_warning, done = std::move(done)] { reload(done, on_warning); });
    return;
  }
  ++reloads_;
  began_ = clock_.monotonic();
  const config::SystemSource source("");
  auto bytes = source.read_file(file_);
  if (!bytes) return done(missing(bytes.error()));
  const std::uint64_t hash = hash64(*bytes);
  const bool held = rolled_back_file_ == hash;
  const config::SystemSource files(folder_);
  const bool same = hash == live_->hash && !plugins_.changed() && !policies_.changed(files) &&
                    config::unchanged(files_, files);
  if (held || same) {
    if (!held) stale_.reset();
    ReloadResult result;
    result.kind = ReloadResult::Kind::unchanged;
    result.generation = live_->generation;
    result.text =
        held ? "a rollback holds until the file changes: generation " +
                   std::to_string(live_->generation) + " goes on\n"
             : "nothing changed: generation " + std::to_string(live_->generation) + " goes on\n";
    result.json = "[]";
    log().write(Event::reload_unchanged,
                {{"generation", live_->generation}, {"hash", hash_text(live_->hash)}});
    return done(result);
  }
  history_.let_go();
  if (std::exchange(rolled_back_file_, std::nullopt)) bequeath();
  if (on_warning_ == OnWarning::refuse) on_warning = OnWarning::refuse;
  apply(std::move(*bytes), on_warning, std::move(done));
}

ReloadResult Gateway::missing(const Error& error) {
  ReloadResult result;
  result.text = error.text() + "\n";
  result.json = "[]";
  ++refused_;
  if (live_ == nullptr && !legacy_) return result;
  if (live_ != nullptr) result.generation = live_->generation;
  stale_ = Stale{error.text(), clock_.wall_us() / 1'000'000};
  log().write(Event::config_missing, {{"file", file_}, {"error", error.text()}});
  return result;
}

ReloadResult Gateway::refuse(std::string text, std::string json, std::string_view first,
                             std::size_t errors) {
  ++refused_;
  ReloadResult result;
  result.text = std::move(text);
  result.json = std::move(json);
  if (live_ == nullptr && !legacy_) return result;
  if (live_ != nullptr) result.generation = live_->generation;
  stale_ = Stale{std::string(first), clock_.wall_us() / 1'000'000};
  log().write(Event::config_refused, {{"file", file_}, {"errors", errors}, {"first", first}});
  return result;
}

void Gateway::rollback(std::optional<std::uint64_t> number, Done done) {
  if (busy_) {
    waiting_.push_back([this, number, done = std::move(done)] { rollback(number, done); });
    return;
  }
  const Generation* wanted = number ? history_.find(*number) : history_.before(live_->hash);
  if (wanted == nullptr) {
    ReloadResult result;
    result.generation = live_->generation;
    result.text = number ? "there is no generation " + std::to_string(*number) + " to go back to\n"
                         : "there is no generation before this one\n";
    result.json = "[]";
    return done(result);
  }
  began_ = clock_.monotonic();
  const config::SystemSource source("");
  const auto bytes = source.read_file(file_);
  const std::uint64_t to = wanted->number;
  const std::uint64_t file_hash = bytes ? hash64(*bytes) : live_->hash;
  const auto report = [this, to, file_hash, done = std::move(done)](const ReloadResult& result) {
    if (result.kind == ReloadResult::Kind::live) {
      rolled_back_file_ = file_hash;
      history_.hold(file_hash, to);
      bequeath();
      log().write(Event::rolled_back,
                  {{"generation", result.generation},
                   {"to", to},
                   {"milliseconds", static_cast<std::int64_t>(result.milliseconds)}});
    }
    done(result);
  };
  apply(wanted->file.text(), OnWarning::go_on, report);
}

void Gateway::apply(std::string bytes, OnWarning on_warning, Done done) {
  const config::SystemSource files(folder_);
  const config::RememberingSource source(files);
  config::Loaded loaded = config::load(bytes, source, &plugins_, &policies_);
  auto refused = [&](const config::Diagnostics& diagnostics) {
    const auto first = std::find_if(diagnostics.begin(), diagnostics.end(), [](const auto& d) {
      return d.severity == config::Severity::error;
    });
    const std::string where = first == diagnostics.end()
                                  ? ""
                                  : std::to_string(first->span.line) + ":" +
                                        std::to_string(first->span.column) + ": " + first->message;
    done(refuse(config::render(diagnostics, file_, bytes), config::render_json(diagnostics, file_),
                where, config::error_count(diagnostics)));
  };
  if (!loaded.good()) return refused(loaded.diagnostics);
  history_.open(path_of(loaded.spec.state_dir.value), loaded.spec.reload.keep);
  if (live_ == nullptr && legacy_ && history_.last_number() < legacy_->generation) {
    static_cast<void>(history_.store({legacy_->generation, hash64(legacy_->bytes), legacy_->wall_s,
                                      "", PackedText(legacy_->bytes)}));
  }
  const std::uint64_t hash = hash64(bytes);
  if (live_ == nullptr && !rolled_back_file_) {
    // Rolled back before a restart: that holds until the file changes.
    if (const Generation* held = history_.held(hash)) {
      rolled_back_file_ = hash;
      return apply(held->file.text(), OnWarning::go_on, std::move(done));
    }
  }
  auto next = snapshot::build(std::move(loaded.spec), live_.get(), registry_);
  place_sockets(*next);
  next->hash = hash;
  if (!analyse(*next, on_warning, loaded.diagnostics)) return refused(loaded.diagnostics);
  next->forget_routes();
  if (!room_for_workers(next->spec, loaded.diagnostics)) return refused(loaded.diagnostics);
  auto listeners = open_listeners(*next, loaded.diagnostics);
  auto cannot_serve = [&] {
    sockets_.abandon();
    refused(loaded.diagnostics);
  };
  if (!listeners || !prepare_steps(*next, loaded.diagnostics)) return cannot_serve();
  std::string why;
  if (live_ == nullptr) {
    if (const Status became = become_user(next->spec.user); !became) {
      loaded.diagnostics.push_back(
          {config::Severity::error, "bad-user", {}, became.error().text(), ""});
      return cannot_serve();
    }
    sockets_.user_changed();
  }
  if (!set_access_log(next->spec.access_log, why)) {
    loaded.diagnostics.push_back({config::Severity::error, "cannot-write",
                                  next->spec.access_log.span, "access_log: " + why,
                                  "is the folder there, and may the gateway write to it?"});
    return cannot_serve();
  }
  // The history goes on in memory: no reason not to serve.
  if (const Status able = history_.writable(); !able)
    loaded.diagnostics.push_back({config::Severity::warning, "cannot-write",
                                  next->spec.state_dir.span, able.error().text(), ""});
  next->generation = number_of(hash);
  files_ = source.files();
  warnings_ = std::move(loaded.diagnostics);
  busy_ = true;
  adopt(std::move(next), std::move(*listeners), std::move(bytes), std::move(done));
}

bool Gateway::analyse(const snapshot::Snapshot& next, OnWarning on_warning,
                      config::Diagnostics& diagnostics) {
  std::vector<const routing::RuleTable*> tables;
  for (const auto& listener : next.listeners) tables.push_back(&listener->table);
  routing::analyse(next.spec, routing::Notes::left_out, diagnostics, tables);
  const std::size_t warnings = config::count(diagnostics, config::Severity::warning);
  if (warnings == 0 || on_warning == OnWarning::go_on) return true;
  diagnostics.push_back({config::Severity::error,
                         "strict",
                         {},
                         std::to_string(warnings) + " warning" + (warnings == 1 ? "" : "s") +
                             ", and --strict takes none",
                         ""});
  return false;
}

// A start that finds what was live last goes on with its number.
std::uint64_t Gateway::number_of(std::uint64_t hash) {
  if (live_ == nullptr && history_.last_hash() == hash) return history_.last_number();
  next_generation_ = std::max(next_generation_, history_.last_number() + 1);
  return next_generation_++;
}

std::optional<Gateway::Listeners> Gateway::open_listeners(const snapshot::Snapshot& next,
                                                          config::Diagnostics& diagnostics) {
  Listeners out;
  const unsigned workers = workers_of(next.spec);
  bool good = true;
  if (const auto& admin = next.spec.admin; !admin.off) {
    if (const auto fds = sockets_.open(kAdminSockets, address_of(admin.address), 1); !fds) {
      good = false;
      diagnostics.push_back(
          {config::Severity::error, "cannot-listen", admin.span, fds.error().text(), ""});
    }
  }
  for (std::size_t i = 0; i < next.listeners.size(); ++i) {
    const auto& view = *next.listeners[i];
    const bool shared = view.address.starts_with("unix:");
    auto fds = sockets_.open(view.name, address_of(view.address), shared ? 1 : workers);
    if (!fds) {
      good = false;
      diagnostics.push_back({config::Severity::error, "cannot-listen",
                             next.spec.listeners[i].address.span, fds.error().text(), ""});
      continue;
    }
    out.listening.push_back({view.slot, std::move(*fds), shared});
    out.names.push_back(view.name);
  }
  if (!good) return std::nullopt;
  return out;
}

bool Gateway::prepare_steps(const snapshot::Snapshot& next, config::Diagnostics& diagnostics) {
  const std::size_t before = diagnostics.size();
  for (const auto& step : next.steps) {
    const std::string failed = step->prepare(workers_of(next.spec));
    if (failed.empty()) continue;
    diagnostics.push_back({config::Severity::error,
                           "bad-plugin",
                           {},
                           std::string(step->name()) + ": " + failed,
                           "see the log for what it said"});
  }
  return diagnostics.size() == before;
}

bool Gateway::set_access_log(const config::AccessLogSpec& spec, std::string& why) {
  if (spec.off) {
    access_on_ = false;
    access_spec_ = spec;
    return true;
  }
  if (!access_) {
    auto started = observe::AccessLog::start(path_of(spec.path), format_of(spec.format));
    if (!started) {
      why = started.error().text();
      return false;
    }
    access_.emplace(std::move(*started));
  } else if (!(spec == access_spec_) || !access_on_) {
    if (const Status changed = access_->change(path_of(spec.path), format_of(spec.format));
        !changed) {
      why = changed.error().text();
      return false;
    }
  }
  access_on_ = true;
  access_spec_ = spec;
  return true;
}

// ---- going live ----

void Gateway::adopt(std::shared_ptr<snapshot::Snapshot> next, Listeners listeners,
                    std::string bytes, Done done) {
  crew_.resize(workers_of(next->spec), access_on_ ? &*access_ : nullptr);
  struct Longest {
    std::atomic<std::int64_t> us{0};
  };
  auto longest = std::make_shared<Longest>();
  std::shared_ptr<const snapshot::Snapshot> shared = next;
  std::vector<observe::AccessRing*> rings(crew_.size());
  for (std::size_t i = 0; access_on_ && i < rings.size(); ++i) rings[i] = &access_->ring(i);
  crew_.each(
      [this, shared, longest, rings](proxy::Worker& worker) {
        const Instant began = clock_.monotonic();
        worker.set_access(rings[worker.number]);
        worker.adopt(shared);
        const std::int64_t took = (clock_.monotonic() - began).count();
        std::int64_t before = longest->us.load();
        while (before < took && !longest->us.compare_exchange_weak(before, took)) {
        }
      },
      [this, next, listeners = std::move(listeners), bytes = std::move(bytes), longest,
       done = std::move(done)]() mutable {
        pause_us_ = longest->us.load();
        longest_adopt_us_ = std::max(longest_adopt_us_, pause_us_);
        names_.follow(*next);
        auto names = listeners.names;
        crew_.assign(
            listeners.listening,
            [this, next, names = std::move(names), bytes = std::move(bytes),
             done = std::move(done)]() mutable { went_live(next, names, std::move(bytes), done); });
      });
}

void Gateway::went_live(const std::shared_ptr<snapshot::Snapshot>& next,
                        const std::vector<std::string>& listeners, std::string bytes,
                        const Done& done) {
  const bool first = live_ == nullptr;
  ReloadResult result;
  result.kind = ReloadResult::Kind::live;
  result.generation = next->generation;
  result.changed = snapshot::describe_change(live_.get(), *next);
  result.json = "[]";
  live_ = next;
  legacy_.reset();
  if (!first) stale_.reset();  // the first may stand in for a file that is not good
  for (const auto& name : listener_names_) {
    if (std::find(listeners.begin(), listeners.end(), name) == listeners.end())
      sockets_.close(name);
  }
  listener_names_ = listeners;
  sockets_.close_outdated();
  on_live();
  result.milliseconds = since_ms(began_);
  result.text =
      "generation " + std::to_string(result.generation) + " is live: " + result.changed + "\n";
  log().write(Event::config_loaded, {{"generation", result.generation},
                                     {"hash", hash_text(next->hash)},
                                     {"changed", result.changed},
                                     {"milliseconds", std::llround(result.milliseconds)},
                                     {"pause_microseconds", pause_us_},
                                     {"file", file_}});
  say_warnings(bytes, result);
  if (history_.last_hash() != next->hash) {
    Generation generation;
    generation.number = next->generation;
    generation.hash = next->hash;
    generation.wall_s = clock_.wall_us() / 1'000'000;
    generation.changed = result.changed;
    generation.file = PackedText(bytes);
    if (const Status stored = history_.store(std::move(generation)); !stored) {
      log().write(Event::failed, {{"error", stored.error().text()}});
    }
  }
  bequeath();
  if (next->spec.reload.watch && watch_ == nullptr) {
    watch_file();
  } else if (!next->spec.reload.watch) {
    watch_.reset();
  }
  if (first) sockets_.ready(next->drain);
  busy_ = false;
  // Reading a file takes many times the room that its rules do; whole pages of it go back.
  later([] { malloc_trim(0); });
  done(result);
  next_in_line();
}

void Gateway::say_warnings(std::string_view bytes, ReloadResult& result) {
  config::Diagnostics said;
  for (auto& diagnostic : config::sorted(std::exchange(warnings_, {}))) {
    if (diagnostic.severity == config::Severity::warning) said.push_back(std::move(diagnostic));
  }
  if (said.empty()) return;
  result.json = config::render_json(said, file_);
  result.text += config::render_few(said, file_, bytes);
  const auto& first = said.front();
  log().write(Event::config_warned,
              {{"file", file_},
               {"warnings", said.size()},
               {"first", std::to_string(first.span.line) + ":" + std::to_string(first.span.column) +
                             ": " + first.message}});
}

void Gateway::next_in_line() {
  if (busy_ || waiting_.empty()) return;
  auto next = std::move(waiting_.front());
  waiting_.erase(waiting_.begin());
  next();
}

}  // namespace gatehouse::control
