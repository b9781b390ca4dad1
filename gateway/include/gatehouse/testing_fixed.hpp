// Header fields that a plugin laid out once, as a test's gateway has them, for testing.hpp.
#pragma once

#include <gatehouse/testing_text.hpp>
#include <memory>

namespace gatehouse::testing {

// `Head::of(side)` are the fields of a head.
template <typename Head>
void fill_fixed(gh_host& host) {
  host.fix_headers = [](const gh_field_line* lines, std::size_t count) {
    auto fields = std::make_unique<Fields>();
    for (std::size_t i = 0; i < count; ++i)
      fields->emplace_back(text(lines[i].name), text(lines[i].value));
    return reinterpret_cast<gh_fixed*>(fields.release());
  };
  host.free_fixed = [](gh_fixed* fixed) { delete reinterpret_cast<Fields*>(fixed); };
  host.add_fixed = [](gh_exchange*, std::uint32_t side, const gh_fixed* fixed) {
    const auto& fields = *reinterpret_cast<const Fields*>(fixed);
    Head::of(side).insert(Head::of(side).end(), fields.begin(), fields.end());
    return 1;
  };
  host.remove_fixed = [](gh_exchange*, std::uint32_t side, const gh_fixed* fixed) {
    for (const auto& named : *reinterpret_cast<const Fields*>(fixed))
      std::erase_if(Head::of(side), [&](const auto& f) { return same(f.first, named.first); });
    return 1;
  };
}

}  // namespace gatehouse::testing
