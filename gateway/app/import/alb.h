// What `aws elbv2 describe-…` says of an Application Load Balancer, as a routes.yaml (ALB.md 1).
#pragma once

#include <string>
#include <vector>

#include "app/import/json_documents.h"
#include "app/import/outline.h"

namespace gatehouse::app {

// What was collected, by kind.  Targets and attributes do not say whose they are: the name or ARN
// of the target group is beside them, "" if it is not known.
struct AlbExport {
  struct OfGroup {
    std::string group;
    bool said;  // not only guessed from the file's name
    std::string file;
    nlohmann::json value;
  };
  std::vector<nlohmann::json> listeners;
  std::vector<nlohmann::json> rules;
  std::vector<nlohmann::json> target_groups;
  std::vector<OfGroup> targets;
  std::vector<OfGroup> attributes;
};

// Sorts a document in; `group` is the target group that it was said to be about, "" if nothing was
// said. Errors: it is none of what is wanted.
[[nodiscard]] Status add_document(AlbExport& to, const JsonDocument& document,
                                  const std::string& group);

struct AlbImport {
  std::string file;
  std::vector<Finding> findings;
};
// Conditions are translated exactly or their rule is left out; an action that cannot be translated
// answers 503.  Whatever is in `from`, the file is one that `check` accepts.
[[nodiscard]] Result<AlbImport> translate(const AlbExport& from);

}  // namespace gatehouse::app
