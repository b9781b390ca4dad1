// What of a file an AWS Application Load Balancer would refuse, or do otherwise.
#pragma once

#include "config/diagnostic.h"
#include "config/spec.h"

namespace gatehouse::config {

// Adds a warning for each, in codes that begin with alb-; `spec` has no errors.  Where every file
// differs (paths are made canonical, preflights are routed by the method they ask for), the first
// place that it matters to is named.
// Source: ALB.md 1.1 to 1.5; the table of docs/diagnostics.md has the section of each.
void compat_alb(const Spec& spec, Diagnostics& diagnostics);

}  // namespace gatehouse::config
