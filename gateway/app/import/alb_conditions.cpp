#include <algorithm>
#include <map>

#include "app/import/alb_parts.h"
#include "app/import/yaml_text.h"
#include "base/ascii.h"

namespace gatehouse::app {
namespace {

using nlohmann::json;
using Problem = tl::unexpected<std::string>;

// The texts of an array; false: something else is in it.
bool read_texts(const json& object, const char* key, std::vector<std::string>& out) {
  const json& value = member(object, key);
  if (value.is_null()) return true;
  const auto texts = texts_of(object, key);
  out.insert(out.end(), texts.begin(), texts.end());
  return value.is_array() && texts.size() == value.size();
}

// Globs, or {regex: …}; the values of a condition in its old form stand beside its field.
Result<std::vector<std::string>, std::string> patterns(const json& condition, const char* config) {
  std::vector<std::string> values;
  std::vector<std::string> regexes;
  const json& in = member(condition, config);
  if (!read_texts(in.is_object() ? in : condition, "Values", values) ||
      !read_texts(in, "RegexValues", regexes))
    return Problem("its values are no texts");
  std::vector<std::string> out;
  out.reserve(values.size() + regexes.size());
  for (const auto& value : values) out.push_back(yaml_scalar(value));
  for (const auto& regex : regexes) out.push_back(together({"{regex: ", yaml_scalar(regex), "}"}));
  if (out.empty()) return Problem("it has no values");
  return out;
}

Result<std::string, std::string> header(const json& condition) {
  const json& config = member(condition, "HttpHeaderConfig");
  const auto values = patterns(condition, "HttpHeaderConfig");
  if (!values) return Problem(values.error());
  const std::string name = text_of(config, "HttpHeaderName");
  if (name.empty()) return Problem("it names no header");
  return "{" + yaml_key(name) + ": " + yaml_values(*values) + "}";
}

Result<std::string, std::string> query(const json& condition) {
  const json& config = member(condition, "QueryStringConfig");
  const auto pairs = objects_of(config, "Values");
  std::vector<std::string> order;
  std::map<std::string, std::vector<std::string>> values;
  if (pairs.empty() || pairs.size() != member(config, "Values").size())
    return Problem("it has no values");
  for (const json* pair : pairs) {
    std::string key = member(*pair, "Key").is_null() ? "any" : text_of(*pair, "Key");
    if (key.empty()) return Problem("a key is no text");
    // `any` is every key; case is ignored, so that this is the key of that name.
    if (key == "any" && !member(*pair, "Key").is_null()) key = "ANY";
    if (!member(*pair, "Value").is_string()) return Problem("a value is no text");
    auto& of_key = values[key];
    if (of_key.empty()) order.push_back(key);
    of_key.push_back(yaml_scalar(text_of(*pair, "Value")));
  }
  std::string out = "{";
  for (const auto& key : order)
    out += (out.size() == 1 ? "" : ", ") + yaml_key(key) + ": " + yaml_values(values[key]);
  return out + "}";
}

// The conditions of one rule, by the key that says them.
class Conditions {
 public:
  explicit Conditions(std::vector<std::string>& notes) : notes_(notes) {}

  // Returns what is wrong with it, "" if nothing.
  std::string add(const json& condition) {
    struct Field {
      std::string_view field;
      const char* key;
      const char* config;
    };
    constexpr Field kFields[] = {{"host-header", "host", "HostHeaderConfig"},
                                 {"path-pattern", "path", "PathPatternConfig"},
                                 {"http-request-method", "method", "HttpRequestMethodConfig"},
                                 {"source-ip", "source_ip", "SourceIpConfig"}};
    const std::string field = text_of(condition, "Field");
    if (field == "http-header") return add_map(header(condition), headers_);
    if (field == "query-string") return add_map(query(condition), queries_);
    for (const Field& known : kFields) {
      if (known.field != field) continue;
      const auto values = patterns(condition, known.config);
      if (!values) return values.error();
      if (values_.contains(known.key)) return "it stands there twice";
      values_[known.key] = *values;
      return note(known.key, *values);
    }
    return "its kind is not known";
  }

  [[nodiscard]] std::vector<std::string> lines() const {
    std::vector<std::string> out;
    for (const char* key : {"host", "path", "method"}) single(key, out);
    if (!headers_.empty()) out.push_back("header: " + yaml_values(headers_));
    if (!queries_.empty()) out.push_back("query: " + yaml_values(queries_));
    single("source_ip", out);
    return out;
  }

 private:
  static std::string add_map(const Result<std::string, std::string>& map,
                             std::vector<std::string>& to) {
    if (!map) return map.error();
    to.push_back(*map);
    return {};
  }

  // What is decided otherwise here than by an ALB.
  std::string note(std::string_view key, const std::vector<std::string>& values) {
    const bool regex = std::any_of(values.begin(), values.end(),
                                   [](const auto& value) { return value.starts_with("{regex"); });
    constexpr std::string_view kSearched =
        "a regex is searched for: without ^ and $ it matches within";
    if (regex && std::find(notes_.begin(), notes_.end(), kSearched) == notes_.end())
      notes_.emplace_back(kSearched);
    const bool options =
        key == "method" && std::find(values.begin(), values.end(), "OPTIONS") != values.end();
    if (options)
      notes_.emplace_back("a CORS preflight is routed by the method that it asks for, not OPTIONS");
    return {};
  }

  void single(const char* key, std::vector<std::string>& out) const {
    const auto at = values_.find(key);
    if (at == values_.end()) return;
    const bool list = std::string_view(key) == "source_ip" && at->second.size() == 1;
    out.push_back(std::string(key) + ": " +
                  (list ? "[" + at->second[0] + "]" : yaml_values(at->second)));
  }

  std::vector<std::string>& notes_;
  std::map<std::string, std::vector<std::string>> values_;
  std::vector<std::string> headers_;
  std::vector<std::string> queries_;
};

}  // namespace

Result<std::vector<std::string>, std::string> alb_conditions(const json& rule,
                                                             std::vector<std::string>& notes) {
  Conditions conditions(notes);
  const auto all = objects_of(rule, "Conditions");
  if (all.size() != member(rule, "Conditions").size()) return Problem("a condition is none");
  for (const json* condition : all) {
    if (const std::string wrong = conditions.add(*condition); !wrong.empty())
      return Problem("condition '" + text_of(*condition, "Field") + "': " + wrong);
  }
  if (all.empty()) return Problem("it has no condition");
  return conditions.lines();
}

Result<std::string, std::string> alb_rewrite(const json& rule) {
  std::string out;
  const auto transforms = objects_of(rule, "Transforms");
  if (transforms.size() != member(rule, "Transforms").size()) return Problem("a transform is none");
  for (const json* transform : transforms) {
    const std::string type = text_of(*transform, "Type");
    const bool host = type == "host-header-rewrite";
    if (!host && type != "url-rewrite") return Problem("transform '" + type + "' is not known");
    const auto rewrites = objects_of(
        member(*transform, host ? "HostHeaderRewriteConfig" : "UrlRewriteConfig"), "Rewrites");
    if (rewrites.size() != 1) return Problem("transform '" + type + "' is not one rewrite");
    out += (out.empty() ? "{" : ", ") + std::string(host ? "host" : "path") +
           ": {regex: " + yaml_scalar(text_of(*rewrites[0], "Regex")) +
           ", replace: " + yaml_scalar(text_of(*rewrites[0], "Replace")) + "}";
  }
  return out.empty() ? out : out + "}";
}

}  // namespace gatehouse::app
