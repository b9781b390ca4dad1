#include "script.h"

namespace rate_limit {
namespace {

// A state that lies further ahead than the limit can bring it is another limit's, or from before
// Redis's clock was set back.
constexpr std::string_view kGcra = R"(local t = redis.call('TIME')
local now = t[1] * 1000000 + t[2]
local interval, burst = tonumber(ARGV[1]), tonumber(ARGV[2])
local tolerance = interval * (burst - 1)
local at = tonumber(redis.call('GET', KEYS[1]) or 0)
at = math.min(math.max(at, now), now + tolerance + interval)
local ok, retry, left = 0, 0, 0
if at - now <= tolerance then
  ok, at = 1, at + interval
  redis.call('SET', KEYS[1], string.format('%.0f', at), 'PX', math.ceil((at - now) / 1000))
else
  retry = at - now - tolerance
end
if at - now <= tolerance then left = math.floor((tolerance - at + now) / interval) + 1 end
return {ok, left, retry, at - now}
)";

constexpr std::string_view kSlidingWindow = R"(local t = redis.call('TIME')
local now = t[1] * 1000000 + t[2]
local size, most = tonumber(ARGV[1]), tonumber(ARGV[2])
local window = math.floor(now / size)
local rest = size - (now - window * size)
local w, before, here = string.match(redis.call('GET', KEYS[1]) or '', '^(%d+) (%d+) (%d+)$')
w, before, here = tonumber(w), tonumber(before), tonumber(here)
if w and w > window and w <= window + 1 then
  window, rest = w, size
elseif w == window - 1 then
  before, here = here, 0
elseif w ~= window then
  before, here = 0, 0
end
local ok, retry, reset = 0, 0, 0
if before * rest <= (most - here - 1) * size then
  ok, here = 1, here + 1
  redis.call('SET', KEYS[1], string.format('%.0f %d %d', window, before, here), 'PX',
             math.ceil((rest + size) / 1000))
elseif here < most then
  retry = rest - math.floor((most - 1 - here) * size / before)
else
  retry = rest + size - math.floor((most - 1) * size / most)
end
if here > 0 then reset = rest + size elseif before > 0 then reset = rest end
return {ok, math.max(math.floor((most * size - before * rest - here * size) / size), 0), retry, reset}
)";

}  // namespace

Script script_of(const Limit& limit, std::uint64_t burst) {
  constexpr std::int64_t kMicro = 1000;
  if (limit.slides()) {
    return {kSlidingWindow, "dcfe477312b851cbf1d50b5f61ba505c8b9ec2b7",
            std::to_string(limit.window().period), std::to_string(limit.window().most)};
  }
  // Rounded up, as the interval itself: never more.
  return {kGcra, "79af19a2cd21fae674619eaa35581343fd223b8c",
          std::to_string((limit.gcra().interval + kMicro - 1) / kMicro), std::to_string(burst)};
}

}  // namespace rate_limit
