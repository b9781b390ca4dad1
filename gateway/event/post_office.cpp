#include "event/post_office.h"

#include <map>

namespace gatehouse::event {
namespace {

struct Office {
  std::mutex mutex;
  std::map<std::uint32_t, Mailbox*> mailboxes;
  std::uint32_t last = 0;
};
Office& office() {
  static Office office;
  return office;
}

}  // namespace

std::uint32_t enter_post_office(Mailbox& mailbox) {
  const std::lock_guard lock(office().mutex);
  office().mailboxes.emplace(++office().last, &mailbox);
  return office().last;
}

void leave_post_office(std::uint32_t address) {
  const std::lock_guard lock(office().mutex);
  office().mailboxes.erase(address);
}

bool post_to(std::uint32_t address, std::function<void()> message) {
  const std::lock_guard lock(office().mutex);
  const auto at = office().mailboxes.find(address);
  return at != office().mailboxes.end() && at->second->post(std::move(message));
}

}  // namespace gatehouse::event
