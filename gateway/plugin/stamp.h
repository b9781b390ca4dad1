// What a plugin's file says of itself, read without running any of it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "include/gatehouse/abi.h"

namespace gatehouse::plugin {

// Why a file is not loaded, and what to do about it.
struct Refusal {
  std::string why;
  std::string hint;
};

// The stamp in the ELF file `bytes`.
[[nodiscard]] tl::expected<gh_stamp, Refusal> read_stamp(std::string_view bytes);
// Why a plugin with that stamp does not fit this gateway; nothing: it does.
[[nodiscard]] std::optional<Refusal> misfit(const gh_stamp& stamp);

}  // namespace gatehouse::plugin
