// What the gateway does, from two looks at what it has counted.
#pragma once

#include <array>
#include <nlohmann/json.hpp>

namespace gatehouse::admin {

// By the first digit of the status that was sent; none was.
inline constexpr std::array<const char*, 6> kStatusWords = {"none", "1xx", "2xx",
                                                            "3xx",  "4xx", "5xx"};

// `before` and `now` are answers of GET /traffic, of one serving process.  Counts become numbers a
// second; with `requests`, all that were answered or not; of rules and groups `mean_ms` and
// `p99_below_ms`, the bound of the histogram under which 99 of 100 stay (null: nothing was asked,
// or there is no bound so high); of policies `cpu_us` and `wall_us` of a run, of the period or,
// when none of its runs was timed, of all, `load`, the share of a core, and `kills`, runs over
// their budget; `cpu`, cores that are busy.
[[nodiscard]] nlohmann::ordered_json traffic(const nlohmann::ordered_json& before,
                                             const nlohmann::ordered_json& now);

}  // namespace gatehouse::admin
