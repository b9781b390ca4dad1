// Tests made of what policies in shadow would have ended.
#pragma once

#include <string>

#include "rehearsal/ask.h"

namespace gatehouse::rehearsal {

struct ShadowTests {
  std::string yaml;
  std::size_t tests = 0;
  std::size_t left_out = 0;  // that are comments in it
};

// A `*_test.yaml` about the configuration `config`, of what GET /shadow of the admin API says. Each
// is tried out: those that do not come out as they did (what was left out mattered, or what a store
// or a target had to say) stand in it as comments.  Throws Mistake: the configuration cannot be
// used.
[[nodiscard]] ShadowTests shadow_tests(const Json& said, const std::string& config);

}  // namespace gatehouse::rehearsal
