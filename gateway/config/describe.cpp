#include "config/describe.h"

#include <arpa/inet.h>

namespace gatehouse::config {
namespace {

std::string describe(const Text& text) { return text.value; }
std::string describe(const Placed<AddressBlock>& block) { return describe(block.value); }

template <typename T>
std::string any_of(const std::vector<T>& values) {
  std::string out;
  for (const auto& value : values) out += (out.empty() ? "" : " | ") + describe(value);
  return out;
}

std::string any_of_names(const std::vector<NamedPatterns>& names) {
  std::string out;
  for (const auto& [name, values] : names)
    out += (out.empty() ? "" : " | ") + name.value + ": " + any_of(values);
  return out;
}

}  // namespace

std::string describe(const PatternSpec& pattern) {
  return pattern.regex ? "/" + pattern.value + "/" : pattern.value;
}

std::string describe(const AddressBlock& block) {
  char text[INET6_ADDRSTRLEN] = {};
  inet_ntop(block.v6 ? AF_INET6 : AF_INET, block.first.data(), text, sizeof text);
  return std::string(text) + "/" + std::to_string(block.bits);
}

std::string describe(const WhenSpec& when) {
  std::string out;
  const auto add = [&](const char* what, const std::string& values) {
    if (!values.empty()) out += (out.empty() ? "" : ", ") + (what + values);
  };
  add("host ", any_of(when.host));
  add("path ", any_of(when.path));
  add("method ", any_of(when.method));
  for (const auto& names : when.header) add("header ", any_of_names(names));
  for (const auto& names : when.query) add("query ", any_of_names(names));
  add("source_ip ", any_of(when.source_ip));
  add("client_ip ", any_of(when.client_ip));
  return out.empty() ? "every request" : out;
}

}  // namespace gatehouse::config
