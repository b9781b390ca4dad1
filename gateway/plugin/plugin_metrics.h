// What plugins count, for the scrape.
#pragma once

#include <memory>
#include <vector>

#include "observe/prometheus.h"
#include "plugin/hosted_step.h"

namespace gatehouse::plugin {

// gatehouse_PLUGIN_NAME of every step that is alive, with what those of the same name counted
// before they were replaced.  Thread: control.
void write_plugin_metrics(observe::Exposition& out,
                          const std::vector<std::shared_ptr<const HostedStep>>& steps);

}  // namespace gatehouse::plugin
