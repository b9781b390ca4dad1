// From the bytes of routes.yaml to a Spec, and everything that is wrong with them at once.
#pragma once

#include <string_view>

#include "config/diagnostic.h"
#include "config/plugins.h"
#include "config/source.h"
#include "config/spec.h"

namespace gatehouse::config {

// `spec` is filled as far as the file makes sense; it may be used only if there is no error.
struct Loaded {
  Spec spec;
  Diagnostics diagnostics;
  [[nodiscard]] bool good() const { return error_count(diagnostics) == 0; }
};

// `plugins`, `policies`: where those of the file come from; null: what it says of them is not
// looked at.
// Never throws.  Cost: 10,000 routes in about 0.2 s, most of it yaml-cpp's.
[[nodiscard]] Loaded load(std::string_view text, const Source& source, Plugins* plugins = nullptr,
                          Policies* policies = nullptr);

}  // namespace gatehouse::config
