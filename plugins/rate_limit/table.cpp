#include "table.h"

#include <sys/mman.h>

#include <atomic>
#include <limits>
#include <new>

namespace rate_limit {
namespace {

__extension__ using Wide = unsigned __int128;

constexpr std::int64_t kTaken = std::numeric_limits<std::int64_t>::max();

std::atomic_ref<std::uint64_t> word(std::uint64_t& value) { return std::atomic_ref(value); }
std::atomic_ref<std::int64_t> word(std::int64_t& value) { return std::atomic_ref(value); }

template <typename Bucket>
void prefetch(const Bucket& bucket) {
  constexpr std::size_t kLine = 64;
  for (std::size_t at = 0; at < sizeof bucket; at += kLine)
    __builtin_prefetch(reinterpret_cast<const char*>(&bucket) + at);
}

}  // namespace

void Table::Unmap::operator()(Bucket* buckets) const { munmap(buckets, bytes); }

Table::Table(std::size_t keys)
    : pages_((keys * 18 / 10 + kWays * kInPage - 1) / (kWays * kInPage)) {
  void* memory = mmap(nullptr, bytes(), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) throw std::bad_alloc();
  madvise(memory, bytes(), MADV_HUGEPAGE);  // each key lies on a page of its own, nearly
  buckets_ = std::unique_ptr<Bucket[], Unmap>(static_cast<Bucket*>(memory), Unmap{bytes()});
}

Table::Buckets Table::buckets_of(std::uint64_t key) const noexcept {
  Bucket* page =
      &buckets_[static_cast<std::size_t>(static_cast<Wide>(key) * pages_ >> 64) * kInPage];
  const std::uint64_t one = key % kInPage;
  const std::uint64_t other = (one + 1 + key / kInPage % (kInPage - 1)) % kInPage;
  return {&page[one], &page[other]};
}

Table::Found Table::find(const Buckets& buckets, std::uint64_t key, std::int64_t passed) noexcept {
  Found out;
  for (Bucket* bucket : buckets) {
    for (Slot& slot : bucket->slots) {
      if (word(slot.key).load(std::memory_order_relaxed) != key) continue;
      // Whose slot it is counts when its time was read.
      const std::int64_t arrival = word(slot.arrival).load();
      if (arrival == kTaken || word(slot.key).load() != key) continue;
      if (out.own == nullptr) {
        out.own = &slot;
        out.own_arrival = arrival;
      }
      out.latest = std::max(out.latest, arrival);
    }
  }
  if (out.own == nullptr) find_free(buckets, passed, out);
  return out;
}

void Table::find_free(const Buckets& buckets, std::int64_t passed, Found& out) noexcept {
  std::size_t most = 0;
  for (Bucket* bucket : buckets) {
    std::size_t room = 0;
    Slot* free = nullptr;
    std::int64_t free_arrival = 0;
    for (Slot& slot : bucket->slots) {
      const std::int64_t arrival = word(slot.arrival).load();
      if (arrival > passed) continue;
      ++room;
      free = &slot;
      free_arrival = arrival;
    }
    if (room > most) {
      most = room;
      out.free = free;
      out.free_arrival = free_arrival;
    }
  }
}

void Table::lower(const Buckets& buckets, std::uint64_t key, const Limit& limit,
                  std::int64_t now) noexcept {
  for (Bucket* bucket : buckets) {
    for (Slot& slot : bucket->slots) {
      if (word(slot.key).load() != key) continue;
      std::int64_t arrival = word(slot.arrival).load();
      while (arrival != kTaken) {
        const std::int64_t lower = limit.decide(arrival, now).next;
        if (lower >= arrival || word(slot.arrival).compare_exchange_weak(arrival, lower)) break;
      }
    }
  }
}

void Table::expect(std::uint64_t key) const noexcept {
  for (const Bucket* bucket : buckets_of(key)) prefetch(*bucket);
}

Decision Table::admit(std::uint64_t key, const Limit& limit, std::int64_t now) noexcept {
  const Buckets buckets = buckets_of(key);
  if (key == 0) key = 1;  // 0 is the key of a slot that nobody had
  prefetch(*buckets[0]);  // all four lines at once: one after another they would be waited for
  prefetch(*buckets[1]);
  for (;;) {
    Found found = find(buckets, key, limit.passed(now));
    const bool crowded = found.own == nullptr && found.free == nullptr;
    if (found.own == nullptr && !crowded) {
      if (!word(found.free->arrival).compare_exchange_strong(found.free_arrival, kTaken)) continue;
      word(found.free->key).store(key);
      word(found.free->arrival).store(0);
      continue;
    }
    if (crowded) {
      found.own = &buckets[0]->slots[key % kWays];
      found.own_arrival = found.latest = word(found.own->arrival).load();
      if (found.own_arrival == kTaken) continue;
    }
    const Decision decision = limit.decide(found.latest, now);
    if (!decision.admitted) {
      if (decision.next < found.latest) lower(buckets, key, limit, now);
      return decision;
    }
    if (!word(found.own->arrival).compare_exchange_strong(found.own_arrival, decision.next))
      continue;
    if (crowded) return decision;
    for (Bucket* bucket : buckets) {
      for (Slot& slot : bucket->slots) {
        if (word(slot.key).load() != key || &slot == found.own) continue;
        std::int64_t arrival = word(slot.arrival).load();
        while (arrival != kTaken &&
               !word(slot.arrival).compare_exchange_weak(arrival, limit.charge(arrival, now))) {
        }
      }
    }
    return decision;
  }
}

}  // namespace rate_limit
