#include "observe/access_ring.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <cstring>

#include "base/check.h"

namespace gatehouse::observe {
namespace {

// An entry: header, numbers, texts one after the other, padded to 8 bytes.
struct Header {
  std::uint32_t size;  // of the whole entry; kWrap: the next entry is at the start of the ring
  std::uint32_t cut;
  std::array<std::uint16_t, kAccessTexts> lengths;
};
constexpr std::uint32_t kWrap = 0;

constexpr std::size_t longest_entry() {
  std::size_t sum = sizeof(Header) + sizeof(AccessNumbers) + 8;
  for (std::size_t longest : kAccessLongest) sum += longest;
  return sum;
}
constexpr std::uint64_t kSmallestRing = 64 * 1024;
static_assert(2 * longest_entry() <= kSmallestRing, "an empty ring takes any record");

std::uint64_t capacity_for(Bytes size) {
  return std::bit_ceil(
      std::clamp<std::uint64_t>(size.value, kSmallestRing, std::uint64_t{1} << 30));
}

// `text` without the bytes after `longest`, and without half a UTF-8 sequence at its end.
std::size_t cut_length(std::string_view text, std::size_t longest) {
  std::size_t n = longest;
  while (n > longest - 3 && (static_cast<unsigned char>(text[n]) & 0xC0) == 0x80) --n;
  return n;
}

constexpr std::string_view AccessTexts::*kTexts[] = {
#define ACCESS_TEXT(word, longest, meaning) &AccessTexts::word,
#include "observe/access_field.def"
};

std::size_t measure(const AccessRecord& record, Header& header) {
  std::size_t size = sizeof(Header) + sizeof(AccessNumbers);
  header.cut = 0;
  for (std::size_t i = 0; i < kAccessTexts; ++i) {
    const std::string_view text = record.*kTexts[i];
    std::size_t n = text.size();
    if (n > kAccessLongest[i]) [[unlikely]] {
      n = cut_length(text, kAccessLongest[i]);
      header.cut |= 1U << i;
    }
    header.lengths[i] = static_cast<std::uint16_t>(n);
    size += n;
  }
  size = (size + 7) & ~std::size_t{7};
  header.size = static_cast<std::uint32_t>(size);
  return size;
}

}  // namespace

AccessBell::AccessBell() : fd_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) { GH_CHECK(fd_ >= 0); }
AccessBell::~AccessBell() { close(fd_); }

void AccessBell::wake() noexcept {
  wakes_.fetch_add(1, std::memory_order_relaxed);
  const std::uint64_t one = 1;
  // Fails only when 2^64 - 2 wakes wait already.
  [[maybe_unused]] const ssize_t n = write(fd_, &one, sizeof one);
}

void AccessBell::nap(int milliseconds) noexcept {
  pollfd p{fd_, POLLIN, 0};
  if (poll(&p, 1, milliseconds) <= 0) return;
  std::uint64_t rung = 0;
  [[maybe_unused]] const ssize_t n = read(fd_, &rung, sizeof rung);
}

AccessRing::AccessRing(Bytes size, AccessBell& bell)
    : mask_(capacity_for(size) - 1), bytes_(new char[mask_ + 1]), bell_(bell) {}

bool AccessRing::push(const AccessRecord& record) noexcept {
  Header header;
  const std::size_t size = measure(record, header);
  std::uint64_t head = head_.load(std::memory_order_relaxed);
  const std::uint64_t tail = tail_.load(std::memory_order_acquire);
  const std::uint64_t to_end = mask_ + 1 - (head & mask_);
  const std::uint64_t wasted = size > to_end ? to_end : 0;
  if (head + wasted + size - tail > mask_ + 1) {
    dropped_.store(dropped_.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
    return false;
  }
  if (wasted != 0) {
    std::memcpy(at(head), &kWrap, sizeof kWrap);
    head += wasted;
  }
  char* out = at(head);
  std::memcpy(out, &header, sizeof header);
  out += sizeof header;
  std::memcpy(out, static_cast<const AccessNumbers*>(&record), sizeof(AccessNumbers));
  out += sizeof(AccessNumbers);
  for (std::size_t i = 0; i < kAccessTexts; ++i) {
    if (header.lengths[i] == 0) continue;
    std::memcpy(out, (record.*kTexts[i]).data(), header.lengths[i]);
    out += header.lengths[i];
  }
  head_.store(head + size, std::memory_order_release);
  bell_.record_pushed();
  return true;
}

bool AccessRing::front(AccessRecord& record) noexcept {
  std::uint64_t tail = tail_.load(std::memory_order_relaxed);
  if (head_.load(std::memory_order_acquire) == tail) return false;
  std::uint32_t first = 0;
  std::memcpy(&first, at(tail), sizeof first);
  std::uint64_t wasted = 0;
  if (first == kWrap) {
    wasted = mask_ + 1 - (tail & mask_);
    tail += wasted;
  }
  const char* in = at(tail);
  Header header;
  std::memcpy(&header, in, sizeof header);
  in += sizeof header;
  std::memcpy(static_cast<AccessNumbers*>(&record), in, sizeof(AccessNumbers));
  in += sizeof(AccessNumbers);
  for (std::size_t i = 0; i < kAccessTexts; ++i) {
    record.*kTexts[i] = {in, header.lengths[i]};
    in += header.lengths[i];
  }
  record.cut = header.cut;
  front_size_ = wasted + header.size;
  return true;
}

void AccessRing::pop() noexcept {
  tail_.store(tail_.load(std::memory_order_relaxed) + front_size_, std::memory_order_release);
}

}  // namespace gatehouse::observe
