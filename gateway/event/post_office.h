// How any thread reaches a loop that may be gone by then.
#pragma once

#include <cstdint>
#include <functional>

#include "event/mailbox.h"

namespace gatehouse::event {

// Gives `mailbox` an address, which is never another's.  Thread: any.
[[nodiscard]] std::uint32_t enter_post_office(Mailbox& mailbox);
void leave_post_office(std::uint32_t address);
// Posts to that mailbox.  False: it is gone, or full.
[[nodiscard]] bool post_to(std::uint32_t address, std::function<void()> message);

}  // namespace gatehouse::event
