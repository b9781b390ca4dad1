// Which bodies a route takes: how large, and of which types.
#include <gatehouse/negotiation.hpp>
#include <gatehouse/plugin.hpp>

#include "media_type.h"

namespace body_limits {

using namespace gatehouse;

struct BodyLimits {
  struct Config {
    std::optional<Bytes> size;
    std::vector<std::string> content_types;
  };
  static constexpr auto schema = fields(
      field("size", &Config::size, example("1MiB"), "a larger body is refused: 413"),
      field("content_types", &Config::content_types, example("[application/json, \"image/*\"]"),
            "a body of another type is refused: 415"));
  static void check(const Config& config, Problems& problems) {
    if (!config.size && config.content_types.empty())
      problems.error("", "body_limits without `size` and `content_types` does nothing");
    for (std::size_t i = 0; i < config.content_types.size(); ++i) {
      if (!is_media_range(config.content_types[i]))
        problems.error("content_types[" + std::to_string(i) + "]", "this is no media type",
                       "application/json, image/*");
    }
  }
  static void explain(const Config& config, Explained& would) {
    const Request request = would.request();
    if (would.phase() != GH_REQUEST || !has_body(request)) return;
    if (const auto wrong = wrong_type(config, request))
      would.says(std::string(*wrong) + " is none of its content_types").answers(415);
    else if (is_too_large(config, request.content_length().value_or(0)))
      would.says("the body is larger than its size").answers(413);
  }

  struct Memo {
    std::uint64_t seen = 0;  // bytes of the body
  };

  const Config& config;
  std::string accept = joined(config.content_types);
  Counter too_large{}, of_wrong_type{};
  static constexpr auto metrics = gatehouse::metrics(
      metric("too_large", &BodyLimits::too_large, "bodies that were too large"),
      metric("wrong_type", &BodyLimits::of_wrong_type, "bodies of another type"));

  Verdict on_request(Exchange& x, Memo&) {
    const Request request = x.request();
    if (!has_body(request)) return pass();
    if (wrong_type(config, request)) {
      ++of_wrong_type;
      return deny(415).header("Accept", accept);  // RFC 9110 15.5.16
    }
    return is_too_large(config, request.content_length().value_or(0)) ? refuse() : pass();
  }
  // Of a body whose length was not said beforehand.
  Verdict on_request_body(Exchange&, Memo& memo, Body& body) {
    memo.seen += body.bytes().size();
    return is_too_large(config, memo.seen) ? refuse() : pass();
  }

 private:
  Verdict refuse() {
    ++too_large;
    return deny(Reason{"body_too_large"});
  }
  static bool has_body(const Request& request) {
    return request.has_body() && request.content_length() != std::uint64_t{0};
  }
  static bool is_too_large(const Config& config, std::uint64_t size) {
    return config.size && size > config.size->value;
  }
  // What none of `content_types` takes.  Of several types a target may read any.
  static std::optional<std::string_view> wrong_type(const Config& config, const Request& request) {
    std::optional<std::string_view> wrong;
    if (config.content_types.empty()) return wrong;
    bool has_type = false;
    const auto look = [&](std::string_view type) {
      has_type = true;
      if (!is_among(config.content_types, type)) wrong = type;
    };
    request.headers().each([&](std::string_view name, std::string_view value) {
      if (gatehouse::detail::same_word(name, "Content-Type") && !value.empty()) look(value);
    });
    // RFC 9110 8.3: without a type it may be taken for this one.
    if (!has_type) look("application/octet-stream");
    return wrong;
  }
  static std::string joined(const std::vector<std::string>& words) {
    std::string out;
    for (const auto& word : words) out.append(out.empty() ? "" : ", ").append(word);
    return out;
  }
};

}  // namespace body_limits

GATEHOUSE_PLUGIN(body_limits::BodyLimits, "body_limits", "1.0.0",
                 "refuses bodies that are too large or of another type")
