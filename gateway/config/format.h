// Texts of a certain form: what a key may hold that is more than any text and less than a type.
#pragma once

#include <string_view>

namespace gatehouse::config {

struct Format {
  std::string_view wanted;  // "'x' is not …"
  bool (*good)(std::string_view text);
  std::string_view pattern;  // the same for JSON Schema, as far as a regular expression can say it
  std::string_view example;
  std::string_view hint{};
  bool number = false;  // some of these texts are numbers for YAML
};

// [A-Za-z_][A-Za-z0-9_]*
[[nodiscard]] bool is_variable(std::string_view text);

extern const Format kRate;
extern const Format kPercent;
extern const Format kBlock;
extern const Format kProxy;
extern const Format kListenAddress;
extern const Format kAdminAddress;
extern const Format kTargetAddress;
extern const Format kName;
extern const Format kMethod;
extern const Format kFieldName;
extern const Format kMediaType;
extern const Format kVariable;
extern const Format kPath;
extern const Format kStatuses;
extern const Format kRetryOn;
extern const Format kRateKey;
extern const Format kOrigin;
extern const Format kRedisUrl;
extern const Format kHistoryUrl;
extern const Format kRedirectProtocol;
extern const Format kRedirectPort;
extern const Format kScript;

}  // namespace gatehouse::config
