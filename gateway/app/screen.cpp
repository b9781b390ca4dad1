#include "app/screen.h"

#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <csignal>
#include <cstdint>
#include <cstdio>

namespace gatehouse::app {
namespace {

constexpr char kBegin[] = "\x1b[?1049h\x1b[?25l";  // another page, no cursor
constexpr char kEnd[] = "\x1b[?25h\x1b[?1049l";
constexpr char kHome[] = "\x1b[H";
constexpr char kRestOfLine[] = "\x1b[K";
constexpr char kRestOfPage[] = "\x1b[J";

volatile std::sig_atomic_t g_asked_to_end = 0;
void ask_to_end(int) { g_asked_to_end = 1; }

winsize size_of_terminal() {
  winsize out{};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &out) != 0 || out.ws_row == 0 || out.ws_col == 0)
    return {24, 80, 0, 0};
  return out;
}

}  // namespace

Screen::Screen(bool renewed) : is_terminal_(renewed && ::isatty(STDOUT_FILENO) == 1) {
  if (!is_terminal_) return;
  struct sigaction action {};
  action.sa_handler = ask_to_end;  // no SA_RESTART: a wait for keys ends
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) ::sigaction(signal, &action, nullptr);
  has_keys_ = ::isatty(STDIN_FILENO) == 1 && ::tcgetattr(STDIN_FILENO, &before_) == 0;
  if (has_keys_) {
    termios keys = before_;
    keys.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO);
    ::tcsetattr(STDIN_FILENO, TCSANOW, &keys);
  }
  std::fputs(kBegin, stdout);
  std::fflush(stdout);
}

Screen::~Screen() {
  if (!is_terminal_) return;
  std::fputs(kEnd, stdout);
  std::fflush(stdout);
  if (has_keys_) ::tcsetattr(STDIN_FILENO, TCSANOW, &before_);
}

std::size_t Screen::rows() const { return is_terminal_ ? size_of_terminal().ws_row : SIZE_MAX; }
std::size_t Screen::columns() const { return is_terminal_ ? size_of_terminal().ws_col : SIZE_MAX; }

bool Screen::shows(const std::string& picture) {
  std::string out = is_terminal_ ? kHome : "";
  for (const char c : picture) {
    if (is_terminal_ && c == '\n') out += kRestOfLine;
    out += c;
  }
  if (is_terminal_) out += kRestOfPage;
  std::fputs(out.c_str(), stdout);
  return std::fflush(stdout) == 0;
}

char Screen::waits(Millis time) {
  pollfd keys{STDIN_FILENO, POLLIN, 0};
  const int ready = ::poll(&keys, has_keys_ ? 1 : 0, static_cast<int>(time.count()));
  if (g_asked_to_end != 0) return 'q';
  char key = 0;
  if (ready != 1) return 0;
  return ::read(STDIN_FILENO, &key, 1) == 1 ? key : 'q';  // the terminal has gone
}

}  // namespace gatehouse::app
