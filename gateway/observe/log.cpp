#include "observe/log.h"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <climits>

#include "base/check.h"
#include "observe/escape.h"
#include "observe/timestamp.h"
#include "observe/unblocked.h"

namespace gatehouse::observe {
namespace {

constexpr std::int64_t kSecond = 1'000'000;
constexpr std::size_t kWaiting = 64 * 1024;
constexpr std::size_t kLongestText = 512;            // of one value; several fit a line
constexpr std::size_t kLongestLine = PIPE_BUF - 64;  // room for `suppressed` and the end
constexpr std::string_view kCut = "...";

std::string_view shortened(std::string_view text, std::size_t longest) {
  if (text.size() <= longest) return text;
  std::size_t n = longest;
  while (n > longest - 3 && (static_cast<unsigned char>(text[n]) & 0xC0) == 0x80) --n;
  return text.substr(0, n);
}

void append_value(std::string& out, const LogField::Value& value, bool quoted) {
  if (const auto* text = std::get_if<std::string_view>(&value)) {
    if (quoted) out += '"';
    append_json_text(out, shortened(*text, kLongestText));
    if (text->size() > kLongestText) out += kCut;
    if (quoted) out += '"';
  } else if (const auto* truth = std::get_if<bool>(&value)) {
    out += *truth ? "true" : "false";
  } else {
    out += std::holds_alternative<std::int64_t>(value)
               ? std::to_string(std::get<std::int64_t>(value))
               : std::to_string(std::get<std::uint64_t>(value));
  }
}

const LogField* find(LogFields fields, std::string_view name) {
  for (const LogField& field : fields) {
    if (field.name == name) return &field;
  }
  return nullptr;
}

// The sentence of the row, its {fields} replaced.
void append_sentence(std::string& out, const EventRow& event, LogFields fields) {
  std::string_view rest = event.sentence;
  while (true) {
    const std::size_t open = rest.find('{');
    out += rest.substr(0, open);
    if (open == std::string_view::npos) return;
    const std::size_t shut = rest.find('}', open);
    const LogField* field = find(fields, rest.substr(open + 1, shut - open - 1));
    field == nullptr ? void(out += '?') : append_value(out, field->value, false);
    rest.remove_prefix(shut + 1);
  }
}

[[maybe_unused]] bool lists(const EventRow& event, std::string_view name) {
  const std::size_t at =
      (' ' + std::string(event.fields) + ' ').find(' ' + std::string(name) + ' ');
  return at != std::string::npos;
}

// A value that made the line too long is the last that is told; what follows is left out whole.
void append_fields(std::string& out, LogFields fields, std::string_view before,
                   std::string_view between, std::size_t longest) {
  for (const LogField& field : fields) {
    const std::size_t size = out.size();
    out += before;
    out += field.name;
    out += between;
    append_value(out, field.value, true);
    if (out.size() > longest) return out.resize(size);
  }
}

}  // namespace

Log::Log(int fd, const Clock& clock)
    : Log(fd, clock, isatty(fd) == 1 ? LogStyle::text : LogStyle::json) {}

std::string Log::line(Event event, LogFields fields) const {
  const EventRow& what = row(event);
  for ([[maybe_unused]] const LogField& field : fields) GH_ASSERT(lists(what, field.name));
  const std::string time = Timestamp::text(clock_.wall_us());
  std::string sentence;
  append_sentence(sentence, what, fields);
  if (sentence.size() > kLongestLine / 2) sentence = what.word;  // the fields say it
  std::string out;
  if (style_ == LogStyle::text) {
    out = time.substr(11, 12) + ' ' + std::string(word(what.level)) + ' ' + std::string(what.word);
    if (!sentence.empty()) out += ": " + sentence;
    append_fields(out, fields, "  ", "=", kLongestLine);
    return out;
  }
  out = R"({"time":")" + time + R"(","level":")" + std::string(word(what.level)) +
        R"(","event":")" + std::string(what.word) + '"';
  append_fields(out, fields, ",\"", "\":", kLongestLine - sentence.size() - 16);
  out += R"(,"message":")" + sentence + '"';
  return out;
}

std::string Log::finished(std::string line, std::uint64_t suppressed) const {
  if (suppressed != 0) {
    line += style_ == LogStyle::json ? ",\"suppressed\":" : "  suppressed=";
    line += std::to_string(suppressed);
  }
  line += style_ == LogStyle::json ? "}\n" : "\n";
  return line;
}

void Log::divert(std::function<void(Event, std::string)> to) {
  const std::lock_guard lock(mutex_);
  diverted_ = std::move(to);
}

void Log::write(Event event, LogFields fields) {
  std::string text = line(event, fields);
  const std::int64_t now = clock_.monotonic().us;
  const std::lock_guard lock(mutex_);
  if (diverted_) {
    std::string sentence;
    append_sentence(sentence, row(event), fields);
    return diverted_(event, std::move(sentence));
  }
  Recent& recent = recent_[static_cast<std::size_t>(event)];
  if (recent.printed_us != 0 && now - recent.printed_us < kSecond) {
    if (!recent.held.empty()) ++recent.suppressed;
    recent.held = std::move(text);
    return;
  }
  print_held(recent, now);
  recent.printed_us = now;
  print(finished(std::move(text), 0));
}

void Log::tick() {
  const std::int64_t now = clock_.monotonic().us;
  const std::lock_guard lock(mutex_);
  for (Recent& recent : recent_) {
    if (now - recent.printed_us >= kSecond) print_held(recent, now);
  }
  drain(0);
}

void Log::flush(Millis within) {
  const std::int64_t now = clock_.monotonic().us;
  const std::lock_guard lock(mutex_);
  for (Recent& recent : recent_) print_held(recent, now);
  drain(static_cast<int>(within.count()));
}

std::uint64_t Log::dropped() const {
  const std::lock_guard lock(mutex_);
  return dropped_;
}

void Log::print_held(Recent& recent, std::int64_t now) {
  if (recent.held.empty()) return;
  print(finished(std::move(recent.held), recent.suppressed));
  recent.held.clear();
  recent.suppressed = 0;
  recent.printed_us = now;
}

void Log::print(std::string line) {
  if (waiting_.size() + line.size() > kWaiting) {
    ++dropped_;
  } else {
    waiting_ += line;
  }
  drain(0);
}

// Line by line: a pipe that can be written takes PIPE_BUF bytes at once, and a line is no longer.
void Log::drain(int wait_milliseconds) {
  std::string_view left = waiting_;
  while (!left.empty()) {
    pollfd p{fd_, POLLOUT, 0};
    if (poll(&p, 1, wait_milliseconds) <= 0) break;
    const std::int64_t n = write_now(fd_, left.substr(0, left.find('\n') + 1));
    if (n == 0) break;
    if (n < 0) {  // a full disk, a reader that is gone: nobody will ever read it
      dropped_ += static_cast<std::uint64_t>(std::count(left.begin(), left.end(), '\n'));
      left = {};
    } else {
      left.remove_prefix(static_cast<std::size_t>(n));
    }
  }
  waiting_.erase(0, waiting_.size() - left.size());
}

namespace {
void tell_bug(const char* file, int line, const char* what) noexcept {
  log().write(Event::bug, {{"file", file}, {"line", line}, {"what", what}});
}
}  // namespace

void log_bugs() noexcept { set_bug_listener(tell_bug); }

Log& log() {
  static const SystemClock clock;
  static Log* const process_log = new Log(own_descriptor(STDERR_FILENO), clock);  // outlives all
  return *process_log;
}

}  // namespace gatehouse::observe
