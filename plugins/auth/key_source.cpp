#include "key_source.h"

#include <pthread.h>

#include <csignal>

#include "crypto/random.h"

namespace auth {
namespace {

namespace jose = gatehouse::crypto::jose;

double chance() {
  return static_cast<double>(static_cast<unsigned char>(gatehouse::crypto::random_bytes(1)[0])) /
         256;
}

// Nobody catches what a thread throws.
Downloaded downloaded(const std::function<Downloaded()>& get) try {
  return get();
} catch (const std::exception& error) {
  return {error.what(), {}, {}};
}

// The process's signals are for its control thread.
std::thread quiet_thread(const std::function<void()>& body) {
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  std::thread out(body);
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  return out;
}

}  // namespace

KeySource::KeySource(Rules rules, Calls calls)
    : rules_(std::move(rules)),
      calls_(std::move(calls)),
      schedule_(rules_.times, Clock::now()),
      thread_(quiet_thread([this] { run(); })) {}

KeySource::~KeySource() {
  {
    const std::lock_guard lock(lock_);
    stopping_ = true;
  }
  wake_.notify_all();
  calls_.stop();
  thread_.join();
}

bool KeySource::ask(std::uint64_t rounds_seen) {
  const std::lock_guard lock(lock_);
  if (rounds() != rounds_seen || fetching_ || Clock::now() >= schedule_.due()) return true;
  if (!schedule_.ask(Clock::now())) return false;
  wake_.notify_all();
  return true;
}

KeySource::Known KeySource::known() const {
  const std::lock_guard lock(lock_);
  return known_;
}

void KeySource::take_over(const Known& known) {
  const std::lock_guard lock(lock_);
  if (known.text.empty() || !known_.text.empty() || !adopt(known.text).empty()) return;
  known_.renewed = known.renewed;
  schedule_.take_over(known.renewed);
  drop_if_dead(Clock::now());
}

std::string KeySource::adopt(const std::string& text) {
  if (text == known_.text) return {};
  auto set = jose::read_key_set(text, rules_.accepted, false);
  if (!set) return set.error();
  for (const auto& left_out : set->left_out) calls_.say(true, rules_.name + ": " + left_out);
  if (set->keys.empty()) return "a key set without a key that is of use";
  calls_.take(std::move(set->keys));
  known_.text = text;
  missing_.store(false, std::memory_order_release);
  return {};
}

void KeySource::drop_if_dead(Clock::time_point now) {
  if (known_.text.empty() || now < schedule_.dead()) return;
  calls_.say(true, rules_.name + ": the key set could not be renewed for too long and is dropped");
  missing_.store(true, std::memory_order_release);
  known_.text.clear();
  calls_.take({});
}

void KeySource::fetch(std::unique_lock<std::mutex>& lock) {
  fetching_ = true;
  lock.unlock();
  Downloaded got = downloaded(calls_.get);
  lock.lock();
  fetching_ = false;
  if (stopping_) return;
  const auto now = Clock::now();
  std::string problem = got.problem.empty() ? adopt(got.text) : got.problem;
  if (problem.empty()) {
    if (!last_problem_.empty()) calls_.say(false, rules_.name + ": the key set is there again");
    known_.renewed = now;
    schedule_.fetched(now, got.fresh, chance());
  } else {
    if (problem != last_problem_) calls_.say(true, rules_.name + ": no key set: " + problem);
    failures_.fetch_add(1, std::memory_order_relaxed);
    schedule_.failed(now, chance());
  }
  last_problem_ = std::move(problem);
  rounds_.fetch_add(1, std::memory_order_release);
}

void KeySource::run() {
  pthread_setname_np(pthread_self(), "gh-keys");
  std::unique_lock lock(lock_);
  while (!stopping_) {
    const auto now = Clock::now();
    drop_if_dead(now);
    if (now >= schedule_.due()) {
      fetch(lock);
      continue;
    }
    auto until = schedule_.due();
    if (!known_.text.empty()) until = std::min(until, schedule_.dead());
    wake_.wait_until(lock, until);
  }
}

}  // namespace auth
