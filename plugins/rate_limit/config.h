// What routes.yaml says under `use: rate_limit`.
#pragma once

#include <cstdint>
#include <gatehouse/schema.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "in_flight.h"
#include "limit.h"

namespace rate_limit {

enum class StoreFailure : std::uint8_t { open, closed, local };
enum class Mode : std::uint8_t { enforce, shadow };
enum class Algorithm : std::uint8_t { gcra, sliding_window };

struct Config {
  std::string key;
  std::string rate;               // "": none
  std::uint32_t burst = 0;        // 0: as many as the rate names
  std::uint32_t concurrency = 0;  // 0: no limit
  gatehouse::Store store;         // "": this gateway alone
  StoreFailure on_store_failure = StoreFailure::closed;
  Mode mode = Mode::enforce;
  Algorithm algorithm = Algorithm::gcra;

  static constexpr auto schema = gatehouse::fields(
      gatehouse::field("key", &Config::key, gatehouse::required, gatehouse::example("client_ip"),
                       "whose requests are counted together: client_ip, user, route, header:NAME, "
                       "claim:NAME, value:NAME"),
      gatehouse::field("rate", &Config::rate, gatehouse::example("10/min"),
                       "how many, how often: N/s, N/min, N/hour, N/day"),
      gatehouse::field("burst", &Config::burst, gatehouse::range(1, 1'000'000),
                       gatehouse::example("5"),
                       "how many at once; without it as many as the rate names"),
      gatehouse::field("concurrency", &Config::concurrency, gatehouse::range(1, InFlight::kMost),
                       gatehouse::example("20"), "how many at the same time"),
      gatehouse::field("store", &Config::store, gatehouse::example("redis"),
                       "redis: all gateways together; without it: this gateway alone"),
      gatehouse::field("on_store_failure", &Config::on_store_failure,
                       gatehouse::one_of("open", "closed", "local"),
                       "the store is away: all pass, none passes, or this gateway counts alone"),
      gatehouse::field("mode", &Config::mode, gatehouse::one_of("enforce", "shadow"),
                       "shadow: counted, not enforced"),
      gatehouse::field("algorithm", &Config::algorithm, gatehouse::one_of("gcra", "sliding_window"),
                       "how it is counted"));
};

// "10/min".
struct Rate {
  std::uint64_t count = 0;
  std::uint64_t seconds = 0;
};
[[nodiscard]] std::optional<Rate> parse_rate(std::string_view text);

// Whose requests are counted together.
struct Key {
  enum class Kind : std::uint8_t { client_ip, user, route, header, claim, value };
  Kind kind = Kind::client_ip;
  std::string_view name;  // of a header, a claim, a value; a view into the text
};
[[nodiscard]] std::optional<Key> parse_key(std::string_view text);

// Of a checked configuration with a rate.
[[nodiscard]] Limit limit_of(const Config& config);
[[nodiscard]] std::uint64_t burst_of(const Config& config);

void check(const Config& config, gatehouse::Problems& problems);

}  // namespace rate_limit
