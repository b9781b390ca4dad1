#include "routing/witness.h"

#include "http/h1/request.h"
#include "routing/cidr_index.h"
#include "routing/sample.h"

namespace gatehouse::routing {
namespace {

constexpr std::uint8_t kHere[] = {127, 0, 0, 1};

std::vector<std::uint8_t> address_in(const config::AddressBlock& block) {
  if (contains(block, kHere)) return {kHere, kHere + sizeof kHere};
  const std::size_t size = block.v6 ? 16 : 4;
  std::vector<std::uint8_t> out(block.first.begin(),
                                block.first.begin() + static_cast<std::ptrdiff_t>(size));
  if (block.bits < size * 8) out.back() |= 1;  // the first is as a rule nobody's
  return out;
}

void choose_addresses(const Cell& cell, const Taste& taste, Request& out) {
  if (cell.source != nullptr) out.source = address_in(*cell.source);
  if (cell.client != nullptr) out.client = address_in(*cell.client);
  if (!taste.address) return;
  // Without proxies in between both are the same.
  if (cell.source == nullptr && cell.client == nullptr) out.source = {kHere, kHere + sizeof kHere};
  if (out.source.empty()) out.source = out.client;
  if (cell.client == nullptr || contains(*cell.client, out.source)) out.client = out.source;
  if (cell.source == nullptr || contains(*cell.source, out.client)) out.source = out.client;
}

}  // namespace

Request request_of(const Cell& cell, const Taste& taste) {
  Request out;
  // A regular expression of which no text comes to mind: something that it could match.
  const auto text = [&](const Pattern& pattern, std::string_view begin) {
    auto sample = sample_of(pattern, taste.star, taste.one, begin);
    return sample ? *sample : sample_of_glob(pattern.wider_glob(), taste.star, taste.one);
  };
  out.method = cell.method != nullptr ? *cell.method : taste.method;
  out.host = cell.host != nullptr ? text(*cell.host, "") : taste.host;
  // A dot at the end would be no part of the name.
  if (out.host.ends_with('.') && cell.host != nullptr && cell.host->matches(out.host + "test"))
    out.host += "test";
  out.path = cell.path != nullptr ? text(*cell.path, "/") : taste.path;
  for (const auto* header : cell.headers)
    out.fields.push_back(header->name + ": " + text(header->pattern, ""));
  for (const auto* query : cell.query) {
    const std::string key = sample_of_glob(query->key, taste.star, taste.one);
    const std::string value = sample_of_glob(query->value, taste.star, taste.one);
    if (!out.query.empty()) out.query += '&';
    out.query.append(key).append("=").append(value);
  }
  choose_addresses(cell, taste, out);
  return out;
}

std::string Request::target() const {
  return (path.starts_with('/') ? path : "/" + path) + (query.empty() ? "" : "?" + query);
}

Parsed::Parsed(const Request& request, Form form)
    : request_(request), arena_(block_.data(), block_.size()) {
  const bool wire = form == Form::wire;
  const std::string target = wire ? request.target() : "/?" + request.query;
  bytes_ =
      request.method + " " + target + " HTTP/1.1\r\nHost: " + (wire ? request.host : "x") + "\r\n";
  for (const auto& field : request.fields) bytes_ += field + "\r\n";
  bytes_ += "\r\n";
  http::h1::HeadScan scan;
  const auto parsed = http::h1::parse_request(bytes_, {}, arena_, head_, scan);
  good_ = parsed.status == http::h1::Parse::Status::complete;
  if (wire) return;
  head_.host_name = request.host;
  head_.match_path = request.path;
}

}  // namespace gatehouse::routing
