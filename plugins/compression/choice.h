// Whether an answer is compressed, and how.
#pragma once

#include <gatehouse/schema.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "encoder.h"

namespace compression {

enum class Credentials : std::uint8_t { same_origin, never, always };

struct Config {
  std::vector<Coding> codings = {Coding::br, Coding::gzip};
  std::vector<std::string> types = {"text/*",
                                    "application/json",
                                    "application/*+json",
                                    "application/javascript",
                                    "application/x-ndjson",
                                    "application/xml",
                                    "application/*+xml",
                                    "application/wasm",
                                    "image/svg+xml",
                                    "font/ttf",
                                    "font/otf"};
  gatehouse::Bytes min_size{1024};
  std::uint32_t level = 5;
  Credentials credentials = Credentials::same_origin;
  std::uint32_t most = 64;

  static constexpr auto schema = gatehouse::fields(
      gatehouse::field("codings", &Config::codings, gatehouse::one_of("br", "gzip"),
                       "the one that a client wants most; of equals the first"),
      gatehouse::field("types", &Config::types, gatehouse::example("[text/*, application/json]"),
                       "content types; * stands for any text"),
      gatehouse::field("min_size", &Config::min_size,
                       "answers that say that they are shorter stay as they are"),
      gatehouse::field("level", &Config::level, gatehouse::range(1, 9), "1 is fast, 9 is small"),
      gatehouse::field("credentials", &Config::credentials,
                       gatehouse::one_of("same_origin", "never", "always"),
                       "answers to requests with cookies: compressed if the browser says that our "
                       "own page asked, or never, or always"),
      gatehouse::field("most", &Config::most, gatehouse::range(1, 100'000),
                       "bodies that a worker compresses at once; others stay as they are"));
};

// What the choice looks at; views.
struct Facts {
  std::string_view method = {};
  std::string_view accept_encoding = {};
  std::string_view request_cache_control = {};
  std::string_view fetch_site = {};
  bool has_cookie = false;
  std::string_view authorization = {};
  std::uint32_t status = 200;
  std::string_view content_type = {};
  std::string_view content_encoding = {};
  std::string_view cache_control = {};
  bool sets_cookie = false;
  bool is_part = false;  // Content-Range
  std::optional<std::uint64_t> length = std::nullopt;
};

struct Choice {
  bool depends = false;  // on Accept-Encoding: the answer says so
  std::optional<Coding> coding = std::nullopt;
};

[[nodiscard]] Choice choose(const Config& config, const Facts& facts);
// What the request alone says of that, for people.
[[nodiscard]] std::string foretold(const Config& config, const Facts& facts);
// "text/*" takes "text/html; charset=utf-8"; case is ignored.
[[nodiscard]] bool takes_type(std::string_view pattern, std::string_view content_type);
// Each piece of such a body is to be seen at once.
[[nodiscard]] bool is_live(std::string_view content_type);

}  // namespace compression
