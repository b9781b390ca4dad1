// What came of a request, as tests look at it.
#pragma once

#include "observe/access_record.h"
#include "rehearsal/ask.h"
#include "rehearsal/target_doubles.h"

namespace gatehouse::rehearsal {

// `asked`: what targets were asked meanwhile, by the rule and by steps.
[[nodiscard]] Json outcome_of(const observe::AccessRecord& record, const Message& answer,
                              const std::vector<TargetDoubles::Asked>& asked);

// Where `seen` is not as `expected` says, a line each; `at` (a JSON pointer) is the place in
// `expected`.  A map says some keys of many; false or null: nothing is there; {matches: RE2}: a
// text in which it is found; names of headers ignore case, and numbers are compared as texts.
struct Difference {
  std::string at;
  std::string text;
};
[[nodiscard]] std::vector<Difference> differences(const Json& seen, const Json& expected);

}  // namespace gatehouse::rehearsal
