// room: policy
// Whatever a policy's text is, and whatever it calls with what: it is refused while it is loaded,
// or decides, waits or fails within its budget; nothing else is touched, and the policy beside it
// decides as before.
#include <cstddef>
#include <cstdint>
#include <string>

#include "fuzz/holds.h"
#include "lib/policy.h"
#include "policy/check/checker.h"

namespace gatehouse::fuzz {
namespace {

using test::Policy;

// Small, so that a bomb costs a fuzzer's turn little.
config::PluginUse use() {
  config::PluginUse use;
  use.budget.cpu = Millis(2);
  use.budget.memory.value = 1U << 20;
  return use;
}

// What one turn tries: a whole file, or a function's body that has `x` and the API in reach.
std::string file_of(std::string_view text) {
  if (text.starts_with("return") || text.starts_with("local")) return std::string(text);
  std::string out = "return { with = { a = gate.optional(gate.string 'a') },";
  for (const char* phase : {"request", "response"})
    out.append(" ").append(phase).append(" = function(x, with) ").append(text).append("\nend,");
  return out + " }";
}

// Its waits end with its exchange, or by themselves.
void pass(Policy& policy) {
  auto& services = *policy.services();
  for (int i = 0; i < 3; ++i) {
    services.clock.advance(Millis(600));
    services.loop().turn(false);
    services.loop().run_timers();
    services.loop().run_deferred();
  }
}

void run(Policy& policy) {
  const auto x = policy.exchange("POST /p/a%20b?a=1&b=2", "Cookie: a=b\r\nX-A: 1\r\n");
  const auto verdict = policy.request(*x);
  if (verdict.kind == exchange::Verdict::Kind::suspend) {
    pass(policy);
    if (!x->resumed) policy.step().on_cancel(*x);
    return;
  }
  if (verdict.kind == exchange::Verdict::Kind::answer)
    HOLDS(verdict.status >= 200 && verdict.status <= 599);
  for (const auto& field : x->upstream.extra())
    HOLDS(field.value().find_first_of(std::string_view("\r\n\0", 3)) == std::string_view::npos);
  x->response_status = 200;
  if (policy.response(*x).kind != exchange::Verdict::Kind::suspend) return;
  pass(policy);
  if (!x->resumed) policy.step().on_cancel(*x);
}

}  // namespace
}  // namespace gatehouse::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace gatehouse;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  static_cast<void>(policy::check_names(text, nullptr));
  // On the same worker, all along.
  static test::Policy neighbour(test::request_phase(
      "if ('x'):upper() ~= 'X' or type(gate.fetch) ~= 'function' or leak then error('touched') end "
      "x:deny(418)"));
  const std::string file = fuzz::file_of(text);
  try {
    test::Policy policy(neighbour.services(), file, "{}", fuzz::use());
    fuzz::run(policy);
  } catch (const std::invalid_argument&) {
    // It was refused.
  }
  HOLDS(neighbour.decides() == "418 denied");
  return 0;
}
