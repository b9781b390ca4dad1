#include "snapshot/content.h"

#include "base/hash.h"
#include "config/describe.h"

namespace gatehouse::snapshot {

void Content::add(std::string_view text) {
  bytes_ += text;
  bytes_ += '\0';
}

void Content::add(std::uint64_t number) {
  bytes_.append(reinterpret_cast<const char*>(&number), sizeof number);
}

void Content::add(const std::vector<config::PatternSpec>& patterns) {
  add(patterns.size());
  for (const auto& pattern : patterns) {
    add(pattern.value);
    bytes_ += pattern.regex ? 'r' : 'p';
  }
}

void Content::add(const std::vector<std::vector<config::NamedPatterns>>& maps) {
  add(maps.size());
  for (const auto& names : maps) {
    add(names.size());
    for (const auto& [name, values] : names) {
      add(name.value);
      add(values);
    }
  }
}

void Content::add(const std::vector<config::Placed<config::AddressBlock>>& blocks) {
  add(blocks.size());
  for (const auto& block : blocks) add(config::describe(block.value));
}

void Content::add(const config::WhenSpec& when) {
  add(when.host);
  add(when.path);
  add(when.method.size());
  for (const auto& method : when.method) add(method.value);
  add(when.header);
  add(when.query);
  add(when.source_ip);
  add(when.client_ip);
}

void Content::add(const config::RewriteSpec& rewrite) {
  for (const auto* part : {&rewrite.path, &rewrite.host}) {
    add(std::uint64_t{part->has_value()});
    if (!*part) continue;
    add((*part)->regex.value);
    add((*part)->replace.value);
  }
}

std::uint64_t Content::hash() const { return hash64(bytes_, 7); }

}  // namespace gatehouse::snapshot
