#include "choice.h"

#include <algorithm>
#include <gatehouse/negotiation.hpp>

namespace compression {
namespace {

using gatehouse::detail::same_word;
using gatehouse::detail::trimmed;

std::string_view media_type(std::string_view content_type) {
  return trimmed(content_type.substr(0, content_type.find(';')));
}

bool has_directive(std::string_view list, std::string_view word) {
  bool found = false;
  gatehouse::each_item(list, [&](std::string_view item) {
    found = found || same_word(trimmed(item.substr(0, item.find('='))), word);
  });
  return found;
}

// What a browser adds by itself to whatever another page makes it ask.  A bearer token is no such
// thing: whoever sends it has it.
bool has_ambient_credentials(const Facts& facts) {
  const std::string_view scheme = facts.authorization.substr(0, facts.authorization.find(' '));
  return facts.has_cookie || facts.sets_cookie || (!scheme.empty() && !same_word(scheme, "Bearer"));
}

// The length of a compressed body tells whether a text that another page chose stands in it too
// (BREACH).  So what only this user may see is compressed for our own pages alone.
bool may_tell_secrets(const Config& config, const Facts& facts) {
  if (config.credentials == Credentials::always || !has_ambient_credentials(facts)) return false;
  if (has_directive(facts.cache_control, "public") && !facts.sets_cookie &&
      !has_directive(facts.cache_control, "private"))
    return false;
  const bool own_page = facts.fetch_site == "same-origin" || facts.fetch_site == "none";
  return config.credentials == Credentials::never || !own_page;
}

bool could_be_compressed(const Config& config, const Facts& facts) {
  const bool has_body = facts.status >= 200 && facts.status != 204 && facts.status != 205 &&
                        facts.status != 206 && facts.status != 304;
  const bool plain =
      facts.content_encoding.empty() || same_word(facts.content_encoding, "identity");
  if (!has_body || !plain || facts.is_part) return false;
  if (facts.length && *facts.length < config.min_size.value) return false;
  if (has_directive(facts.cache_control, "no-transform")) return false;
  return std::any_of(config.types.begin(), config.types.end(), [&](const std::string& pattern) {
    return takes_type(pattern, facts.content_type);
  });
}

std::optional<Coding> wanted(const Config& config, std::string_view accept_encoding) {
  std::optional<Coding> out;
  std::uint32_t best = 0;
  for (const Coding coding : config.codings) {
    const std::uint32_t wish =
        gatehouse::wants_coding(accept_encoding, coding == Coding::br ? "br" : "gzip");
    if (wish <= best) continue;
    best = wish;
    out = coding;
  }
  // Who wants it as it is more than compressed gets it so.
  if (gatehouse::wants_coding(accept_encoding, "identity") > best) out.reset();
  return out;
}

}  // namespace

bool takes_type(std::string_view pattern, std::string_view content_type) {
  const std::string_view type = media_type(content_type);
  const std::size_t star = pattern.find('*');
  if (star == std::string_view::npos) return same_word(pattern, type);
  const std::string_view first = pattern.substr(0, star), last = pattern.substr(star + 1);
  return type.size() >= first.size() + last.size() && same_word(type.substr(0, star), first) &&
         same_word(type.substr(type.size() - last.size()), last);
}

bool is_live(std::string_view content_type) {
  return same_word(media_type(content_type), "text/event-stream");
}

Choice choose(const Config& config, const Facts& facts) {
  Choice out;
  out.depends = could_be_compressed(config, facts);
  if (!out.depends || facts.method == "HEAD" || may_tell_secrets(config, facts) ||
      has_directive(facts.request_cache_control, "no-transform"))
    return out;
  out.coding = wanted(config, facts.accept_encoding);
  return out;
}

std::string foretold(const Config& config, const Facts& facts) {
  const auto coding = wanted(config, facts.accept_encoding);
  if (!coding || facts.method == "HEAD" ||
      has_directive(facts.request_cache_control, "no-transform"))
    return "the answer stays as it is: the client does not want it compressed";
  if (may_tell_secrets(config, facts))
    return "the answer stays as it is unless it is public: another page may have asked with the "
           "user's credentials";
  return std::string("an answer of one of its types is compressed with ") +
         (*coding == Coding::br ? "br" : "gzip");
}

}  // namespace compression
