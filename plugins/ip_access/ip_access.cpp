// Who may pass, by the client's address.
#include <gatehouse/plugin.hpp>

#include "address_set.h"

namespace ip_access {

using namespace gatehouse;

enum class Address : std::uint8_t { client_ip, source_ip };
enum class Mode : std::uint8_t { enforce, shadow };

struct IpAccess {
  struct Config {
    std::vector<std::string> allow;
    std::vector<std::string> deny;
    Address address = Address::client_ip;
    Mode mode = Mode::enforce;
  };
  static constexpr auto schema = fields(
      field("allow", &Config::allow, example("[10.0.0.0/8, \"2001:db8::/32\"]"),
            "blocks that may pass; without it, all that are not denied"),
      field("deny", &Config::deny, example("[192.0.2.7]"), "blocks that may not, also if allowed"),
      field("address", &Config::address, one_of("client_ip", "source_ip"),
            "client_ip: behind trusted proxies; source_ip: of the connection"),
      field("mode", &Config::mode, one_of("enforce", "shadow"),
            "shadow: counted, nobody is refused"));
  static void check(const Config& config, Problems& problems) {
    if (config.allow.empty() && config.deny.empty())
      problems.error("", "ip_access without `allow` and `deny` does nothing");
    check_blocks("allow", config.allow, problems);
    check_blocks("deny", config.deny, problems);
  }
  static void explain(const Config& config, Explained& would) {
    const AddressSet allow(config.allow), deny(config.deny);
    const gatehouse::Address who = address_of(config, would.request());
    const std::string_view why = refusal(config, allow, deny, who);
    if (why.empty()) {
      would.says("the address may pass");
    } else if (config.mode == Mode::shadow) {
      would.says(std::string(why) + "; that is counted (shadow)");
    } else {
      would.says(why).answers(403);
    }
  }

  const Config& config;
  AddressSet allow{config.allow};
  AddressSet deny{config.deny};
  Counter refused{};
  static constexpr auto metrics = gatehouse::metrics(
      metric("refused", &IpAccess::refused, "requests from addresses that may not pass"));

  Verdict on_request(Exchange& x) {
    const gatehouse::Address who = address_of(config, x.request());
    if (refusal(config, allow, deny, who).empty()) return pass();
    ++refused;
    return config.mode == Mode::shadow ? pass() : gatehouse::deny(403);
  }

 private:
  static void check_blocks(const std::string& key, const std::vector<std::string>& blocks,
                           Problems& problems) {
    for (std::size_t i = 0; i < blocks.size(); ++i) {
      const std::string wrong = wrong_with(blocks[i]);
      if (!wrong.empty())
        problems.error(key + "[" + std::to_string(i) + "]", wrong,
                       "10.0.0.0/8, 192.0.2.7, 2001:db8::/32");
    }
  }
  static gatehouse::Address address_of(const Config& config, const Request& request) {
    return config.address == Address::client_ip ? request.client_address() : request.peer_address();
  }
  // "": it may pass.
  static std::string_view refusal(const Config& config, const AddressSet& allow,
                                  const AddressSet& deny, const gatehouse::Address& who) {
    const std::span<const std::uint8_t> bytes(who.bytes.data(), who.size);
    if (deny.has(bytes)) return "the address is denied";
    if (!config.allow.empty() && !allow.has(bytes)) return "the address is not among those allowed";
    return {};
  }
};

}  // namespace ip_access

GATEHOUSE_PLUGIN(ip_access::IpAccess, "ip_access", "1.0.0", "lets addresses pass or not")
