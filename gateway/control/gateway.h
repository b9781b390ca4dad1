// The serving process, seen from its control thread: what is configured, who works, what is live.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "config/load.h"
#include "control/crew.h"
#include "control/file_watch.h"
#include "control/history.h"
#include "control/legacy.h"
#include "control/names.h"
#include "control/sockets.h"
#include "observe/access_log.h"
#include "observe/metrics.h"
#include "plugin/catalog.h"
#include "policy/library.h"
#include "snapshot/build.h"
#include "snapshot/registry.h"

namespace gatehouse::control {

// What a reload or a rollback came to.
struct ReloadResult {
  enum class Kind : std::uint8_t { live, unchanged, refused };
  Kind kind = Kind::refused;
  std::uint64_t generation = 0;
  std::string changed;
  double milliseconds = 0;
  std::string text;  // for people: diagnostics, or one line, and warnings
  std::string json;  // diagnostics for programs; "[]" without
};

// What is wrong with the file since when, if the live configuration is not what the file says.
struct Stale {
  std::string why;
  std::int64_t since_s = 0;
};

enum class OnWarning : std::uint8_t { go_on, refuse };

// Thread: control.  Owns: workers, metrics, access log, history.
class Gateway {
 public:
  // `on_warning`: whether a file with warnings is as good as another.
  Gateway(event::Loop& loop, event::Mailbox& mailbox, const Clock& clock, net::Resolver& resolver,
          Sockets& sockets, std::string file, OnWarning on_warning = OnWarning::go_on);
  ~Gateway();

  // Loads the file and starts to serve; false: `result` says what is wrong.  What a predecessor
  // left (Sockets::bequeath; "": nothing) goes on when the file is not good any more.
  bool start(const std::string& left, ReloadResult& result);
  // Told whenever another generation is live.
  std::function<void()> on_live = [] {};
  using Done = std::function<void(const ReloadResult&)>;
  // Loads the file again.  Whatever is wrong with it, what is live goes on.
  void reload(Done done, OnWarning on_warning = OnWarning::go_on);
  // Goes back to generation `number` (nothing: the one before).  It holds until the file's bytes
  // change.
  void rollback(std::optional<std::uint64_t> number, Done done);
  // Finishes what is open, at most for the file's `drain`; then calls `done` with the number of
  // connections cut.
  void drain(std::function<void()> done);
  [[nodiscard]] Millis drain_time() const { return live_ != nullptr ? live_->drain : Millis(0); }
  void rotate_logs();
  // Runs `work` after the current event.
  void later(std::function<void()> work) { static_cast<void>(mailbox_.post(std::move(work))); }

  [[nodiscard]] const snapshot::Snapshot& live() const { return *live_; }
  // The file that is live, read again: a snapshot keeps no routes.  Cost: that of a load.
  [[nodiscard]] config::Spec live_spec() const;
  [[nodiscard]] bool serving() const { return live_ != nullptr && !draining_; }
  [[nodiscard]] const History& history() const { return history_; }
  [[nodiscard]] const std::optional<Stale>& stale() const { return stale_; }
  [[nodiscard]] const observe::Metrics& metrics() const { return metrics_; }
  [[nodiscard]] const snapshot::Registry& registry() const { return registry_; }
  [[nodiscard]] const observe::AccessLog* access_log() const {
    return access_ ? &*access_ : nullptr;
  }
  [[nodiscard]] const Names& names() const { return names_; }
  [[nodiscard]] const Crew& crew() const { return crew_; }
  [[nodiscard]] std::int64_t longest_adopt_us() const { return longest_adopt_us_; }
  [[nodiscard]] const std::string& file() const { return file_; }
  // An address of the file, the path of a Unix socket made absolute.
  [[nodiscard]] std::string address_of(const std::string& address) const;
  [[nodiscard]] event::Loop& loop() { return loop_; }
  [[nodiscard]] std::uint64_t reloads() const { return reloads_; }
  [[nodiscard]] std::uint64_t refused() const { return refused_; }

 private:
  struct Listeners {
    std::vector<Crew::Listening> listening;
    std::vector<std::string> names;
  };
  void apply(std::string bytes, OnWarning on_warning, Done done);
  // Looks at the rules of what is to go live; false: it is refused, and
  // `diagnostics` say why.
  bool analyse(const snapshot::Snapshot& next, OnWarning on_warning,
               config::Diagnostics& diagnostics);
  ReloadResult refuse(std::string text, std::string json, std::string_view first,
                      std::size_t errors);
  ReloadResult missing(const Error& error);
  bool apply_now(std::string bytes, OnWarning on_warning, ReloadResult& result);
  void bequeath();
  void watch_file();
  [[nodiscard]] std::uint64_t number_of(std::uint64_t hash);
  void place_sockets(snapshot::Snapshot& next) const;
  bool room_for_workers(const config::Spec& spec, config::Diagnostics& diagnostics);
  std::optional<Listeners> open_listeners(const snapshot::Snapshot& next,
                                          config::Diagnostics& diagnostics);
  bool prepare_steps(const snapshot::Snapshot& next, config::Diagnostics& diagnostics);
  bool set_access_log(const config::AccessLogSpec& spec, std::string& why);
  void adopt(std::shared_ptr<snapshot::Snapshot> next, Listeners listeners, std::string bytes,
             Done done);
  void say_warnings(std::string_view bytes, ReloadResult& result);
  void went_live(const std::shared_ptr<snapshot::Snapshot>& next,
                 const std::vector<std::string>& listeners, std::string bytes, const Done& done);
  void next_in_line();
  void set_addresses(std::uint32_t group_slot, const std::string& target,
                     std::vector<net::Address> addresses);
  [[nodiscard]] std::string path_of(const std::string& path) const;
  [[nodiscard]] double since_ms(Instant began) const;
  [[nodiscard]] unsigned workers_of(const config::Spec& spec) const;

  event::Loop& loop_;
  event::Mailbox& mailbox_;
  const Clock& clock_;
  Sockets& sockets_;
  const std::string file_;
  const OnWarning on_warning_;
  std::string folder_;
  observe::Metrics metrics_;
  snapshot::Registry registry_;
  plugin::Catalog plugins_;
  config::FileHashes files_;  // that the live configuration was made of, beside its own
  policy::Library policies_;
  std::optional<observe::AccessLog> access_;
  config::AccessLogSpec access_spec_;
  bool access_on_ = false;
  Crew crew_;
  Names names_;
  History history_;
  std::unique_ptr<FileWatch> watch_;
  std::shared_ptr<const snapshot::Snapshot> live_;
  std::vector<std::string> listener_names_;
  std::optional<Stale> stale_;
  std::optional<Legacy> legacy_;                   // until something is live
  std::optional<std::uint64_t> rolled_back_file_;  // the file's hash when it was rolled back
  config::Diagnostics warnings_;                   // of the file that goes live
  std::uint64_t next_generation_ = 1;
  Instant began_{};
  std::int64_t pause_us_ = 0;  // of the worker that the last reload kept longest
  std::int64_t longest_adopt_us_ = 0;
  std::uint64_t reloads_ = 0;
  std::uint64_t refused_ = 0;
  bool busy_ = false;
  bool draining_ = false;
  std::vector<std::function<void()>> waiting_;
  struct DrainTimer;
  std::unique_ptr<DrainTimer> drain_timer_;
};

}  // namespace gatehouse::control
