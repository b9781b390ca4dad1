// A serving process for tests: answers a line with a line, and does what the line says.
#pragma once

#include <string>
#include <vector>

namespace gatehouse::supervise {

// `arguments`: the address to listen on, then words: how it misbehaves.
//   dies_at_start, refuses_to_start, talks_nonsense, never_ready, holds_drain, overstays_drain,
//   ignores_stop
// Lines: pid, restarts, count, grow N, open NAME ADDRESS,
// close NAME ADDRESS, pause (accepts no more), die.
// Tells on standard error where it listens ("bound ADDRESS") and what it is asked for.
int fake_serving(const std::vector<std::string>& arguments);

}  // namespace gatehouse::supervise
