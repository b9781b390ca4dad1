#include "mime.h"

#include <gatehouse/negotiation.hpp>

namespace static_files {
namespace {

constexpr struct {
  std::string_view ending, type;
} kTypes[] = {{"html", "text/html; charset=utf-8"},
              {"js", "text/javascript; charset=utf-8"},
              {"css", "text/css; charset=utf-8"},
              {"json", "application/json"},
              {"svg", "image/svg+xml"},
              {"png", "image/png"},
              {"jpg", "image/jpeg"},
              {"woff2", "font/woff2"},
              {"ico", "image/vnd.microsoft.icon"},
              {"webp", "image/webp"},
              {"map", "application/json"},
              {"mjs", "text/javascript; charset=utf-8"},
              {"htm", "text/html; charset=utf-8"},
              {"jpeg", "image/jpeg"},
              {"gif", "image/gif"},
              {"avif", "image/avif"},
              {"txt", "text/plain; charset=utf-8"},
              {"md", "text/markdown; charset=utf-8"},
              {"csv", "text/csv; charset=utf-8"},
              {"xml", "application/xml"},
              {"webmanifest", "application/manifest+json"},
              {"wasm", "application/wasm"},
              {"pdf", "application/pdf"},
              {"woff", "font/woff"},
              {"ttf", "font/ttf"},
              {"otf", "font/otf"},
              {"mp4", "video/mp4"},
              {"webm", "video/webm"},
              {"mp3", "audio/mpeg"},
              {"ogg", "audio/ogg"},
              {"wav", "audio/wav"},
              {"zip", "application/zip"},
              {"gz", "application/gzip"},
              {"tar", "application/x-tar"}};

}  // namespace

std::string_view ending_of(std::string_view name) {
  const std::size_t dot = name.find_last_of("./");
  return dot == std::string_view::npos || name[dot] == '/' ? std::string_view{}
                                                           : name.substr(dot + 1);
}

std::string_view type_of(std::string_view name) {
  const std::string_view ending = ending_of(name);
  for (const auto& known : kTypes) {
    if (gatehouse::detail::same_word(known.ending, ending)) return known.type;
  }
  return "application/octet-stream";
}

}  // namespace static_files
